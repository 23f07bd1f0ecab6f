package dev.tailbound.generate;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.generate.CaseSetup.JumpTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Generates the input of a case's programs: map values, slots of program arrays, context and environment.
record InputGenerator(Choices choices) {

    /// A value full of corner values.
    Bytes value(int size) {
        var value = ByteBuffer.allocate(size + 7 & -8).order(ByteOrder.LITTLE_ENDIAN);
        while (value.hasRemaining()) {
            value.putLong(CornerValues.wide(choices));
        }
        return bytes(value.limit(size));
    }

    static Bytes bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return Bytes.of(bytes);
    }

    /// Contents of a program array: some slots stay empty, or all of them if there is no target.
    SortedMap<Integer, String> slots(int entries, List<String> targets) {
        var slots = new TreeMap<Integer, String>();
        for (int key = 0; key < entries && !targets.isEmpty(); key++) {
            if (choices.below(4) > 0 || key == 0) {
                slots.put(key, choices.pick(targets));
            }
        }
        return slots;
    }

    /// The value of the pace map: the countdown, and the indices planned for `table`, some of them of empty slots or out of range.
    Bytes pace(TailCallTermination pace, JumpTable table) {
        var contents = ByteBuffer.allocate(CaseSetup.PACE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        contents.putInt(CaseSetup.COUNTDOWN, pace == TailCallTermination.COUNTED ? countdown() : 0);
        for (int i = 0; i < CaseSetup.PLANNED; i++) {
            boolean filled = !table.filled().isEmpty() && choices.below(4) > 0;
            int index = filled ? choices.pick(table.filled()) : choices.between(-1, table.entries());
            long upper = choices.oneIn(2) ? 0 : CornerValues.wide(choices) << 32;
            contents.putLong(CaseSetup.PLAN + 8 * i, upper | (index & 0xffff_ffffL));
        }
        return bytes(contents);
    }

    /// Usually few, sometimes about the budget.
    private int countdown() {
        return switch (choices.weighted(75, 18, 7)) {
            case 0 -> choices.between(1, 4);
            case 1 -> choices.between(5, 12);
            default -> choices.between(30, 37);
        };
    }

    Context context() {
        var cb = new ArrayList<Integer>(5);
        for (int i = 0; i < 5; i++) {
            cb.add((int) CornerValues.wide(choices));
        }
        var defaults = Context.Skb.defaults();
        return new Context.Skb(defaults.len(), (int) CornerValues.wide(choices), (int) CornerValues.wide(choices), cb);
    }

    Environment environment() {
        return new Environment(choices.bits64(), choices.bits64() >>> 1, choices.below(4));
    }
}
