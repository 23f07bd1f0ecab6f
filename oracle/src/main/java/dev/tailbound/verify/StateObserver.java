package dev.tailbound.verify;

import java.util.List;

/// Watches a verification: what was known of the registers before each instruction, on every path that was followed.
///
/// What the verifier claims is then: whenever a run is at an instruction, its registers lie inside one of the states that were met there. A
/// number lies inside a [Scalar] if its range contains it, an address inside a [Pointer] if it is the region's address plus the offset plus a
/// member of the variable offset; [Uninit] claims nothing. An observed verification follows more paths than others, because the
/// claim extends to numbers that do not matter, and may find a program too complex that is accepted otherwise.
@FunctionalInterface
public interface StateObserver {

    /// A path is about to execute an instruction.
    ///
    /// @param program   the program's position in the case
    /// @param insn      the instruction that comes next
    /// @param registers R0 to R10 of the current frame; those that will not be read before they are written are given as uninitialised
    void meet(int program, int insn, List<AbstractValue> registers);
}
