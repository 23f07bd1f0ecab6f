package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Guesses the kinds and sizes of maps that programs name but the input does not define.
///
/// A map that a tail call takes is a program array, any other one an array. The tail call's map is what R2 holds in straight-line code before the call.
final class MapGuesses {
    private static final int VALUE_SIZE = 64;
    private static final int ENTRIES = 8;
    private static final int MAX_ENTRIES = 1 << 16;
    /// Instructions before a call, so that the work stays linear.
    private static final int MAX_LOOKED_AT = 1024;

    private final List<Program> programs;
    /// The program arrays by their positions, with the number of their entries.
    private final Map<Integer, Integer> entries = new HashMap<>();
    /// The ends of the bytes that programs address in values, by the maps' positions.
    private final Map<Integer, Integer> ends = new HashMap<>();

    private MapGuesses(List<Program> programs) {
        this.programs = programs;
    }

    /// Adds maps of these names to the draft, which has none of them; `programs` name them by position.
    ///
    /// @param valueSizes the sizes of values that the input states
    static void add(CaseDraft draft, List<String> names, List<Program> programs, Map<String, Integer> valueSizes) {
        add(draft, names, programs, valueSizes, Map.of());
    }

    /// The same if some of the maps are known.
    static void add(CaseDraft draft, List<String> names, List<Program> programs, Map<String, Integer> valueSizes,
            Map<String, BpfMap> known) {
        var guesses = new MapGuesses(programs);
        guesses.look();
        for (int map = 0; map < names.size(); map++) {
            var name = names.get(map);
            if (known.containsKey(name)) {
                draft.map(name, () -> known.get(name));
            } else if (guesses.entries.containsKey(map)) {
                draft.guessProgArray(name, guesses.entries.get(map));
            } else {
                draft.guessArray(name,
                        Math.max(1, valueSizes.getOrDefault(name, Math.max(VALUE_SIZE, guesses.ends.getOrDefault(map, 0)))));
            }
        }
    }

    private void look() {
        for (var program : programs) {
            for (int i = 0; i < program.size(); i++) {
                if (program.insn(i) instanceof Insn.CallHelper call && call.isTailCall()) {
                    int slots = Math.max(ENTRIES, key(program, i).orElse(0) + 1);
                    tailCalled(program, i).ifPresent(map -> entries.merge(map, slots, Math::max));
                } else if (program.insn(i) instanceof Insn.LoadMapValue(_, int map, int off) && off >= 0 && off < MAX_ENTRIES) {
                    ends.merge(map, off + Long.BYTES, Math::max);
                }
            }
        }
    }

    /// The position of the map of the tail call at `call`.
    static OptionalInt tailCalled(Program program, int call) {
        int definition = definition(program, call, Reg.R2);
        return definition >= 0 && program.insn(definition) instanceof Insn.LoadMap(_, int map) ? OptionalInt.of(map)
                : OptionalInt
                        .empty();
    }

    private static OptionalInt key(Program program, int call) {
        int definition = definition(program, call, Reg.R3);
        return definition >= 0 && program.insn(definition) instanceof Insn.Mov(_, _, Imm(int key)) && key >= 0
                && key < MAX_ENTRIES ? OptionalInt.of(key) : OptionalInt.empty();
    }

    /// The instruction that gave a register its value, traced through copies, or -1 if straight-line code does not show it.
    static int definition(Program program, int from, Reg reg) {
        var wanted = reg;
        int first = Math.max(0, from - MAX_LOOKED_AT);
        for (int i = from - 1; i >= first && program.insn(i).fallsThrough(); i--) {
            var insn = program.insn(i);
            if (insn instanceof Insn.Mov(_, var dst, Reg src) && dst == wanted) {
                wanted = src;
            } else if (writes(insn, wanted)) {
                return i;
            }
        }
        return -1;
    }

    /// Whether the instruction gives the register a new value; calls give all that they do not preserve one.
    static boolean writes(Insn insn, Reg reg) {
        return switch (insn) {
            case Insn.Alu i -> i.dst() == reg;
            case Insn.Neg i -> i.dst() == reg;
            case Insn.Mov i -> i.dst() == reg;
            case Insn.MovSx i -> i.dst() == reg;
            case Insn.MovPerCpu i -> i.dst() == reg;
            case Insn.Swap i -> i.dst() == reg;
            case Insn.LoadImm64 i -> i.dst() == reg;
            case Insn.LoadMap i -> i.dst() == reg;
            case Insn.LoadMapValue i -> i.dst() == reg;
            case Insn.Load i -> i.dst() == reg;
            case Insn.LoadAcquire i -> i.dst() == reg;
            case Insn.Atomic i -> i.fetched() == reg;
            case Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _ -> reg.number() <= Reg.R5.number();
            case Insn.Store _,Insn.StoreRelease _,Insn.Jump _,Insn.JumpIf _,Insn.Exit _ -> false;
        };
    }
}
