package dev.tailbound.engines;

import dev.tailbound.jit.Architecture;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.passes.FastcallRule;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// An engine whose machine code is compiled by our backends and runs on an emulated processor: `x86-64:stack-copy`, `arm64:v7.2,ll-sc`.
///
/// @param name    as given by the user
/// @param release the release whose code is emitted: the named one, else that of the scheme
/// @param jit     the architecture's own part
/// @param passes  passes before the JIT
/// @param words   the options as given by the user
public record EmulatedSpec(String name, KernelRelease release, Jit jit, Passes passes, Set<String> words) implements EngineSpec {

    /// The part of an engine that belongs to one architecture.
    public sealed interface Jit {
        record X86(X86Scheme scheme, X86Options code) implements Jit {
            private X86 with(Set<X86Option> options) {
                var changed = scheme.hasDirectTailCalls() ? code : code.withPokes(PokeProtocol.NONE);
                for (var option : options) {
                    changed = option.applyTo(changed);
                }
                return new X86(scheme, changed);
            }
        }

        record Arm64(Arm64Scheme scheme, Arm64Options code) implements Jit {
            private Arm64 with(Set<Arm64Option> options) {
                var changed = code;
                for (var option : options) {
                    changed = option.applyTo(changed);
                }
                return new Arm64(scheme, changed);
            }
        }
    }

    private static final KernelRelease DEFAULT_RELEASE = KernelRelease.V6_12;

    /// The options of all emulated engines.
    public static final List<String> SHARED_OPTIONS = Stream
            .of(Stream.of(KernelRelease.values()).map(KernelRelease::word),
                    Stream.of(Passes.Name.values()).map(EmulatedSpec::without), fastcallRules().map(FastcallRule::word))
            .flatMap(words -> words).toList();

    /// One engine without options per architecture.
    public static final List<EmulatedSpec> DEFAULT = Stream.of(Architecture.values()).map(EmulatedSpec::of).toList();

    public EmulatedSpec {
        words = Collections.unmodifiableSet(new LinkedHashSet<>(words));
    }

    /// The engine without options.
    static EmulatedSpec of(Architecture architecture) {
        return parse(architecture.word(), architecture, List.of());
    }

    /// The engine that emits the code of a release.
    static EmulatedSpec of(Architecture architecture, KernelRelease release) {
        return parse(architecture.word() + ":" + release.word(), architecture, List.of(release.word()));
    }

    /// The engine that counts tail calls under the rule; empty if there is none.
    static Optional<EmulatedSpec> sound(Architecture architecture, TailCallRule rule) {
        return switch (rule) {
            case V6_12 -> Optional.of(of(architecture));
            case V6_1 -> Optional.of(of(architecture, KernelRelease.V6_1));
            case ALL_ATTEMPTS -> Optional.empty();
        };
    }

    static EmulatedSpec parse(String name, Architecture architecture, List<String> given) {
        EngineWords.requireKnown(name, given, Stream.concat(ownOptions(architecture).stream(), SHARED_OPTIONS.stream()).toList());
        var words = new EngineWords(name, new LinkedHashSet<>(given));
        var release = words.oneOf(Stream.of(KernelRelease.values()), KernelRelease::word);
        var passes = passes(words);
        return switch (architecture) {
            case X86_64 -> {
                words.refuseTwo(Word.of(X86Option.ENDBR, X86Option.NO_ENDBR));
                words.refuseTwo(Word.of(X86Option.INDIRECT, X86Option.IP_AUX, X86Option.POP_NOP_PUSH));
                var scheme = words.oneOf(Stream.of(X86Scheme.values()), X86Scheme::word);
                var kernel = release.or(() -> scheme.map(X86Scheme::release)).orElse(DEFAULT_RELEASE);
                var jit = new Jit.X86(scheme.orElse(X86Scheme.of(kernel)),
                        X86Options.debian(dev.tailbound.jit.x86.KernelGeneration.of(kernel)));
                yield new EmulatedSpec(name, kernel, jit.with(words.allOf(X86Option.class)), passes, words.words());
            }
            case ARM64 -> {
                var scheme = words.oneOf(Stream.of(Arm64Scheme.values()), Arm64Scheme::word);
                var kernel = release.or(() -> scheme.map(Arm64Scheme::release)).orElse(DEFAULT_RELEASE);
                var jit = new Jit.Arm64(scheme.orElse(Arm64Scheme.of(kernel)),
                        Arm64Options.debian(dev.tailbound.jit.arm64.KernelGeneration.of(kernel)));
                yield new EmulatedSpec(name, kernel, jit.with(words.allOf(Arm64Option.class)), passes, words.words());
            }
        };
    }

