package dev.tailbound.jit.x86;

/// How tail calls of a run are counted: the code that a function and its tail calls have for it.
///
/// The count, or what leads to it, passes from function to function in rax. Functions from which no tail call can be reached have only the code
/// of [#entry], so that tail calls land at the same offset in all of them.
public interface CountingScheme {

    /// The name on the command line behind `x86-64:`.
    String name();

    /// In the prologue, before the frame is set up and before the point where tail calls land; always as long, whatever `frame`.
    void entry(Assembler asm, Frame frame);

    /// Length of the code of [#entry].
    int entryLength();

    /// In the prologue, with room for the BPF stack made; pushes the slots.
    void openSlots(Assembler asm, Frame frame);

    /// Before a call, which may change rax and hands it on.
    void beforeCall(Assembler asm, Frame frame);

    /// At a tail call, before the slot of the array is read: goes to `out` where the budget is used up.
    void test(Assembler asm, Frame frame, Label out);

    /// At a tail call, when its target is known.
    void count(Assembler asm, Frame frame);

    /// At a tail call, with rsp at the last slot: pops what [#openSlots] pushed and leaves in rax what the target expects.
    void closeSlots(Assembler asm, Frame frame);
}
