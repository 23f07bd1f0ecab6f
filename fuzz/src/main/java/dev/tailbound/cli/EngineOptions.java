package dev.tailbound.cli;

import dev.tailbound.campaign.check.Checker;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.run.TailCallRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The engines that a command runs cases on, and the tail-call rule that it compares them under.
final class EngineOptions {
    @Option(names = "--engine", paramLabel = "ENGINE", converter = SpecConverter.class, description = {
        "An engine; repeatable. The first one is the reference. Default: oracle, x86-64, arm64.",
        "One of oracle[:little|:big] (default: as the others),${bundle:engine-names}" })
    private List<EngineSpec> specs;

    @Option(names = "--tail-calls", paramLabel = "RULE", converter = RuleConverter.class, description = {
        "Correct counting of tail calls: v6.12 (33 in the whole run), v6.1 (each call passes a copy of the count) or all-attempts (MIPS: as v6.1, and indices out of range count).",
        "Default: the rule of the kernels among the engines, else v6.12." })
    private TailCallRule rule;

    @Option(names = "--passes", paramLabel = "PASS,...", converter = SelectionConverter.class, description = {
        "Rewrites to run before the JITs: none, or some of${bundle:pass-names}",
        "Default: all. The engine option no-PASS removes a pass from one engine; fastcall-RULE selects another rule for fastcall.",
        "Without guards, x86-64 code traps on division by zero, which is a finding." })
    private Selection passes;

    EngineSet set() {
        return set(new EngineSet(EngineSet.DEFAULT, TailCallRule.V6_12));
    }

    /// The engines and the rule; `otherwise` supplies those that the command line does not name.
    EngineSet set(EngineSet otherwise) {
        var named = specs == null ? otherwise.specs() : specs;
        var chosen = passes == null ? named : named.stream().map(spec -> spec.withPasses(passes.names())).toList();
        if (rule == null && specs != null && specs.stream().anyMatch(spec -> spec.real().isPresent())) {
            return EngineSet.of(chosen);
        }
        return new EngineSet(chosen, rule == null ? otherwise.rule() : rule);
    }

    /// Opens and starts the engines; the caller closes them.
    Differential open() {
        return Checker.closer(set().openReady(() -> {}));
    }

    static final class SpecConverter implements ITypeConverter<EngineSpec> {
        @Override
        public EngineSpec convert(String name) {
            return EngineSpec.parse(name);
        }
    }

    /// The passes to run.
    private record Selection(Set<Passes.Name> names) {}

    private static final class SelectionConverter implements ITypeConverter<Selection> {
        @Override
        public Selection convert(String text) {
            return new Selection(text.equals("none") ? Set.of()
                    : Stream.of(text.split(",", -1)).map(SelectionConverter::pass)
                            .collect(Collectors.toSet()));
        }

        private static Passes.Name pass(String word) {
            return Stream.of(Passes.Name.values()).filter(name -> name.word().equals(word)).findFirst()
                    .orElseThrow(() -> new BadInput("", "expected none or some of %s, found %s"
                            .formatted(String.join(", ", Passes.Name.words()), BadInput.quoted(word))));
        }
    }

    private static final class RuleConverter implements ITypeConverter<TailCallRule> {
        @Override
        public TailCallRule convert(String name) {
            return EngineSet.parseRule(name);
        }
    }
}
