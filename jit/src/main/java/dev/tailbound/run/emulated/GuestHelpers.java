package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Environment;
import dev.tailbound.isa.Helper;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.HelperCall;
import dev.tailbound.run.Outcome.Trap;
import java.util.ArrayList;
import java.util.List;

/// Helpers for machine code: they take guest addresses and return the kernel's results.
final class GuestHelpers {
    // include/uapi/linux/bpf.h: flags of an update
    private static final long BPF_NOEXIST = 1;
    private static final long BPF_EXIST = 2;
    private static final long BPF_F_LOCK = 4;

    // include/uapi/asm-generic/errno-base.h
    private static final long E2BIG = 7;
    private static final long EEXIST = 17;
    private static final long EINVAL = 22;

    private final GuestMemory memory;
    private final GuestKfuncs kfuncs;
    private Case source;
    private long prandom;
    private long ktime;
    private final List<HelperCall> calls = new ArrayList<>();

    GuestHelpers(GuestMemory memory) {
        this.memory = memory;
        kfuncs = new GuestKfuncs(memory);
    }

    /// Resets the state for a run of the case.
    void begin(Case next) {
        source = next;
        prandom = environment().prandom();
        ktime = environment().ktime();
        calls.clear();
    }

    private Environment environment() {
        return source.environment();
    }

    /// The calls of this run, as in [dev.tailbound.run.Observation].
    List<HelperCall> calls() {
        return calls;
    }

    /// Executes the helper on the five argument registers; returns the value for R0.
    long call(Helper helper, long r1, long r2, long r3, long r4, long r5) {
        if (!helper.mayBeInlined()) {
            add(new HelperCall(helper.id(), switch (helper) {
                case MAP_UPDATE_ELEM -> List.of(r4);
                case TRACE -> List.of(r1, r2, r3, r4, r5);
                case MAP_LOOKUP_ELEM, MAP_DELETE_ELEM, KTIME_GET_NS, GET_PRANDOM_U32, GET_SMP_PROCESSOR_ID, GET_CURRENT_TASK,
                        TAIL_CALL ->
                    List.of();
            }));
        }
        return switch (helper) {
            case MAP_LOOKUP_ELEM -> lookup(r1, r2);
            case MAP_UPDATE_ELEM -> update(r1, r2, r3, r4);
            case MAP_DELETE_ELEM -> delete(r1, r2);
            case KTIME_GET_NS -> ktime++;
            case GET_PRANDOM_U32 -> nextPrandom();
            case GET_SMP_PROCESSOR_ID -> Integer.toUnsignedLong(environment().cpu());
            case GET_CURRENT_TASK -> memory.task();
            case TRACE -> 0;
            case TAIL_CALL -> throw new GuestFault(Trap.EXCEPTION, "a tail call was compiled as a call of a function");
        };
    }

    /// Executes a kfunc on the argument registers.
    long call(KfuncSpace.Callee callee, long... arguments) {
        kfuncs.observed(callee, arguments).forEach(this::add);
        return kfuncs.call(callee, arguments);
    }

    private void add(HelperCall call) {
        if (calls.size() == Observation.MAX_HELPER_CALLS) {
            throw new GuestFault(Trap.RUNAWAY, "the run makes more than %d helper calls".formatted(calls.size()));
        }
        calls.add(call);
    }

    private long lookup(long map, long key) {
        int position = array(map);
        long index = index(key);
        var array = (BpfMap.Array) source.maps().get(position);
        return index < array.entries() ? memory.objects().value(position) + index * array.stride() : 0;
    }

    // kernel/bpf/arraymap.c has the checks in this order.
    private long update(long map, long key, long value, long flags) {
        int position = array(map);
        var array = (BpfMap.Array) source.maps().get(position);
        if (Long.compareUnsigned(flags & ~BPF_F_LOCK, BPF_EXIST) > 0) {
            return -EINVAL;
        }
        long index = index(key);
        if (index >= array.entries()) {
            return -E2BIG;
        }
        if ((flags & BPF_NOEXIST) != 0) {
            return -EEXIST;
        }
        if ((flags & BPF_F_LOCK) != 0) {
            return -EINVAL; // the values have no lock
        }
        memory.data(memory.objects().value(position) + index * array.stride(), array.valueSize())
                .copyFrom(memory.data(value, array.valueSize()));
        return 0;
    }

    private long delete(long map, long key) {
        array(map);
        index(key);
        return -EINVAL; // the entries of an array always exist
    }

    private long index(long key) {
        return Integer.toUnsignedLong(memory.data(key, Integer.BYTES).get(JAVA_INT_UNALIGNED, 0));
    }

    private int array(long address) {
        int position = memory.objects().mapAt(address);
        if (position < 0 || !(source.maps().get(position) instanceof BpfMap.Array)) {
            throw new GuestFault(Trap.MEMORY, "helper's first argument expected an array map, found 0x%x".formatted(address));
        }
        return position;
    }

    /// SplitMix64, as [Environment] fixes it.
    private long nextPrandom() {
        prandom += 0x9e37_79b9_7f4a_7c15L;
        long mixed = (prandom ^ prandom >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return (mixed ^ mixed >>> 31) >>> 32;
    }
}
