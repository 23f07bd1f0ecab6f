package dev.tailbound.faults;

import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.x86.Arithmetic;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.ControlFlow;
import dev.tailbound.jit.x86.CountingScheme;
import dev.tailbound.jit.x86.Frame;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.Memory;
import dev.tailbound.jit.x86.Pass;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.function.Function;
import java.util.function.Supplier;

/// The x86-64 backend with another part in the place of one of its own.
final class X86 {
    static final X86Options OPTIONS = X86Options.debian(KernelGeneration.V6_12);
    static final CountingScheme SCHEME = new PointerScheme();

    private X86() {}

    /// What a [Frame] is made of.
    record Entered(Assembler asm, Subprogram subprogram, int registers) {}

    /// What a [ControlFlow] is made of.
    record Body(Assembler asm, Frame frame, Linkage linkage, Pass pass) {}

    static X86Backend assembler(Supplier<Assembler> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected Assembler assembler() {
                return part.get();
            }
        };
    }

    static X86Backend arithmetic(Function<Assembler, Arithmetic> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected Arithmetic arithmetic(Assembler asm) {
                return part.apply(asm);
            }
        };
    }

    static X86Backend memory(Function<Assembler, Memory> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected Memory memory(Assembler asm) {
                return part.apply(asm);
            }
        };
    }

    static X86Backend frame(Function<Entered, Frame> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected Frame frame(Assembler asm, Subprogram function, int registers) {
                return part.apply(new Entered(asm, function, registers));
            }
        };
    }

    static X86Backend flow(Function<Body, ControlFlow> part) {
        return new X86Backend(OPTIONS, SCHEME) {
            @Override
            protected ControlFlow controlFlow(Assembler asm, Frame frame, Linkage linkage, Pass pass) {
                return part.apply(new Body(asm, frame, linkage, pass));
            }
        };
    }

    static X86Backend scheme(CountingScheme part) {
        return new X86Backend(OPTIONS, part);
    }
}
