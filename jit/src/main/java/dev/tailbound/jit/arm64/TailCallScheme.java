package dev.tailbound.jit.arm64;

/// How frames are built and where they keep the number of tail calls.
///
/// A function's prologue is `enter`, the landing point, `allocate`; its epilogue `release`, `leave`. A tail call releases, then jumps to the
/// target's landing point: the target allocates for itself on what the caller entered.
public interface TailCallScheme {

    /// The name on the command line.
    String name();

    /// After the frame record; the same length in all main functions.
    void enter(MacroAssembler asm, FrameLayout frame);

    /// What depends on the function: room for its stack and the registers it uses.
    void allocate(MacroAssembler asm, FrameLayout frame);

    /// Undoes [#allocate].
    void release(MacroAssembler asm, FrameLayout frame);

    /// Undoes [#enter], down to the frame record.
    void leave(MacroAssembler asm, FrameLayout frame);

    /// The whole sequence, from the steps of `call` and the counting.
    void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call);

    /// [#release] restores the registers of the caller; otherwise only [#leave] does.
    boolean restoresBeforeTailCalls();

    /// Where `R10 + off` lies by a base with smaller offsets; to be used where the access can encode the offset.
    Address.Offset stack(FrameLayout frame, int off);
}
