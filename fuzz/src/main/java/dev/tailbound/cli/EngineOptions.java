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

/// Which engines a command runs cases on, and by whose tail-call rule it judges.
final class EngineOptions {
    @Option(names = "--engine", paramLabel = "ENGINE", converter = SpecConverter.class, description = {
        "An engine; repeatable, the first one is the reference. Default: oracle, x86-64, arm64.",
        "One of oracle,${bundle:engine-names}" })
    private List<EngineSpec> specs;

    @Option(names = "--tail-calls", paramLabel = "RULE", converter = RuleConverter.class, description = {
        "Whose counting of tail calls is right: v6.12 (33 in the whole run) or v6.1 (copies down the call tree).",
        "Default: what the kernels among the engines do, else v6.12." })
    private TailCallRule rule;

    @Option(names = "--passes", paramLabel = "PASS,...", converter = SelectionConverter.class, description = {
        "Which rewrites run before the JITs: none, or some of${bundle:pass-names}",
        "Default: all. An engine's own option no-PASS leaves one out, fastcall-RULE has it follow another rule.",
        "Without guards, x86-64 code traps at a division by zero, which is then a finding." })
    private Selection passes;

    EngineSet set() {
        return set(new EngineSet(EngineSet.DEFAULT, TailCallRule.V6_12));
    }

    /// The engines and the rule; `otherwise` has those that are not named.
    EngineSet set(EngineSet otherwise) {
        var named = specs == null ? otherwise.specs() : specs;
        var chosen = passes == null ? named : named.stream().map(spec -> spec.withPasses(passes.names())).toList();
        if (rule == null && specs != null && specs.stream().anyMatch(spec -> spec.real().isPresent())) {
            return EngineSet.of(chosen);
        }
        return new EngineSet(chosen, rule == null ? otherwise.rule() : rule);
    }

    /// Opens the engines and gets them ready; the caller closes them.
    Differential open() {
        var differential = set().openReady(() -> {});
        Checker.interleaveMore(differential);
        return differential;
    }

    static final class SpecConverter implements ITypeConverter<EngineSpec> {
        @Override
        public EngineSpec convert(String name) {
            return EngineSpec.parse(name);
        }
    }

    /// The passes that run.
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
                    .orElseThrow(() -> new BadInput("", "expected none or some of %s, found %s".formatted(String.join(", ",
                            Passes.Name.words()), BadInput.quoted(word))));
        }
    }

    private static final class RuleConverter implements ITypeConverter<TailCallRule> {
        @Override
        public TailCallRule convert(String name) {
            return EngineSet.parseRule(name);
        }
    }
}
