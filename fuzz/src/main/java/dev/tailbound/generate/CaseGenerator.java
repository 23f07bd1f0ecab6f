package dev.tailbound.generate;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.cases.Surroundings;
import dev.tailbound.generate.World.Array;
import dev.tailbound.generate.World.JumpTable;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes cases that are valid by construction: maps and their contents, programs and the arrays through which they tail-call each other, input.
///
/// `new CaseGenerator(GeneratorOptions.DEFAULT).generate(Choices.seeded(1, 0))`
///
/// A generator holds nothing between cases: the choices alone decide.
public final class CaseGenerator {
    private static final int[] DATA_SIZES = { 64, 64, 64, 128, 256 };
    private static final int[] ODD_SIZES = { 1, 2, 3, 4, 7, 8, 12, 16, 24, 33, 72, 300 };
    private static final int[] JUMP_ENTRIES = { 1, 2, 3, 4, 5, 8, 17 };

    /// Half of it lies beyond the reach of arm64's scaled offsets for bytes, a little beyond that for 16 bits.
    private static final int LARGE = 8256;

    private final Menu menu;

    /// Throws [IllegalArgumentException] for weights of rows that do not exist.
    public CaseGenerator(GeneratorOptions options) {
        menu = new Menu(options);
    }

    public Case generate(Choices choices) {
        return new Making(choices, menu).make();
    }

    /// How the tail calls of a case come to an end.
    private enum Pace {
        /// Each leads to a later program.
        ACYCLIC,
        /// They spend a countdown, see [World#COUNTDOWN].
        COUNTED,
        /// Only by the budget of 33.
        FREE
    }

    /// One case in the making.
    private static final class Making {
        private final Choices choices;
        private final Menu menu;
        private final List<BpfMap> maps = new ArrayList<>();
        private final List<Array> data = new ArrayList<>();
        private final List<Array> tables = new ArrayList<>();
        private final List<JumpTable> jumps = new ArrayList<>();

        Making(Choices choices, Menu menu) {
            this.choices = choices;
            this.menu = menu;
        }

        Case make() {
            int programs = 1 + Math.min(menu.options().programs() - 1, choices.weighted(8, 33, 33, 15, 7, 4));
            var names = new ArrayList<String>(programs);
            for (int i = 0; i < programs; i++) {
                names.add(i == 0 ? "entry" : "program" + i);
            }
            var pace = pace(programs);
            addData();
            int accumulator = addArray("accumulator", 8 * World.CELLS, 1, Collections.emptySortedMap());
            addJumps(names, pace);
            int paceMap = addArray("pace", World.PACE_SIZE, 1, single(paceContents(pace)));

            var modules = modules();
            var world = new World(data, tables, accumulator, paceMap, jumps, offsets(modules), pace == Pace.COUNTED);
            var generator = new ProgramGenerator(choices, menu, world);
            var made = new ArrayList<Program>(programs);
            for (int i = 0; i < programs; i++) {
                made.add(generator.generate(i, names.get(i)));
            }
            var source = new Case("", maps, made, names.getFirst(), context(), environment(), Expectation.NONE).withSurroundings(
                    new Surroundings(modules));
            return surrounded(source, new ProEpilogueGenerator(choices, menu, world));
        }

        /// The case with what is generated around its programs, which begin and end in more ways then.
        private Case surrounded(Case source, ProEpilogueGenerator generator) {
            var generated = generator.generate(source.programs().stream().map(Program::name).toList());
            if (generated.isEmpty()) {
                return source;
            }
            var variants = new MainVariants(choices, menu.options());
            return source.withPrograms(source.programs().stream().map(variants::vary).toList()).withProEpilogue(generated);
        }

        private Pace pace(int programs) {
            // A single program can only come back to itself.
            return switch (choices.weighted(programs == 1 ? 1 : 50, 45, 5)) {
                case 0 -> Pace.ACYCLIC;
                case 1 -> Pace.COUNTED;
                default -> Pace.FREE;
            };
        }

