package dev.tailbound.run.interp;

/// A place in the memory of a run, told by the object that it lies in: the same under every [AddressLayout], and in every engine.
///
/// @param offset from the object's first byte; may lie outside of the object
public record Place(Owner owner, long offset) {

    /// The objects that a run's memory is made of.
    public sealed interface Owner {
        record Context() implements Owner {}

        /// A map itself, by its position in the case.
        record Map(int map) implements Owner {}

        /// The values of an array map, with the padding between them.
        record Values(int map) implements Owner {}

        /// The stack of a frame, 0 being the outermost; [#STACK_BYTES] long, R10 points to its end.
        record Stack(int frame) implements Owner {}
    }

    public static final int STACK_BYTES = MemoryObject.Stack.SIZE;
}
