package dev.tailbound.verify;

import java.util.List;

/// Watches a verification: what was known of the registers before each instruction, on every path that was followed.
///
/// What the verifier claims is this: whenever a run is at an instruction, one of the states that were met there fits its registers. A number
/// fits a [Scalar] if the range contains it; an address fits a [Pointer] if it is the region's address plus the offset plus a member of the
/// variable offset; anything fits [Uninit]. To claim that much, an observed verification follows paths that others may leave out, those that
/// differ in numbers on which nothing rests, and may find a program too complex that is accepted otherwise.
@FunctionalInterface
public interface StateObserver {

    /// A path is about to execute an instruction.
    ///
    /// @param program   the program's position in the case
    /// @param insn      the instruction that comes next
    /// @param registers R0 to R10 of the current frame; those that will not be read before they are written are given as uninitialised
    void meet(int program, int insn, List<AbstractValue> registers);
}
