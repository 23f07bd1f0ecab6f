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
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The engines that run a case, the reference first, and the tail-call rule that they are compared under, as command lines name them.
public record EngineSet(List<EngineSpec> specs, TailCallRule rule) {
    /// The engines of commands that name none.
    public static final List<EngineSpec> DEFAULT = Stream
            .<EngineSpec>concat(Stream.of(new EngineSpec.Oracle()), EmulatedSpec.DEFAULT.stream()).toList();

    public EngineSet {
        specs = List.copyOf(specs);
        var names = new HashSet<String>();
        for (var spec : specs) {
            if (!names.add(spec.external().isPresent() ? spec.label() : spec.name())) {
                throw new BadInput("engine " + spec.name(), "given twice, expected different engines");
            }
        }
        requireOneOrder(specs);
    }

    private static void requireOneOrder(List<EngineSpec> specs) {
        var ordered = specs.stream().filter(spec -> spec.byteOrder().isPresent()).toList();
        for (var spec : ordered) {
            var first = ordered.getFirst();
            if (!spec.byteOrder().equals(first.byteOrder())) {
                throw new BadInput("engine " + spec.name(),
                        "is %s, expected the byte order of engine %s, %s".formatted(phrase(spec), first.name(), phrase(first)));
            }
        }
    }

    private static String phrase(EngineSpec spec) {
        return spec.byteOrder().equals(Optional.of(ByteOrder.BIG_ENDIAN)) ? "big-endian" : "little-endian";
    }

    /// The byte order of all engines: little-endian if only an oracle without one is given.
    public ByteOrder order() {
        return specs.stream().flatMap(spec -> spec.byteOrder().stream()).findFirst().orElse(ByteOrder.LITTLE_ENDIAN);
    }

    /// The engines under the rule of the real kernels among them; throws [BadInput] if those kernels count differently.
    public static EngineSet of(List<EngineSpec> specs) {
        var rules = kernelRules(specs);
        if (rules.size() > 1) {
            throw new BadInput("--tail-calls", "expected a rule, found none, and kernels that count differently");
        }
        return new EngineSet(specs, rules.isEmpty() ? TailCallRule.V6_12 : rules.iterator().next());
    }

    private static Set<TailCallRule> kernelRules(List<EngineSpec> specs) {
        return specs.stream().flatMap(spec -> spec.real().stream()).map(kernel -> kernel.image().promises().tailCalls())
                .collect(Collectors.toSet());
    }

    public List<String> names() {
        return specs.stream().map(EngineSpec::name).toList();
    }

    /// Throws [BadInput] if there is no such engine or rule.
    public static EngineSet parse(List<String> engines, String rule) {
        return new EngineSet(engines.stream().map(EngineSpec::parse).toList(), parseRule(rule));
    }

    /// Engines and rule from a record; `images` has the identities of real kernels' images by engine name.
    public static EngineSet recorded(List<String> engines, Map<String, String> images, String rule) {
        return new EngineSet(
                engines.stream().map(name -> EngineSpec.recorded(name, Optional.ofNullable(images.get(name)))).toList(),
                parseRule(rule));
    }

    /// The identities of the real kernels' images by engine name, see [dev.tailbound.run.kernel.KernelImage#identity].
    public Map<String, String> images() {
        return specs.stream().filter(spec -> spec.real().isPresent())
                .collect(Collectors.toMap(EngineSpec::name, spec -> spec.real().get().image().identity()));
    }

    /// Throws [BadInput] if there is no such rule.
    public static TailCallRule parseRule(String name) {
        return Stream.of(TailCallRule.values()).filter(rule -> rule.word().equals(name)).findFirst()
                .orElseThrow(() -> new BadInput("", "expected %s, found '%s'".formatted(
                        Stream.of(TailCallRule.values()).map(TailCallRule::word).collect(Collectors.joining(" or ")), name)));
    }

    /// For each processor of these engines, the engine that follows the rule, unless it is one of them.
    public List<EmulatedSpec> soundBeside() {
        return specs.stream().flatMap(spec -> spec.sound(rule).stream()).distinct().filter(sound -> !specs.contains(sound))
                .toList();
    }

    /// The libraries that the engines use.
    public List<LoadedLibrary> libraries() {
        return specs.stream().anyMatch(EmulatedSpec.class::isInstance) ? List.of(EmulatedEngine.library(), Disassembler.library())
                : List.of();
    }

    /// The options that select this set on a command line.
    public List<String> options() {
        var options = new ArrayList<String>();
        specs.forEach(spec -> options.addAll(List.of("--engine", spec.name())));
        var implied = kernelRules(specs);
        if (implied.isEmpty() ? rule != TailCallRule.V6_12 : !implied.equals(Set.of(rule))) {
            options.addAll(List.of("--tail-calls", rule.word()));
        }
        return options;
    }

    /// Opens and starts the engines, see [Differential#start]. If one fails, all are closed.
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

    /// Opens the engines. If one cannot be opened, all are closed.
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
        return new Differential(engines, this::expectation, order());
    }

    /// The expectations of a case for these engines.
    ///
    /// On big-endian targets: the case's `expect big`, else its `expect`. Under the rule of 6.1: its `expect v6.1` if present and not overruled by
    /// `expect big`; else the same as under the rule of 6.12 if its run is the same under both rules.
    public Expectation expectation(Case source) {
        var expected = order() == ByteOrder.BIG_ENDIAN ? source.expectationBig() : source.expectation();
        return switch (rule) {
            case V6_12 -> expected;
            case V6_1, ALL_ATTEMPTS -> ofEarlierRule(source, expected);
        };
    }

    private Expectation ofEarlierRule(Case source, Expectation expected) {
        boolean isSilent = source.expectationV61().equals(source.expectation()) || !expected.equals(source.expectation());
        return !isSilent ? source.expectationV61() : rulesDisagree(source) ? Expectation.NONE : expected;
    }

    private boolean rulesDisagree(Case source) {
        return !source.expectation().equals(Expectation.NONE) && Verifier.verify(source,
                order()) instanceof Verdict.Accepted(var verified)
                && Stream.of(TailCallRule.values()).map(rule -> new Interpreter(rule).outcome(verified)).distinct().count() > 1;
    }
}
