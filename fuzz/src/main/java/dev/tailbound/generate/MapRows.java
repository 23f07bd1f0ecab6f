package dev.tailbound.generate;

import dev.tailbound.generate.CaseSetup.Array;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Rows that call the map helpers, with keys in the stack.
final class MapRows {
    private static final int[] FLAGS = { 0, 0, 0, 1, 2, 3, 8, -1 };

    private MapRows() {}

    static boolean mayLookUp(FunctionBuilder f) {
        return f.nesting < 3 && mayUse(f, Helper.MAP_LOOKUP_ELEM);
    }

    static boolean mayUpdate(FunctionBuilder f) {
        return mayUse(f, Helper.MAP_UPDATE_ELEM);
    }

    static boolean mayDelete(FunctionBuilder f) {
        return mayUse(f, Helper.MAP_DELETE_ELEM);
    }

    private static boolean mayUse(FunctionBuilder f, Helper helper) {
        return CallRows.mayCall(f) && f.options.helpers().contains(helper) && keySlots(f) != 0 && f.affords(30);
    }

    private static int keySlots(FunctionBuilder f) {
        return f.frame.atLeast(Size.W) & ~f.reservedSlots;
    }

    private static Array anyMap(FunctionBuilder f) {
        int tables = f.world.tables().size();
        int at = f.choices.below(f.world.data().size() + 2 * tables);
        return at < 2 * tables ? f.world.tables().get(at / 2) : f.world.data().get(at - 2 * tables);
    }

    /// Looks a key up and uses the value if there is one.
    static void lookup(FunctionBuilder f) {
        var map = anyMap(f);
        call(f, Helper.MAP_LOOKUP_ELEM, map, storeKey(f, map));

        int end = f.code.label();
        var without = f.state.copy();
        boolean leave = f.choices.oneIn(4);
        f.emit(new Insn.JumpIf(Width.W64, leave ? Cond.NE : Cond.EQ, Reg.R0, new Imm(0), end));
        if (leave) {
            ResultFold.exit(f);
            f.code.bind(end);
            f.state = without;
            point(f, map);
            use(f);
            return;
        }
        point(f, map);
        use(f);
        f.join(without);
        f.code.bind(end);
    }

    private static void point(FunctionBuilder f, Array map) {
        var pointer = PointerBounds.value(map.map(), map.valueSize(), 0);
        f.state.setPointer(Reg.R0, pointer);
        int saved = f.plan.saved() & ~f.reserved & ~f.state.fresh;
        if (saved != 0 && f.choices.oneIn(3)) {
            var home = Reg.of(f.choices.bitOf(saved));
            f.emit(new Insn.Mov(Width.W64, home, Reg.R0));
            f.state.setPointer(home, pointer);
        }
    }

    private static void use(FunctionBuilder f) {
        for (int i = f.choices.between(1, 2); i > 0; i--) {
            switch (f.choices.below(3)) {
                case 0 -> MemoryRows.load(f);
                case 1 -> MemoryRows.store(f);
                default -> {
                    if (f.options.target().atomics()) {
                        AtomicRows.modify(f);
                    } else {
                        MemoryRows.store(f);
                    }
                }
            }
        }
    }

    static void update(FunctionBuilder f) {
        var map = anyMap(f);
        int key = storeKey(f, map);
        if (!pointToNewValue(f, map)) {
            call(f, Helper.MAP_DELETE_ELEM, map, key);
            f.state.setScalar(Reg.R0);
            return;
        }
        f.emit(new Insn.Mov(f.width(), Reg.R4, new Imm(f.choices.pick(FLAGS))));
        call(f, Helper.MAP_UPDATE_ELEM, map, key);
        f.state.setScalar(Reg.R0);
    }

    static void delete(FunctionBuilder f) {
        var map = anyMap(f);
        call(f, Helper.MAP_DELETE_ELEM, map, storeKey(f, map));
        f.state.setScalar(Reg.R0);
    }

    /// R3 = the address of bytes of a value's size, in a slot or in another map; false if there are none.
    private static boolean pointToNewValue(FunctionBuilder f, Array map) {
        int slots = CallRows.fullSlots(f);
        if (map.valueSize() <= 8 && slots != 0 && f.choices.below(3) > 0) {
            CallRows.pointTo(f, Reg.R3, f.frame.slot(f.choices.bitOf(slots)).off());
            return true;
        }
        // Not the same map: a copy onto an overlapping value has no defined order.
        var others = f.world.data().stream()
                .filter(other -> other.map() != map.map() && other.valueSize() >= map.valueSize()).toList();
        if (others.isEmpty()) {
            return false;
        }
        var other = f.choices.pick(others);
        f.emit(new Insn.LoadMapValue(Reg.R3, other.map(), f.choices.below(other.valueSize() - map.valueSize() + 1)));
        return true;
    }

    /// Stores a key, in range or not, and returns its offset from R10; scratch registers contain no fresh value then.
    private static int storeKey(FunctionBuilder f, Array map) {
        int position = f.choices.bitOf(keySlots(f));
        var slot = f.frame.slot(position);
        boolean filled = (f.state.slots & 1 << position) != 0;
        f.keepSlot(position);
        var key = switch (f.choices.below(8)) {
            case 0 -> f.scalar();
            case 1 -> new Imm(map.entries());
            case 2 -> f.immediate();
            default -> new Imm(f.choices.below(map.entries()));
        };
        f.emit(new Insn.Store(filled ? Size.W : slot.size(), Reg.R10, slot.off(), key));
        f.fillSlot(position);
        f.keepAll(RegisterState.SCRATCH);
        return slot.off();
    }

    private static void call(FunctionBuilder f, Helper helper, Array map, int key) {
        CallRows.pointTo(f, Reg.R2, key);
        f.emit(new Insn.LoadMap(Reg.R1, map.map()));
        f.emit(new Insn.CallHelper(helper));
        f.state.called();
    }
}
