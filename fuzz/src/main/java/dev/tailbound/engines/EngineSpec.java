package dev.tailbound.engines;

import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.Architecture;
import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.external.ExternalEngine;
import dev.tailbound.run.external.ExternalSpec;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.run.kernel.KernelEngine;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelSpec;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An engine as the command line names it: `oracle[:little|big]`, `x86-64[:OPTION,...]`, `arm64[:OPTION,...]` or `kernel:ARCH:IMAGE`.
public sealed interface EngineSpec permits EngineSpec.Oracle, EmulatedSpec, EngineSpec.RealKernel, EngineSpec.External {

    /// The reference interpreter.
    ///
    /// @param order the byte order of the target; empty for that of the other engines
    record Oracle(Optional<ByteOrder> order) implements EngineSpec {
        private static final String WORD = "oracle";
        private static final String LITTLE = "little";
        private static final String BIG = "big";

        /// The oracle with the byte order of the other engines.
        public Oracle() {
            this(Optional.empty());
        }

        private static Oracle parse(String name, String order) {
            return new Oracle(switch (order) {
                case LITTLE -> Optional.of(ByteOrder.LITTLE_ENDIAN);
                case BIG -> Optional.of(ByteOrder.BIG_ENDIAN);
                default ->
                    throw new BadInput("engine " + name, "expected %s, %s:%s or %s:%s".formatted(WORD, WORD, LITTLE, WORD, BIG));
            });
        }

        @Override
        public String name() {
            return order.map(given -> WORD + ':' + (given == ByteOrder.BIG_ENDIAN ? BIG : LITTLE)).orElse(WORD);
        }

        @Override
        public String label() {
            return WORD;
        }

        @Override
        public Optional<ByteOrder> byteOrder() {
            return order;
        }

        @Override
        public Engine open(TailCallRule rule) {
            return new Interpreter(rule);
        }

        @Override
        public boolean attaches() {
            return true;
        }

        @Override
        public Optional<EmulatedSpec> sound(TailCallRule rule) {
            return Optional.empty();
        }
    }

    /// A Linux kernel in QEMU.
    ///
    /// @param name as given by the user
    record RealKernel(String name, KernelSpec kernel) implements EngineSpec {
        private static final String WORD = "kernel";

        private static RealKernel parse(String name, Function<String, KernelSpec> parser) {
            int colon = name.indexOf(':');
            if (colon < 0) {
                throw new BadInput("engine " + name, "expected kernel:ARCH:IMAGE, found no architecture and no image");
            }
            return new RealKernel(name, parser.apply(name.substring(colon + 1)));
        }

        @Override
        public String label() {
            return kernel.label();
        }

        @Override
        public Optional<EmulatedSpec> sound(TailCallRule rule) {
            return architecture(kernel.image()).flatMap(architecture -> EmulatedSpec.sound(architecture, rule));
        }

        @Override
        public Engine open(TailCallRule rule) {
            return new GuardedKernel(new KernelEngine(kernel));
        }

        /// Campaigns on real kernels generate no attachments.
        @Override
        public boolean attaches() {
            return false;
        }
    }

    /// A BPF runtime in a process of its own.
    ///
    /// @param name as it was given
    record External(String name, ExternalSpec spec) implements EngineSpec {
        private static final String WORD = "external";

        @Override
        public String label() {
            return spec.label();
        }

        @Override
        public Engine open(TailCallRule rule) {
            return new ExternalEngine(spec);
        }

        @Override
        public boolean attaches() {
            return false;
        }

        @Override
        public Optional<EmulatedSpec> sound(TailCallRule rule) {
            return Optional.empty();
        }
    }

