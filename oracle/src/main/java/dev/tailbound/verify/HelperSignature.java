package dev.tailbound.verify;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Reg;
import java.util.List;

/// Types of a helper's arguments (R1, R2, ...) and of its result (R0).
record HelperSignature(Result result, List<Arg> args) {

    /// One argument.
    enum Arg {
        /// An array map.
        MAP,
        /// The program array of a tail call.
        PROG_ARRAY,
        /// A readable key of the map in R1.
        KEY,
        /// A readable value of the map in R1.
        VALUE,
        /// The unmodified context pointer.
        CTX,
        /// Any initialised value.
        ANYTHING
    }

    /// The result.
    enum Result {
        SCALAR,
        /// The address of the current task.
        TASK,
        /// A value of the map in R1, or null.
        VALUE_OR_NULL,
        /// R0 is unreadable.
        NOTHING
    }

    private static final int KEY_SIZE = 4;

    // @formatter:off
    private static final HelperSignature LOOKUP    = of(Result.VALUE_OR_NULL, Arg.MAP, Arg.KEY);
    private static final HelperSignature UPDATE    = of(Result.SCALAR,        Arg.MAP, Arg.KEY, Arg.VALUE, Arg.ANYTHING);
    private static final HelperSignature DELETE    = of(Result.SCALAR,        Arg.MAP, Arg.KEY);
    private static final HelperSignature NUMBER    = of(Result.SCALAR);
    private static final HelperSignature TASK      = of(Result.TASK);
    private static final HelperSignature TAIL_CALL = of(Result.NOTHING,       Arg.CTX, Arg.PROG_ARRAY, Arg.ANYTHING);
    private static final HelperSignature TRACE     = of(Result.SCALAR,        Arg.ANYTHING, Arg.ANYTHING, Arg.ANYTHING, Arg.ANYTHING, Arg.ANYTHING);
    // @formatter:on

    private static HelperSignature of(Result result, Arg... args) {
        return new HelperSignature(result, List.of(args));
    }

    static HelperSignature of(Helper helper) {
        return switch (helper) {
            case MAP_LOOKUP_ELEM -> LOOKUP;
            case MAP_UPDATE_ELEM -> UPDATE;
            case MAP_DELETE_ELEM -> DELETE;
            case KTIME_GET_NS, GET_PRANDOM_U32, GET_SMP_PROCESSOR_ID -> NUMBER;
            case GET_CURRENT_TASK -> TASK;
            case TAIL_CALL -> TAIL_CALL;
            case TRACE -> TRACE;
        };
    }

    /// The argument registers as a set of [Reg#bit()]s.
    int registers() {
        return ((1 << args.size()) - 1) << Reg.R1.number();
    }

    /// Checks the arguments; returns the map in R1 or R2, or null if the helper takes none.
    BpfMap check(Helper helper, PathState state, List<BpfMap> maps, MemoryAccess memory, ExplorationFacts findings) {
        BpfMap map = null;
        for (int i = 0; i < args.size(); i++) {
            var reg = Reg.of(Reg.R1.number() + i);
            var value = state.read(reg);
            switch (args.get(i)) {
                case MAP -> {
                    map = mapIn(reg, value, maps);
                    if (!(map instanceof BpfMap.Array)) {
                        throw new Rejection("cannot pass map_type prog_array into func %s#%d: map %s", helper.symbol(),
                                helper.id(), map.name());
                    }
                }
                case PROG_ARRAY -> {
                    map = mapIn(reg, value, maps);
                    if (!(map instanceof BpfMap.ProgArray)) {
                        throw new Rejection("expected prog array map for tail call: map %s is an array", map.name());
                    }
                }
                case KEY -> checkMemory(reg, value, KEY_SIZE, state, memory);
                case VALUE -> checkMemory(reg, value, map instanceof BpfMap.Array array ? array.valueSize() : 0, state, memory);
                case CTX -> {
                    if (!isContext(value)) {
                        throw wrongType(reg, value, "ctx");
                    }
                }
                case ANYTHING -> {
                    if (value instanceof Pointer) {
                        findings.leakAddress();
                    }
                }
            }
        }
        return map;
    }

    /// The value is the unmodified context pointer.
    static boolean isContext(AbstractValue value) {
        return value instanceof Pointer pointer && pointer.region().isContext() && pointer.isUnmodified();
    }

    private static BpfMap mapIn(Reg reg, AbstractValue value, List<BpfMap> maps) {
        if (value instanceof Pointer pointer && pointer.region() instanceof PointerTarget.Map(int map)) {
            return maps.get(map);
        }
        throw wrongType(reg, value, "map_ptr");
    }

    private static void checkMemory(Reg reg, AbstractValue value, int length, PathState state, MemoryAccess memory) {
        boolean readable = value instanceof Pointer pointer && !pointer.mayBeNull() && switch (pointer.region()) {
            case PointerTarget.Stack _,PointerTarget.MapValue _,PointerTarget.Mem _ -> true;
            case PointerTarget.Ctx _,PointerTarget.Arguments _,PointerTarget.View _,PointerTarget.Map _,PointerTarget.Task _,PointerTarget.Packet _ ->
                false;
        };
        if (!readable) {
            throw wrongType(reg, value, "fp, map_value, mem");
        }
        memory.readBytes(state, reg, length);
    }

    private static Rejection wrongType(Reg reg, AbstractValue value, String expected) {
        return new Rejection("%s type=%s expected=%s", reg, value instanceof Pointer ? value : value.typeName(), expected);
    }
}
