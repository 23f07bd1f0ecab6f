package dev.tailbound.verify;

/// The object that a pointer points into.
public sealed interface PointerTarget {

    /// The context of an `skb` case: fields at fixed offsets.
    record Ctx() implements PointerTarget {}

    /// The context of a `mem` case: `size` bytes of plain memory.
    record Mem(int size) implements PointerTarget {}

    /// What a tracing program is given: five arguments, and the result where `seesResult`.
    record Arguments(CallSummary passed, boolean seesResult) implements PointerTarget {
        /// Words that the program may read.
        int seen() {
            return seesResult ? passed.words().size() : passed.words().size() - 1;
        }
    }

    /// The stack of a frame, 0 being the main function's; offsets count from R10 and are negative.
    record Stack(int frame) implements PointerTarget {}

    /// Some value of an array map; `map` is its position in the case.
    record MapValue(int map, int size) implements PointerTarget {}

    /// The first `size` bytes of memory, for reading only.
    record View(PointerTarget of, int size) implements PointerTarget {}

    /// A map itself, good only as an argument of helpers.
    record Map(int map) implements PointerTarget {}

    /// The task that runs. Kernels take its address for a number like others; here nothing may come of it but what programs do with addresses.
    record Task() implements PointerTarget {}

    /// The first byte of the packet, or what follows its last one. No access to it is supported, so both may be kept and compared alone.
    record Packet(boolean end) implements PointerTarget {}

    /// Where a program's R1 points at its start.
    default boolean isContext() {
        return switch (this) {
            case Ctx _,Mem _,Arguments _ -> true;
            case Stack _,MapValue _,View _,Map _,Task _,Packet _ -> false;
        };
    }

    /// Kernels know that a pointer into it is not null. Of the stack, the context and the packet they do not, and follow both ways of a test.
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
