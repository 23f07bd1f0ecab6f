package dev.tailbound.compare;

import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.arm64.OwnX26Scheme;
import dev.tailbound.jit.arm64.TailCallScheme;
import dev.tailbound.jit.arm64.X26Scheme;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.passes.FastcallRule;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.jit.x86.FixedFrameScheme;
import dev.tailbound.jit.x86.OwnCountScheme;
import dev.tailbound.jit.x86.PerCpuScheme;
import dev.tailbound.jit.x86.StackCopyScheme;
import dev.tailbound.jit.x86.TrampolineStyle;
import dev.tailbound.jit.x86.UnroundedStackCopyScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelSpec;
import dev.tailbound.run.kernel.KernelVersion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// An engine as the command line names it: `oracle`, or `ARCH[:OPTION[,OPTION...]]`, such as `x86-64:stack-copy` or `arm64:v7.2,ll-sc`.
///
/// @param name    as it was given
/// A real kernel is named `kernel:ARCH:IMAGE`, see [KernelSpec].
///
/// @param base    `oracle`, `x86-64`, `arm64` or `kernel`
/// @param options what stands behind the colon, but for kernels
/// @param real    the kernel where it is one
public record EngineSpec(String name, String base, Set<String> options, Optional<KernelSpec> real) {
    private static final String KERNEL = "kernel";

    // @formatter:off
    private static final List<String> FASTCALL_RULES = Stream.of(FastcallRule.values()).filter(rule -> rule != FastcallRule.CONTRACT)
            .map(FastcallRule::word).toList();
    static final List<String> KERNELS               = List.of("v6.1", "v6.12", "v7.2");
    private static final List<String> X86_SCHEMES   = List.of("pointer", "stack-copy", "unrounded-copy", "own-count", "fixed-frame",
            "percpu");
    private static final List<String> ARM64_SCHEMES = List.of("pointer", "x26", "own-x26");
    private static final List<String> X86_OPTIONS   = joined(Stream.of(X86_SCHEMES, List.of("indirect", "ip-aux", "pop-nop-push", "orig-stack", "bare-trampoline",
            "no-bmi2", "endbr", "no-endbr")));
    private static final List<String> ARM64_OPTIONS = joined(Stream.of(ARM64_SCHEMES, List.of("ll-sc", "no-pac", "bti")));
    // @formatter:on

    /// The options of all engines that have code of ours.
    public static final List<String> SHARED_OPTIONS = joined(Stream.of(KERNELS, Stream.of(Passes.Name.values())
            .map(EngineSpec::without).toList(), FASTCALL_RULES));

    private static final Set<String> SCHEMES_BEFORE_6_12 = Set.of("stack-copy", "unrounded-copy", "own-count", "fixed-frame",
            "x26",
            "own-x26");

    private static List<String> joined(Stream<List<String>> parts) {
        return parts.flatMap(List::stream).toList();
    }

    /// The options that only this engine has; throws [BadInput] where it has no code of ours.
    public static List<String> ownOptions(String base) {
        return switch (base) {
            case "x86-64" -> X86_OPTIONS;
            case "arm64" -> ARM64_OPTIONS;
            default -> throw new BadInput("engine " + base, "has no options, expected x86-64 or arm64");
        };
    }

    /// The option that leaves a pass out: `no-dead-code`.
    private static String without(Passes.Name pass) {
        return "no-" + pass.word();
    }

    /// What a run uses where the user names no engine.
    public static final List<EngineSpec> DEFAULT = List.of(parse("oracle"), parse("x86-64"), parse("arm64"));

    /// Throws [BadInput] where there is no such engine or option.
    public static EngineSpec parse(String name) {
        int colon = name.indexOf(':');
        var base = colon < 0 ? name : name.substring(0, colon);
        if (base.equals(KERNEL)) {
            return kernel(name, KernelSpec::parse);
        }
        var options = new LinkedHashSet<String>();
        if (colon >= 0) {
            options.addAll(List.of(name.substring(colon + 1).split(",", -1)));
        }
        var known = switch (base) {
            case "oracle" -> List.<String>of();
            case "x86-64", "arm64" -> joined(Stream.of(ownOptions(base), SHARED_OPTIONS));
            default -> throw new BadInput(name.isEmpty() ? "" : "engine " + name,
                    "expected oracle, x86-64[:OPTION,...], arm64[:OPTION,...] or kernel:ARCH:IMAGE");
        };
        for (var option : options) {
            if (!known.contains(option)) {
                throw new BadInput("engine " + name, "%s, expected %s".formatted(
                        option.isEmpty() ? "empty option" : "unknown option '%s'".formatted(option),
                        known.isEmpty() ? "none" : "some of " + String.join(", ", known)));
            }
        }
        var spec = new EngineSpec(name, base, options, Optional.empty());
        spec.refuseTwoOf(KERNELS);
        spec.refuseTwoOf(X86_SCHEMES);
        spec.refuseTwoOf(ARM64_SCHEMES);
        spec.refuseTwoOf(FASTCALL_RULES);
        spec.refuseTwoOf(List.of("endbr", "no-endbr"));
        spec.refuseTwoOf(List.of("indirect", "ip-aux", "pop-nop-push"));
        return spec;
    }

