package dev.tailbound.verify;

import java.util.List;

/// Observes a verification: the abstract registers before each instruction, on every explored path.
///
/// Invariant: whenever a run is at an instruction, at least one of the states observed there matches its registers. A number matches a [Scalar] if
/// the range contains it; an address matches a [Pointer] if it is the region's address plus the offset plus a member of the variable offset; anything
/// matches [Uninit]. For this, an observed verification also explores paths that differ only in imprecise numbers. It may therefore reject as too
/// complex a program that is otherwise accepted.
@FunctionalInterface
public interface StateObserver {

    /// Called before a path executes an instruction.
    ///
    /// @param program   the program's index in the case
    /// @param insn      the instruction about to be executed
    /// @param registers R0 to R10 of the current frame; dead registers are reported as uninitialised
    void meet(int program, int insn, List<AbstractValue> registers);
}
