package dev.tailbound.generate;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.generate.CaseSetup.JumpTable;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Cases of the same programs with different inputs: the programs need to be verified only once.
public final class InputVariants {
    private final Case first;
    private final CaseSetup world;
    private final List<String> programs;

    InputVariants(Case first, CaseSetup world) {
        this.first = first;
        this.world = world;
        programs = first.programs().stream().map(Program::name).toList();
    }

    /// The case that the programs were generated for.
    public Case first() {
        return first;
    }

    /// The same programs with a new input.
    public Case redrawn(Choices choices) {
        var input = new InputGenerator(choices);
        var maps = new ArrayList<>(first.maps());
        world.data().forEach(array -> redraw(array, maps, input));
        world.tables().forEach(array -> redraw(array, maps, input));
        // The attachments of a program depend on the arrays that contain it.
        var jumps = first.attachments().isEmpty() ? world.jumps().stream().map(table -> redraw(table, maps, input)).toList()
                : world.jumps();
        fill(world.pace(), List.of(input.pace(world.tailCalls(), jumps.getFirst())), maps);
        return first.withInput(maps, input.context(), input.environment());
    }

    private static void redraw(CaseSetup.Array array, List<BpfMap> maps, InputGenerator input) {
        var values = new ArrayList<Bytes>(array.entries());
        for (int i = 0; i < array.entries(); i++) {
            values.add(input.value(array.valueSize()));
        }
        fill(array.map(), values, maps);
    }

    private static void fill(int map, List<Bytes> values, List<BpfMap> maps) {
        var array = (BpfMap.Array) maps.get(map);
        var init = new TreeMap<Integer, Bytes>();
        for (int key = 0; key < values.size(); key++) {
            init.put(key, values.get(key));
        }
        maps.set(map, array.with(array.valueSize(), array.entries(), init));
    }

    /// Whether it is empty until an event fills it.
    private boolean isFilledLater(int map, int key) {
        return !((BpfMap.ProgArray) first.maps().get(map)).slots().containsKey(key)
                && first.events().stream().anyMatch(event -> event.map() == map && event.key() == key);
    }

    private JumpTable redraw(JumpTable table, List<BpfMap> maps, InputGenerator input) {
        var slots = input.slots(table.entries(), world.tailCalls().targets(programs, table.highest()));
        slots.keySet().removeIf(key -> isFilledLater(table.map(), key));
        maps.set(table.map(), new BpfMap.ProgArray(maps.get(table.map()).name(), table.entries(), slots));
        return new JumpTable(table.map(), table.entries(), List.copyOf(slots.keySet()), table.highest());
    }
}