        private void addData() {
            int size = choices.oneIn(40) ? LARGE : choices.pick(DATA_SIZES);
            var values = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                values.putLong(Values.wide(choices));
            }
            data.add(new Array(addArray("data", size, 1, single(values)), size, 1));
            for (int i = choices.weighted(40, 40, 20); i > 0; i--) {
                int odd = choices.pick(ODD_SIZES);
                data.add(new Array(addArray("data" + data.size(), odd, 1, Collections.emptySortedMap()), odd, 1));
            }
            for (int i = choices.weighted(30, 60, 10); i > 0; i--) {
                int odd = choices.pick(ODD_SIZES);
                int entries = choices.between(2, 5);
                var first = ByteBuffer.allocate(odd + 7 & -8).putLong(Values.wide(choices));
                int table = addArray("table" + tables.size(), odd, entries, single(first.limit(odd)));
                tables.add(new Array(table, odd, entries));
            }
        }

        private int addArray(String name, int valueSize, int entries, SortedMap<Integer, Bytes> values) {
            maps.add(new BpfMap.Array(name, valueSize, entries, values));
            return maps.size() - 1;
        }

        private static SortedMap<Integer, Bytes> single(ByteBuffer value) {
            var values = new TreeMap<Integer, Bytes>();
            var bytes = new byte[value.limit()];
            value.get(0, bytes);
            values.put(0, Bytes.of(bytes));
            return values;
        }

        // Program arrays

        private void addJumps(List<String> programs, Pace pace) {
            for (int i = 1 + choices.weighted(50, 35, 15); i > 0; i--) {
                // The first array leads from the entry program to all others; further ones may serve later programs.
                int last = Math.max(0, programs.size() - 2);
                int highest = pace != Pace.ACYCLIC ? programs.size() : jumps.isEmpty() ? 0 : choices.below(last + 1);
                int lowestTarget = pace == Pace.ACYCLIC ? highest + 1 : 0;
                addJumpTable(programs, highest, lowestTarget);
            }
        }

        private void addJumpTable(List<String> programs, int highest, int lowestTarget) {
            int entries = choices.pick(JUMP_ENTRIES);
            var slots = new TreeMap<Integer, String>();
            for (int key = 0; key < entries && lowestTarget < programs.size(); key++) {
                if (choices.below(4) > 0 || key == 0) {
                    slots.put(key, programs.get(choices.between(lowestTarget, programs.size() - 1)));
                }
            }
            maps.add(new BpfMap.ProgArray("jumps" + jumps.size(), entries, slots));
            jumps.add(new JumpTable(maps.size() - 1, entries, List.copyOf(slots.keySet()), highest));
        }

        private ByteBuffer paceContents(Pace pace) {
            var contents = ByteBuffer.allocate(World.PACE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
            contents.putInt(World.COUNTDOWN, pace == Pace.COUNTED ? countdown() : 0);
            var table = jumps.getFirst();
            for (int i = 0; i < World.PLANNED; i++) {
                boolean filled = !table.filled().isEmpty() && choices.below(4) > 0;
                int index = filled ? choices.pick(table.filled()) : choices.between(-1, table.entries());
                long upper = choices.oneIn(2) ? 0 : Values.wide(choices) << 32;
                contents.putLong(World.PLAN + 8 * i, upper | (index & 0xffff_ffffL));
            }
            return contents;
        }

        /// Mostly few, sometimes about as many as the budget allows.
        private int countdown() {
            return switch (choices.weighted(75, 18, 7)) {
                case 0 -> choices.between(1, 4);
                case 1 -> choices.between(5, 12);
                default -> choices.between(30, 37);
            };
        }

        // Modules

        private List<Surroundings.Module> modules() {
            var modules = new ArrayList<Surroundings.Module>();
            int off = 0;
            for (int i = menu.options().kfuncs() ? choices.weighted(40, 30, 20, 10) : 0; i > 0; i--) {
                off += choices.oneIn(3) ? choices.between(2, 9) : 1;
                modules.add(new Surroundings.Module("module" + modules.size(), off, choices.oneIn(2), true));
            }
            return modules;
        }

        private static List<Integer> offsets(List<Surroundings.Module> modules) {
            var offsets = new ArrayList<>(List.of(0));
            modules.forEach(module -> offsets.add(module.off()));
            return offsets;
        }

        // Input

        private Context context() {
            var cb = new ArrayList<Integer>(5);
            for (int i = 0; i < 5; i++) {
                cb.add((int) Values.wide(choices));
            }
            var defaults = Context.Skb.defaults();
            return new Context.Skb(defaults.len(), (int) Values.wide(choices), (int) Values.wide(choices), cb);
        }

        private Environment environment() {
            return new Environment(choices.bits64(), choices.bits64() >>> 1, choices.below(4));
        }
    }
}
