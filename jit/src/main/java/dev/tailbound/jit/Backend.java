package dev.tailbound.jit;

import dev.tailbound.isa.Reg;
import java.util.List;

/// A JIT compiler for one architecture, with its options fixed.
public interface Backend {

    /// The name on the command line, such as `x86-64:stack-copy`.
    String name();

    /// Compiles one function for the address `base`.
    ///
    /// The same function compiled again with other addresses of the same reach has the same length. Throws [UnsupportedOperationException]
    /// where the function cannot be compiled (too long for a branch, for example), with the reason.
    MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base);

    /// Code that compiled functions call besides helpers, one entry for each routine; it works at any address.
    default List<byte[]> routines() {
        return List.of();
    }

    /// Compiles the function once more, for other addresses of the same reach than `measured` was compiled for. The length stays.
    default MachineCode recompile(MachineCode measured, Lowered lowered, int subprogram, Linkage linkage, long base) {
        return compile(lowered, subprogram, linkage, base);
    }

    /// How programs are attached to its functions; throws [UnsupportedOperationException] where they cannot be.
    default Trampolines trampolines() {
        throw new UnsupportedOperationException(name() + ": programs cannot be attached to functions");
    }

    /// The machine register, by its assembler's name, that holds a BPF register wherever the code of an instruction starts.
    ///
    /// R10's does so in functions that name R10; what it holds in others is left to the backend.
    String register(Reg reg);

    /// A tail call gives R6 to R9 back to the caller before it leaves the function, so that they reach the target as a call would hand them on.
    boolean restoresBeforeTailCalls();

    /// Offset in bytes at which tail calls enter a main function; the same for all programs.
    int tailCallOffset();
}