    /// Throws [BadInput] if there is no such engine or option.
    static EngineSpec parse(String name) {
        int colon = name.indexOf(':');
        var base = colon < 0 ? name : name.substring(0, colon);
        if (base.equals(RealKernel.WORD)) {
            return RealKernel.parse(name, KernelSpec::parse);
        }
        if (base.equals(External.WORD)) {
            return new External(name, ExternalSpec.parse(colon < 0 ? "" : name.substring(colon + 1)));
        }
        var words = colon < 0 ? List.<String>of() : List.of(name.substring(colon + 1).split(",", -1));
        if (base.equals(Oracle.WORD)) {
            return colon < 0 ? new Oracle() : Oracle.parse(name, name.substring(colon + 1));
        }
        // The engine is named after its architecture's own word, so that signatures are the same.
        return Architecture.named(base)
                .map(found -> EmulatedSpec.parse(found.word() + name.substring(base.length()), found, words))
                .orElseThrow(() -> unknown(name));
    }

    /// The engine of this name, from a record; `image` is the identity of a real kernel's image, which is not read.
    static EngineSpec recorded(String name, Optional<String> image) {
        return image.isPresent() && name.startsWith(RealKernel.WORD)
                ? RealKernel.parse(name, text -> KernelSpec.recorded(text, image.get()))
                : parse(name);
    }

    private static BadInput unknown(String name) {
        return new BadInput(name.isEmpty() ? "" : "engine " + name,
                "expected %s[:big], %s, %s:ARCH:IMAGE or %s:NAME:COMMAND".formatted(Oracle.WORD, Stream.of(Architecture.values())
                        .map(architecture -> architecture.word() + "[:OPTION,...]").collect(Collectors.joining(", ")),
                        RealKernel.WORD, External.WORD));
    }

    /// Our engine whose passes and JIT are closest to those of a real kernel; empty if no backend of ours is for its processor.
    static Optional<EmulatedSpec> like(KernelImage image) {
        var release = KernelRelease.like(image.version().major(), image.version().minor());
        return architecture(image).map(architecture -> EmulatedSpec.of(architecture, release));
    }

    private static Optional<Architecture> architecture(KernelImage image) {
        return switch (image.arch()) {
            case X86_64 -> Optional.of(Architecture.X86_64);
            case ARM64 -> Optional.of(Architecture.ARM64);
            case RISCV64, PPC64LE, LOONG64, ARM, MIPS64EL, I386 -> Optional.empty();
        };
    }

    /// The name as given by the user.
    String name();

    /// The name in outcomes and signatures; it does not contain the path of a real kernel's image.
    default String label() {
        return name();
    }

    /// The byte order of the target; empty for an oracle that takes that of the other engines. Every other engine is little-endian: the emulated
    /// processors, the kernels of [dev.tailbound.run.kernel.KernelArch], and external runtimes by protocol.
    default Optional<ByteOrder> byteOrder() {
        return Optional.of(ByteOrder.LITTLE_ENDIAN);
    }

    /// Our engine for the same processor that counts tail calls under the rule; empty if no backend of ours is for it.
    Optional<EmulatedSpec> sound(TailCallRule rule);

    /// Whether programs can be attached to functions on this engine.
    boolean attaches();

    /// Opens the engine; the caller closes it. `rule` is the tail-call rule that it is compared under.
    Engine open(TailCallRule rule);

    /// This engine as an emulated one; throws [BadInput] for the oracle and for real kernels.
    default EmulatedSpec emulated() {
        return switch (this) {
            case EmulatedSpec spec -> spec;
            case Oracle _,RealKernel _,External _ -> throw new BadInput("engine " + name(), "has no machine code, expected %s"
                    .formatted(Stream.of(Architecture.values()).map(Architecture::word).collect(Collectors.joining(" or "))));
        };
    }

    /// The runtime in a process of its own that it is.
    default Optional<ExternalSpec> external() {
        return this instanceof External(_, var spec) ? Optional.of(spec) : Optional.empty();
    }

    /// This engine as a real kernel, if it is one.
    default Optional<KernelSpec> real() {
        return this instanceof RealKernel(_, var kernel) ? Optional.of(kernel) : Optional.empty();
    }

    /// The same engine with these passes and no others; the oracle and real kernels are unchanged.
    default EngineSpec withPasses(@SuppressWarnings("unused") Set<Passes.Name> passes) {
        return this;
    }
}