    /// The engine of this name, as it was when it was recorded; `image` is the identity of a real kernel's image, which is not read.
    public static EngineSpec recorded(String name, Optional<String> image) {
        return image.isPresent() && name.startsWith(KERNEL) ? kernel(name, text -> KernelSpec.recorded(text, image.get()))
                : parse(name);
    }

    private static EngineSpec kernel(String name, Function<String, KernelSpec> parser) {
        int colon = name.indexOf(':');
        if (colon < 0) {
            throw new BadInput("engine " + name, "expected kernel:ARCH:IMAGE, found no architecture and no image");
        }
        return new EngineSpec(name, KERNEL, Set.of(), Optional.of(parser.apply(name.substring(colon + 1))));
    }

    /// The name in outcomes and signatures, which does not depend on where the image of a real kernel lies.
    public String label() {
        return real.map(KernelSpec::label).orElse(name);
    }

    /// It has machine code of ours, which an emulated processor runs.
    public boolean isEmulated() {
        return !base.equals("oracle") && real.isEmpty();
    }

    /// The processor whose machine code it has.
    public Disassembler.Target target() {
        return base.equals("arm64") ? Disassembler.Target.ARM64 : Disassembler.Target.X86_64;
    }

    /// Our engine whose passes and JIT are most like those of a real kernel.
    public static EngineSpec like(KernelImage image) {
        var version = image.version();
        return parse(image.arch().word() + ":" + (version.tailCallRule() == TailCallRule.V6_1 ? "v6.1"
                : version.isBefore(KernelVersion.of(7, 0)) ? "v6.12" : "v7.2"));
    }

    /// Our engine for the same processor that counts tail calls by the rule; empty for the oracle.
    Optional<EngineSpec> sound(TailCallRule rule) {
        var arch = real.map(kernel -> kernel.image().arch().word()).orElse(base);
        return base.equals("oracle") ? Optional.empty() : Optional.of(parse(switch (rule) {
            case V6_12 -> arch;
            case V6_1 -> arch + ":v6.1";
        }));
    }

    /// Programs can be attached to functions in its code: kernel 6.1 has no trampolines on arm64. Campaigns on real kernels do without.
    public boolean attaches() {
        return base.equals("oracle") || (isEmulated() && !(base.equals("arm64") && kernel().equals("v6.1")));
    }

    /// Opens the engine; the caller closes it. `rule` is the tail-call rule that it is held to.
    public Engine open(TailCallRule rule) {
        return real.<Engine>map(GuardedKernel::of).orElseGet(() -> base.equals("oracle") ? new Interpreter(rule)
                : emulated(rule));
    }

    /// Opens an engine that has machine code to show; throws [BadInput] for the oracle and for real kernels.
    public EmulatedEngine emulated(TailCallRule rule) {
        var backend = backend();
        var cpu = base.equals("x86-64") ? Cpu.X86_64 : options.contains("ll-sc") ? Cpu.ARM64_NO_LSE : Cpu.ARM64;
        return new EmulatedEngine(name, lowering(), backend, new EmulatedEngine.Options(cpu, profile().layout(), rule));
    }

    /// What writes its machine code; throws [BadInput] where it has none.
    Backend backend() {
        return switch (base) {
            case "x86-64" -> new X86Backend(x86(), x86Scheme());
            case "arm64" -> new Arm64Backend(arm64(), arm64Scheme());
            default -> throw new BadInput("engine " + name, "has no machine code, expected x86-64 or arm64");
        };
    }

    /// The passes in front of its JIT.
    public Passes passes() {
        var passes = Passes.ALL;
        for (var pass : Passes.Name.values()) {
            passes = options.contains(without(pass)) ? passes.without(pass) : passes;
        }
        for (var rule : FastcallRule.values()) {
            passes = options.contains(rule.word()) ? passes.with(rule) : passes;
        }
        return passes;
    }