    private static Passes passes(EngineWords words) {
        var passes = Passes.ALL;
        for (var pass : Passes.Name.values()) {
            passes = words.words().contains(without(pass)) ? passes.without(pass) : passes;
        }
        return words.oneOf(fastcallRules(), FastcallRule::word).map(passes::with).orElse(passes);
    }

    private static Stream<FastcallRule> fastcallRules() {
        return Stream.of(FastcallRule.values()).filter(rule -> rule != FastcallRule.CONTRACT);
    }

    /// The option that removes a pass: `no-dead-code`.
    private static String without(Passes.Name pass) {
        return "no-" + pass.word();
    }

    /// The options that only engines of this architecture have.
    public static List<String> ownOptions(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> words(X86Scheme.values(), X86Option.values());
            case ARM64 -> words(Arm64Scheme.values(), Arm64Option.values());
        };
    }

    private static List<String> words(Word[] schemes, Word[] options) {
        return Stream.concat(Stream.of(schemes), Stream.of(options)).map(Word::word).toList();
    }

    public Architecture architecture() {
        return switch (jit) {
            case Jit.X86 _ -> Architecture.X86_64;
            case Jit.Arm64 _ -> Architecture.ARM64;
        };
    }

    /// The name of its tail-call scheme.
    String scheme() {
        return switch (jit) {
            case Jit.X86(var scheme, _) -> scheme.word();
            case Jit.Arm64(var scheme, _) -> scheme.word();
        };
    }

    @Override
    public Optional<EmulatedSpec> sound(TailCallRule rule) {
        return sound(architecture(), rule);
    }

    /// Kernel 6.1 has no trampolines on arm64.
    @Override
    public boolean attaches() {
        return !(architecture() == Architecture.ARM64 && release == KernelRelease.V6_1);
    }

    @Override
    public EmulatedEngine open(TailCallRule rule) {
        return new EmulatedEngine(name, lowering(), backend(), new EmulatedEngine.Options(cpu(), profile().layout(), rule));
    }

    /// An engine with another backend for the same processor, with this name.
    public EmulatedEngine open(String other, UnaryOperator<Backend> changed, TailCallRule rule) {
        return new EmulatedEngine(other, lowering(), changed.apply(backend()),
                new EmulatedEngine.Options(cpu(), profile().layout(), rule));
    }

    private Cpu cpu() {
        return switch (jit) {
            case Jit.X86 _ -> Cpu.X86_64;
            case Jit.Arm64(_, var code) -> code.lse() ? Cpu.ARM64 : Cpu.ARM64_NO_LSE;
        };
    }

    /// The processor model.
    public Disassembler.Target target() {
        return cpu().target();
    }

    /// The backend that emits its machine code.
    Backend backend() {
        return switch (jit) {
            case Jit.X86(var scheme, var code) -> new X86Backend(code, scheme.create());
            case Jit.Arm64(var scheme, var code) -> new Arm64Backend(code, scheme.create());
        };
    }

    /// The passes before its JIT.
    public Lowering lowering() {
        return passes.lowering(profile());
    }

    Profile profile() {
        return Profile.of(architecture(), release);
    }

    @Override
    public EmulatedSpec withPasses(Set<Passes.Name> passes) {
        var others = new LinkedHashSet<>(words);
        for (var pass : Passes.Name.values()) {
            if (passes.contains(pass)) {
                others.remove(without(pass));
            } else {
                others.add(without(pass));
            }
        }
        var base = architecture().word();
        return parse(others.isEmpty() ? base : base + ":" + String.join(",", others), architecture(), List.copyOf(others));
    }
}
