package dev.tailbound.jit;

import dev.tailbound.isa.Reg;
import java.util.List;

/// A JIT compiler for one architecture with fixed options.
public interface Backend {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Compiles one function for the address `base`.
    ///
    /// The length is the same for other addresses within the same reach. Throws [UnsupportedOperationException] with the reason if the function
    /// cannot be compiled, for example because it is too long for a branch.
    MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base);

    /// Position-independent routines that compiled functions call besides helpers.
    default List<byte[]> routines() {
        return List.of();
    }

    /// Compiles the function again for other addresses within the same reach as those of `measured`, with the same length.
    default MachineCode recompile(MachineCode measured, Lowered lowered, int subprogram, Linkage linkage, long base) {
        return compile(lowered, subprogram, linkage, base);
    }

    /// Code to attach programs to its functions; throws [UnsupportedOperationException] if that is not possible.
    default Trampolines trampolines() {
        throw new UnsupportedOperationException(name() + ": programs cannot be attached to functions");
    }

    /// Assembler name of the machine register that holds a BPF register at the start of each instruction's code.
    ///
    /// R10's is only defined in functions that use R10.
    String register(Reg reg);

    /// A tail call restores the caller's R6 to R9 before it leaves the function, so that the target sees them as after a call.
    boolean restoresBeforeTailCalls();

    /// Offset in bytes at which tail calls enter a main function; the same for all programs.
    int tailCallOffset();
}
