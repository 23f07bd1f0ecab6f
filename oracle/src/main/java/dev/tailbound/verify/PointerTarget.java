package dev.tailbound.verify;

/// The memory region that a pointer points into.
public sealed interface PointerTarget {

    /// The context of an `skb` case: fields at fixed offsets.
    record Ctx() implements PointerTarget {}

    /// The context of a `mem` case: `size` bytes of plain memory.
    record Mem(int size) implements PointerTarget {}

    /// The context of a tracing program: five arguments, and the result if `seesResult`.
    record Arguments(CallSummary passed, boolean seesResult) implements PointerTarget {
        /// Number of words that the program may read.
        int seen() {
            return seesResult ? passed.words().size() : passed.words().size() - 1;
        }
    }

    /// The stack of a frame; frame 0 is the main function's. Offsets are relative to R10 and negative.
    record Stack(int frame) implements PointerTarget {}

    /// A value of an array map; `map` is its index in the case.
    record MapValue(int map, int size) implements PointerTarget {}

    /// A read-only view of the first `size` bytes of a region.
    record View(PointerTarget of, int size) implements PointerTarget {}

    /// A map itself, usable only as a helper argument.
    record Map(int map) implements PointerTarget {}

    /// The current task. Kernels treat its address as a scalar; here it is tracked as an address.
    record Task() implements PointerTarget {}

    /// The start of the packet, or its end. Packet accesses are not supported: programs may only copy and compare these pointers.
    record Packet(boolean end) implements PointerTarget {}

    /// R1 points to such a region when the program starts.
    default boolean isContext() {
        return switch (this) {
            case Ctx _,Mem _,Arguments _ -> true;
            case Stack _,MapValue _,View _,Map _,Task _,Packet _ -> false;
        };
    }

    /// Kernels know that pointers into it are not null. For the stack, the context and the packet they follow both outcomes of a null check.
    default boolean isNeverNull() {
        return switch (this) {
            case Mem _,MapValue _,Map _ -> true;
            case Ctx _,Arguments _,Stack _,View _,Task _,Packet _ -> false;
        };
    }

    default String typeName() {
        return switch (this) {
            case Ctx _,Arguments _ -> "ctx";
            case Mem _ -> "mem";
            case Stack _ -> "fp";
            case MapValue _ -> "map_value";
            case View _ -> "rdonly_untrusted_ptr";
            case Map _ -> "map_ptr";
            case Task _ -> "task";
            case Packet(boolean end) -> end ? "pkt_end" : "pkt";
        };
    }
}
