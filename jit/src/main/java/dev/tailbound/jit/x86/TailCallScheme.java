package dev.tailbound.jit.x86;

import java.util.List;

/// Code in functions and tail calls that counts the tail calls of a run.
///
/// The count, or a pointer to it, passes from function to function in rax. Functions that cannot reach a tail call have only the code of [#entry], so
/// that the landing offset is the same everywhere.
public interface TailCallScheme {

    /// The name on the command line, after `x86-64:`.
    String name();

    /// Routines that the scheme's code calls with [Assembler#callRoutine(int)], see [dev.tailbound.jit.Backend#routines()].
    default List<byte[]> routines() {
        return List.of();
    }

    /// In the prologue, before the frame is set up and before the tail call landing point; the length does not depend on `frame`.
    void entry(Assembler asm, FrameEmitter frame);

    /// Length of the code of [#entry].
    int entryLength();

    /// Tail calls keep the current frame: all functions have the same layout, and tail calls land after the prologue.
    default boolean keepsFrame() {
        return false;
    }

    /// rax passes a value from function to function.
    default boolean passesCount() {
        return true;
    }

    /// In the prologue, after the BPF stack is allocated: pushes the slots. If tail calls keep the frame, this is the prologue's end.
    void openSlots(Assembler asm, FrameEmitter frame);

    /// Before a call: may set rax, which the call passes on.
    void beforeCall(Assembler asm, FrameEmitter frame);

    /// At a tail call, before the array slot is read: jumps to `out` if the budget is used up.
    void test(Assembler asm, FrameEmitter frame, Label out);

    /// At a tail call, after its target has been read.
    void count(Assembler asm, FrameEmitter frame);

    /// With rsp at the last slot, at a tail call (or at an exit, if tail calls keep the frame): pops the slots of [#openSlots] and sets rax as the
    /// target expects.
    void closeSlots(Assembler asm, FrameEmitter frame);
}