    /// The rewrites in front of its JIT.
    public Lowering lowering() {
        return passes().lowering(profile());
    }

    Profile profile() {
        boolean arm64 = base.equals("arm64");
        return switch (kernel()) {
            case "v6.1" -> arm64 ? Profile.ARM64_V6_1 : Profile.X86_64_V6_1;
            case "v7.2" -> arm64 ? Profile.ARM64_V7_2 : Profile.X86_64_V7_2;
            default -> arm64 ? Profile.ARM64_V6_12 : Profile.X86_64_V6_12;
        };
    }

    /// The same engine with these passes and no others; the oracle has none.
    public EngineSpec withPasses(Set<Passes.Name> passes) {
        if (!isEmulated()) {
            return this;
        }
        var others = new LinkedHashSet<>(options);
        for (var pass : Passes.Name.values()) {
            if (passes.contains(pass)) {
                others.remove(without(pass));
            } else {
                others.add(without(pass));
            }
        }
        return parse(others.isEmpty() ? base : base + ":" + String.join(",", others));
    }

    X86Options x86() {
        var kernel = switch (kernel()) {
            case "v6.1" -> dev.tailbound.jit.x86.KernelGeneration.V6_1;
            case "v7.2" -> dev.tailbound.jit.x86.KernelGeneration.V7_2;
            default -> dev.tailbound.jit.x86.KernelGeneration.V6_12;
        };
        var code = X86Options.debian(kernel).withBmi2(!options.contains("no-bmi2"));
        if (options.contains("endbr") || options.contains("no-endbr")) {
            code = code.withLandingPads(options.contains("endbr"));
        }
        return code.withPokes(pokes())
                .withTrampolines(new TrampolineStyle(!options.contains("bare-trampoline"), options.contains("orig-stack")));
    }

    private dev.tailbound.jit.x86.TailCallScheme x86Scheme() {
        return switch (scheme()) {
            case "stack-copy" -> new StackCopyScheme();
            case "unrounded-copy" -> new UnroundedStackCopyScheme();
            case "own-count" -> new OwnCountScheme();
            case "fixed-frame" -> new FixedFrameScheme();
            case "percpu" -> new PerCpuScheme();
            default -> new dev.tailbound.jit.x86.PointerScheme();
        };
    }

    /// How direct tail calls follow their slots; there are none where tail calls keep the frame.
    private PokeProtocol pokes() {
        if (options.contains("indirect") || options.contains("fixed-frame")) {
            return PokeProtocol.NONE;
        }
        return options.contains("ip-aux") ? PokeProtocol.IP_AUX
                : options.contains("pop-nop-push") ? PokeProtocol.POP_NOP_PUSH : PokeProtocol.KERNEL;
    }

    Arm64Options arm64() {
        var kernel = switch (kernel()) {
            case "v6.1" -> dev.tailbound.jit.arm64.KernelGeneration.V6_1;
            case "v7.2" -> dev.tailbound.jit.arm64.KernelGeneration.V7_2;
            default -> dev.tailbound.jit.arm64.KernelGeneration.V6_12;
        };
        return Arm64Options.debian(kernel).withLse(!options.contains("ll-sc")).withPac(!options.contains("no-pac"))
                .withBti(options.contains("bti"));
    }

    private TailCallScheme arm64Scheme() {
        return switch (scheme()) {
            case "x26" -> new X26Scheme();
            case "own-x26" -> new OwnX26Scheme();
            default -> new dev.tailbound.jit.arm64.PointerScheme();
        };
    }

    /// The kernel whose code is written: the one named, else the newest Debian kernel that came after the scheme.
    private String kernel() {
        return options.stream().filter(KERNELS::contains).findFirst()
                .orElse(options.stream().anyMatch(SCHEMES_BEFORE_6_12::contains) ? "v6.1" : "v6.12");
    }

    /// The scheme named, else the kernel's own.
    String scheme() {
        boolean arm64 = base.equals("arm64");
        var oldScheme = arm64 ? "x26" : "stack-copy";
        return (arm64 ? ARM64_SCHEMES : X86_SCHEMES).stream().filter(options::contains).findFirst()
                .orElse(kernel().equals("v6.1") ? oldScheme : "pointer");
    }

    private void refuseTwoOf(List<String> alternatives) {
        var named = new TreeSet<>(options);
        named.retainAll(alternatives);
        if (named.size() > 1) {
            throw new BadInput("engine " + name, "expected at most one of %s, found %s".formatted(String.join(", ", alternatives),
                    String.join(" and ", named)));
        }
    }
}
