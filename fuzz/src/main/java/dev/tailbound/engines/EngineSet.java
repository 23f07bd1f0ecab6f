package dev.tailbound.engines;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Differential;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The engines that a case is run on, the reference first, and the tail-call rule they are held to, as command lines name them.
public record EngineSet(List<EngineSpec> specs, TailCallRule rule) {
    /// The engines of commands that name none.
    public static final List<EngineSpec> DEFAULT = Stream.<EngineSpec>concat(Stream.of(new EngineSpec.Oracle()),
            EmulatedSpec.DEFAULT.stream()).toList();

    public EngineSet {
        specs = List.copyOf(specs);
        var names = new HashSet<String>();
        for (var spec : specs) {
            if (!names.add(spec.name())) {
                throw new BadInput("engine " + spec.name(), "given twice, expected different engines");
            }
        }
    }

    /// The engines by the rule of the real kernels among them; throws [BadInput] where those count differently.
    public static EngineSet of(List<EngineSpec> specs) {
        var rules = kernelRules(specs);
        if (rules.size() > 1) {
            throw new BadInput("--tail-calls", "expected v6.12 or v6.1, found none, and kernels that count differently");
        }
        return new EngineSet(specs, rules.isEmpty() ? TailCallRule.V6_12 : rules.iterator().next());
    }

    private static Set<TailCallRule> kernelRules(List<EngineSpec> specs) {
        return specs.stream().flatMap(spec -> spec.real().stream()).map(kernel -> kernel.image().version().tailCallRule())
                .collect(Collectors.toSet());
    }

    public List<String> names() {
        return specs.stream().map(EngineSpec::name).toList();
    }

    /// Throws [BadInput] where there is no such engine or rule.
    public static EngineSet parse(List<String> engines, String rule) {
        return new EngineSet(engines.stream().map(EngineSpec::parse).toList(), parseRule(rule));
    }

    /// Engines and rule as they were recorded; `images` has the identities of real kernels' images by name of the engine.
    public static EngineSet recorded(List<String> engines, Map<String, String> images, String rule) {
        return new EngineSet(engines.stream().map(name -> EngineSpec.recorded(name, Optional.ofNullable(images.get(name))))
                .toList(), parseRule(rule));
    }

    /// The identities of the real kernels' images by name of the engine, see [dev.tailbound.run.kernel.KernelImage#identity].
    public Map<String, String> images() {
        return specs.stream().filter(spec -> spec.real().isPresent()).collect(Collectors.toMap(EngineSpec::name, spec -> spec
                .real().get().image().identity()));
    }

    /// Throws [BadInput] where there is no such rule.
    public static TailCallRule parseRule(String name) {
        return Stream.of(TailCallRule.values()).filter(rule -> rule.word().equals(name)).findFirst().orElseThrow(
                () -> new BadInput(
                        "", "expected %s, found '%s'".formatted(Stream.of(TailCallRule.values()).map(TailCallRule::word).collect(
                                Collectors.joining(" or ")), name)));
    }

    /// For each processor of these engines the one that follows the rule, unless it is among them.
    public List<EmulatedSpec> soundBeside() {
        return specs.stream().flatMap(spec -> spec.sound(rule).stream()).distinct().filter(sound -> !specs.contains(sound))
                .toList();
    }

    /// The libraries that the engines use.
    public List<LoadedLibrary> libraries() {
        return specs.stream().anyMatch(EmulatedSpec.class::isInstance) ? List.of(EmulatedEngine.library(), Disassembler.library())
                : List.of();
    }

    /// The options that make another command use the same.
    public List<String> options() {
        var options = new ArrayList<String>();
        specs.forEach(spec -> options.addAll(List.of("--engine", spec.name())));
        var implied = kernelRules(specs);
        if (implied.isEmpty() ? rule != TailCallRule.V6_12 : !implied.equals(Set.of(rule))) {
            options.addAll(List.of("--tail-calls", rule.word()));
        }
        return options;
    }

    /// Opens the engines and gets them ready, see [Differential#start]; where one cannot be, none stays open.
    public Differential openReady(Runnable alive) {
        var differential = open();
        try {
            differential.start(alive);
            return differential;
        } catch (RuntimeException failure) {
            differential.close();
            throw failure;
        }
    }

    /// Opens the engines; where one cannot be opened, none stays open.
    public Differential open() {
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

    /// What kernels from 6.12 on are expected to do is expected of 6.1 where both rules make the same run of the case, or it says something else.
    private Expectation expectation(Case source) {
        return switch (rule) {
            case V6_12 -> source.expectation();
            case V6_1 -> isSilentOnV61(source) && rulesDisagree(source) ? Expectation.NONE : source.expectationV61();
        };
    }

    private static boolean isSilentOnV61(Case source) {
        return source.expectationV61().equals(source.expectation());
    }

    private static boolean rulesDisagree(Case source) {
        return !source.expectation().equals(Expectation.NONE) && Verifier.verify(source) instanceof Verdict.Accepted(var verified)
                && Stream.of(TailCallRule.values()).map(rule -> new Interpreter(rule).run(verified)).distinct().count() > 1;
    }
}
