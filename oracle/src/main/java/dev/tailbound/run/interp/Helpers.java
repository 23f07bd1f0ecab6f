package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R2;
import static dev.tailbound.isa.Reg.R3;
import static dev.tailbound.isa.Reg.R4;
import static dev.tailbound.isa.Reg.R5;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Environment;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.HelperCall;
import dev.tailbound.run.Outcome.Trap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The helper functions of one run, and the record of their calls.
final class Helpers {
    // include/uapi/asm-generic/errno-base.h
    private static final long E2BIG = 7;
    private static final long EEXIST = 17;
    private static final long EINVAL = 22;

    // include/uapi/linux/bpf.h: flags of BPF_MAP_UPDATE_ELEM
    private static final long BPF_NOEXIST = 1;
    private static final long BPF_EXIST = 2;
    private static final long BPF_F_LOCK = 4;

    private final Memory memory;
    private final Case source;
    private final List<HelperCall> calls = new ArrayList<>();
    private long prandom;
    private long ktime;

    Helpers(Case source, Memory memory) {
        this.source = source;
        this.memory = memory;
        prandom = source.environment().prandom();
        ktime = source.environment().ktime();
    }

    List<HelperCall> calls() {
        return calls;
    }

    /// Calls the helper with the frame's R1..R5; returns the value for R0.
    long call(int id, Frame frame) {
        var helper = Helper.byId(id).orElseThrow(() -> notOffered(id));
        return switch (helper) {
            case MAP_LOOKUP_ELEM -> record(lookup(frame), helper, frame);
            case MAP_UPDATE_ELEM -> record(update(frame), helper, frame);
            case MAP_DELETE_ELEM -> record(delete(frame), helper, frame);
            case KTIME_GET_NS -> record(ktime++, helper, frame);
            case GET_PRANDOM_U32 -> record(nextPrandom(), helper, frame);
            case GET_SMP_PROCESSOR_ID -> record(Integer.toUnsignedLong(source.environment().cpu()), helper, frame);
            case GET_CURRENT_TASK -> record(memory.taskAddress(), helper, frame);
            case TRACE -> record(0, helper, frame);
            case TAIL_CALL -> throw new IllegalArgumentException("a tail call does not return a value");
        };
    }

    /// Records a kfunc call: the module, then the scalar arguments. Special kfuncs are skipped: machine code does not call them.
    void record(Kfunc kfunc, int module, Frame frame) {
        if (kfunc.isSpecial()) {
            return;
        }
        var scalars = new ArrayList<Long>();
        scalars.add((long) module);
        numbers(kfunc).forEach(number -> scalars.add(frame.read(number)));
        add(new HelperCall(kfunc.id(), scalars));
    }

    /// Registers whose values are recorded for a call.
    static List<Reg> numbers(Kfunc kfunc) {
        return IntStream.range(0, kfunc.parameters().size()).filter(i -> kfunc.parameters().get(i) == Kfunc.Parameter.NUMBER)
                .mapToObj(i -> Reg.of(R1.number() + i)).toList();
    }

    /// Registers whose values are recorded for a call.
    static List<Reg> numbers(Helper helper) {
        return switch (helper) {
            case MAP_UPDATE_ELEM -> List.of(R4);
            case TRACE -> List.of(R1, R2, R3, R4, R5);
            case MAP_LOOKUP_ELEM, MAP_DELETE_ELEM, KTIME_GET_NS, GET_PRANDOM_U32, GET_SMP_PROCESSOR_ID, GET_CURRENT_TASK,
                    TAIL_CALL ->
                List.of();
        };
    }

    private static Fault notOffered(int id) {
        return new Fault(Trap.EXCEPTION, "call of helper %d, which no engine offers".formatted(id));
    }

    /// Calls that machine code may inline are not recorded.
    private long record(long result, Helper helper, Frame frame) {
        if (!helper.mayBeInlined()) {
            add(new HelperCall(helper.id(), numbers(helper).stream().map(frame::read).toList()));
        }
        return result;
    }

    private void add(HelperCall call) {
        if (calls.size() == Observation.MAX_HELPER_CALLS) {
            throw new Fault(Trap.RUNAWAY, "the run makes more than %d helper calls".formatted(calls.size()));
        }
        calls.add(call);
    }

    // Keys of array maps are 32-bit indices. Every key below max_entries exists, and none can be deleted.

    private long lookup(Frame frame) {
        int map = memory.mapAt(frame.read(R1));
        var array = array(map);
        int key = key(frame);
        return has(array, key) ? memory.valuesAddress(map) + (long) key * array.stride() : 0;
    }

    private long update(Frame frame) {
        int map = memory.mapAt(frame.read(R1));
        var array = array(map);
        int key = key(frame);
        var value = memory.read(frame.read(R3), array.valueSize());
        long flags = frame.read(R4);
        if (Long.compareUnsigned(flags & ~BPF_F_LOCK, BPF_EXIST) > 0) {
            return -EINVAL;
        }
        if (!has(array, key)) {
            return -E2BIG;
        }
        if ((flags & BPF_NOEXIST) != 0) {
            return -EEXIST;
        }
        if ((flags & BPF_F_LOCK) != 0) {
            // Map values never contain a lock.
            return -EINVAL;
        }
        System.arraycopy(value, 0, memory.valuesBytes(map), key * array.stride(), value.length);
        return 0;
    }

    private long delete(Frame frame) {
        array(memory.mapAt(frame.read(R1)));
        key(frame);
        return -EINVAL;
    }

    private BpfMap.Array array(int map) {
        return switch (source.maps().get(map)) {
            case BpfMap.Array array -> array;
            case BpfMap.ProgArray other ->
                throw new Fault(Trap.MEMORY, "map %s is a program array, expected an array".formatted(other.name()));
        };
    }

    private int key(Frame frame) {
        return (int) memory.load(Size.W, frame.read(R2));
    }

    private static boolean has(BpfMap.Array array, int key) {
        return Integer.compareUnsigned(key, array.entries()) < 0;
    }

    /// SplitMix64, see [Environment].
    private long nextPrandom() {
        prandom += 0x9e3779b97f4a7c15L;
        long mixed = (prandom ^ prandom >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return (mixed ^ mixed >>> 31) >>> 32;
    }
}
