package dev.tailbound.jit.arm64;

/// Layout of frames and of the tail call count in them.
///
/// A function's prologue is `enter`, the landing point, `allocate`; its epilogue `release`, `leave`. A tail call releases, then jumps to the target's
/// landing point, where the target allocates on the frame that the caller entered.
public interface TailCallScheme {

    /// The name on the command line.
    String name();

    /// After the frame record; the same length in all main functions.
    void enter(MacroAssembler asm, FrameLayout frame);

    /// The part that depends on the function: its stack and saved registers.
    void allocate(MacroAssembler asm, FrameLayout frame);

    /// Undoes [#allocate].
    void release(MacroAssembler asm, FrameLayout frame);

    /// Undoes [#enter], down to the frame record.
    void leave(MacroAssembler asm, FrameLayout frame);

    /// The whole sequence: the steps of `call` and the counting.
    void tailCall(MacroAssembler asm, FrameLayout frame, TailCall call);

    /// [#release] restores the caller's registers; otherwise only [#leave] does.
    boolean restoresBeforeTailCalls();

    /// `R10 + off` relative to the scheme's base register for the stack; used if the access can encode the offset.
    Address.Offset stack(FrameLayout frame, int off);
}
