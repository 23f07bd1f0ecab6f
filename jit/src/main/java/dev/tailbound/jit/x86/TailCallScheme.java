package dev.tailbound.jit.x86;

import java.util.List;

/// How tail calls of a run are counted: the code that a function and its tail calls have for it.
///
/// The count, or what leads to it, passes from function to function in rax. Functions from which no tail call can be reached have only the code
/// of [#entry], so that tail calls land at the same offset in all of them.
public interface TailCallScheme {

    /// The name on the command line, after `x86-64:`.
    String name();

    /// Code that the scheme's code calls by [Assembler#callRoutine(int)], see [dev.tailbound.jit.Backend#routines()].
    default List<byte[]> routines() {
        return List.of();
    }

    /// In the prologue, before the frame is set up and before the point where tail calls land; always as long, whatever `frame`.
    void entry(Assembler asm, FrameEmitter frame);

    /// Length of the code of [#entry].
    int entryLength();

    /// Tail calls keep the frame they are made in: all functions have the same one, and tail calls land after the prologue.
    default boolean keepsFrame() {
        return false;
    }

    /// rax hands something on from function to function.
    default boolean passesCount() {
        return true;
    }

    /// In the prologue, with room for the BPF stack made; pushes the slots. Where tail calls keep the frame, this is the prologue's end.
    void openSlots(Assembler asm, FrameEmitter frame);

    /// Before a call, which may change rax and hands it on.
    void beforeCall(Assembler asm, FrameEmitter frame);

    /// At a tail call, before the slot of the array is read: goes to `out` where the budget is used up.
    void test(Assembler asm, FrameEmitter frame, Label out);

    /// At a tail call, when its target is known.
    void count(Assembler asm, FrameEmitter frame);

    /// With rsp at the last slot, at a tail call (at an exit where tail calls keep the frame): pops what [#openSlots] pushed and leaves in rax what the target expects.
    void closeSlots(Assembler asm, FrameEmitter frame);
}
