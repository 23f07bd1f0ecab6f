package dev.tailbound.run.processor;

/// What a processor did with a [Trial].
public sealed interface Effect {

    /// The state after the instruction.
    ///
    /// @param jumped to the target, not to the next instruction
    @SuppressWarnings("ArrayRecordComponent") // compared one by one, to name what differs
    record Done(long[] registers, long flags, boolean jumped, byte[] window) implements Effect {}

    /// It raised an exception.
    record Faulted() implements Effect {}
}
