package dev.tailbound.run.interp;

/// A location in the memory of a run as object and offset, independent of [AddressLayout] and engine.
///
/// @param offset from the object's first byte; may be outside the object
public record Place(Owner owner, long offset) {

    /// The objects in a run's memory.
    public sealed interface Owner {
        record Context() implements Owner {}

        /// A map itself, by its index in the case.
        record Map(int map) implements Owner {}

        /// The values of an array map, with the padding between them.
        record Values(int map) implements Owner {}

        /// The stack of a frame; 0 is the outermost. It has [#STACK_BYTES] bytes, and R10 points to its end.
        record Stack(int frame) implements Owner {}
    }

    public static final int STACK_BYTES = MemoryObject.Stack.SIZE;
}
