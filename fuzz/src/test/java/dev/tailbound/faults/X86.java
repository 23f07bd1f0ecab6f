package dev.tailbound.faults;

import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.x86.AluEmitter;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.ControlFlowEmitter;
import dev.tailbound.jit.x86.EmissionPass;
import dev.tailbound.jit.x86.FrameEmitter;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.MemoryEmitter;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.TailCallScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.function.Function;
import java.util.function.Supplier;

/// The x86-64 backend with one part replaced.
final class X86 {
    static final X86Options OPTIONS = X86Options.debian(KernelGeneration.V6_12);
    static final TailCallScheme SCHEME = new PointerScheme();

    private X86() {}

    /// The parts of a [FrameEmitter].
    record Entered(Assembler asm, Subprogram subprogram, int registers) {}

    /// The parts of a [ControlFlowEmitter].
    record Body(Assembler asm, FrameEmitter frame, Linkage linkage, EmissionPass pass) {}

    static X86Backend assembler(Supplier<Assembler> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected Assembler assembler() {
                return part.get();
            }
        };
    }

    static X86Backend arithmetic(Function<Assembler, AluEmitter> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected AluEmitter arithmetic(Assembler asm) {
                return part.apply(asm);
            }
        };
    }

    static X86Backend memory(Function<Assembler, MemoryEmitter> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected MemoryEmitter memory(Assembler asm) {
                return part.apply(asm);
            }
        };
    }

    static X86Backend frame(Function<Entered, FrameEmitter> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected FrameEmitter frame(Assembler asm, Subprogram function, int registers) {
                return part.apply(new Entered(asm, function, registers));
            }
        };
    }

    static X86Backend flow(Function<Body, ControlFlowEmitter> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected ControlFlowEmitter controlFlow(Assembler asm, FrameEmitter frame, Linkage linkage, EmissionPass pass) {
                return part.apply(new Body(asm, frame, linkage, pass));
            }
        };
    }

    static X86Backend scheme(TailCallScheme part) {
        return new X86Backend(OPTIONS, part);
    }
}
