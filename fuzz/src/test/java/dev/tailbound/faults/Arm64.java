package dev.tailbound.faults;

import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.arm64.AluEmitter;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.arm64.AtomicEmitter;
import dev.tailbound.jit.arm64.FrameEmitter;
import dev.tailbound.jit.arm64.FrameLayout;
import dev.tailbound.jit.arm64.FunctionEmitter;
import dev.tailbound.jit.arm64.KernelGeneration;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.MemoryEmitter;
import dev.tailbound.jit.arm64.PointerScheme;
import dev.tailbound.jit.arm64.TailCallScheme;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The arm64 backend with one part replaced.
final class Arm64 {
    static final KernelGeneration KERNEL = KernelGeneration.V6_12;
    static final Arm64Options OPTIONS = Arm64Options.debian(KERNEL);
    static final TailCallScheme SCHEME = new PointerScheme();

    private Arm64() {}

    /// The parts of a [FunctionEmitter].
    record Body(FunctionEmitter.Parts parts, Lowered lowered, int subprogram, Linkage linkage, long base, int landing) {}

    static Arm64Backend assembler(Supplier<MacroAssembler> part) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected MacroAssembler newAssembler() {
                return part.get();
            }
        };
    }

    static Arm64Backend alu(Function<MacroAssembler, AluEmitter> part) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected AluEmitter newAluEmitter(MacroAssembler asm) {
                return part.apply(asm);
            }
        };
    }

    static Arm64Backend memory(BiFunction<MacroAssembler, FrameLayout, MemoryEmitter> part) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected MemoryEmitter newMemoryEmitter(MacroAssembler asm, FrameLayout frame) {
                return part.apply(asm, frame);
            }
        };
    }

    /// For processors with or without FEAT_LSE, like the part.
    static Arm64Backend atomics(Function<MacroAssembler, AtomicEmitter> part) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected AtomicEmitter newAtomicEmitter(MacroAssembler asm) {
                return part.apply(asm);
            }
        };
    }

    /// Frames with the usual prologue and epilogue.
    static Arm64Backend frame(UnaryOperator<FrameLayout> wrong) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected FrameEmitter newFrameEmitter(MacroAssembler asm, FrameLayout frame) {
                return super.newFrameEmitter(asm, wrong.apply(frame));
            }
        };
    }

    static Arm64Backend function(Function<Body, FunctionEmitter> part) {
        return new Arm64Backend(OPTIONS, SCHEME) {
            @Override
            protected FunctionEmitter newFunctionEmitter(FunctionEmitter.Parts parts, Lowered lowered, int subprogram,
                    Linkage linkage, long base) {
                return part.apply(new Body(parts, lowered, subprogram, linkage, base, tailCallOffset()));
            }
        };
    }

    static Arm64Backend scheme(TailCallScheme part) {
        return new Arm64Backend(OPTIONS, part);
    }
}
