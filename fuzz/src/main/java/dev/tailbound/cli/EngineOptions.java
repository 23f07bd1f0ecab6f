package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Which engines a command runs cases on, and by whose tail-call rule it judges.
final class EngineOptions {
    @Option(names = "--engine", paramLabel = "E", converter = SpecConverter.class, description = {
        "An engine; repeatable, the first one is the reference. Default: oracle, x86-64, arm64.",
        "oracle, x86-64[:OPTION,...] with pointer, stack-copy, unrounded-copy, fixed-frame, percpu, v6.1, v6.12, v7.2, indirect, ip-aux,",
        "pop-nop-push, no-bmi2, endbr, no-endbr, or",
        "arm64[:OPTION,...] with pointer, x26, v6.1, v6.12, v7.2, ll-sc, no-pac, bti." })
    private List<EngineSpec> specs = EngineSpec.DEFAULT;

    @Option(names = "--tail-calls", paramLabel = "RULE", converter = RuleConverter.class, defaultValue = "v6.12", description = {
        "Whose counting of tail calls is right: v6.12 (33 in the whole run; default) or v6.1 (copies down the call tree)." })
    private TailCallRule rule;

    List<EngineSpec> specs() {
        return specs;
    }

    TailCallRule rule() {
        return rule;
    }

    /// The rule as the command line spells it.
    String ruleName() {
        return switch (rule) {
            case V6_12 -> "v6.12";
            case V6_1 -> "v6.1";
        };
    }

    /// What makes another command use the same.
    List<String> arguments() {
        var arguments = new ArrayList<String>();
        specs.forEach(spec -> arguments.addAll(List.of("--engine", spec.name())));
        if (rule != TailCallRule.V6_12) {
            arguments.addAll(List.of("--tail-calls", ruleName()));
        }
        return arguments;
    }

    /// Opens the engines; where one cannot be opened, none stays open.
    Differential open() {
        var engines = new ArrayList<Engine>();
        try {
            for (var spec : specs) {
                engines.add(spec.open(rule));
            }
        } catch (RuntimeException failure) {
            engines.forEach(Engine::close);
            throw failure;
        }
        return new Differential(engines, this::expectation);
    }

    private Expectation expectation(Case source) {
        return switch (rule) {
            case V6_12 -> source.expectation();
            case V6_1 -> source.expectationV61();
        };
    }

    /// What picocli says of a value that cannot be converted ends with the converter's own words.
    static final class SpecConverter implements ITypeConverter<EngineSpec> {
        @Override
        public EngineSpec convert(String name) {
            try {
                return EngineSpec.parse(name);
            } catch (BadInput bad) {
                throw new TypeConversionException(bad.getMessage());
            }
        }
    }

    private static final class RuleConverter implements ITypeConverter<TailCallRule> {
        @Override
        public TailCallRule convert(String name) {
            return switch (name) {
                case "v6.12" -> TailCallRule.V6_12;
                case "v6.1" -> TailCallRule.V6_1;
                default -> throw new TypeConversionException("expected v6.12 or v6.1, found '%s'".formatted(name));
            };
        }
    }
}
