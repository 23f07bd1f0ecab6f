package dev.tailbound.generate;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.generate.CaseSetup.Array;
import dev.tailbound.generate.CaseSetup.JumpTable;
import dev.tailbound.generate.ProgramGenerator.Made;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Generates cases that are valid by construction: maps and their contents, programs and the arrays through which they tail-call each other, input.
///
/// `new CaseGenerator(GeneratorOptions.DEFAULT).generate(Choices.seeded(1, 0))`
///
/// A generator keeps no state between cases: only the choices determine a case.
public final class CaseGenerator {
    private static final int[] DATA_SIZES = { 64, 64, 64, 128, 256 };
    private static final int[] ODD_SIZES = { 1, 2, 3, 4, 7, 8, 12, 16, 24, 33, 72, 300 };
    private static final int[] JUMP_ENTRIES = { 1, 2, 3, 4, 5, 8, 17 };
    private static final int MANY_JUMP_ENTRIES = 18;
    private static final int MOST_JUMP_ENTRIES = 4096;
    private static final int MANY_JUMP_ENTRIES_ONE_IN = 50;

    /// The frequencies of 1 to 6 programs, and of more.
    private static final int[] PROGRAMS = { 40, 165, 165, 75, 35, 20, 1 };
    private static final int MANY_PROGRAMS = PROGRAMS.length;

    /// Large values, in words of 64 bits: 8 KiB exceed the scaled offsets of arm64, 64 KiB the offsets of instructions.
    private static final int LARGE = 64;
    private static final int LARGEST = 16 * 1024;
    private static final int LARGE_ONE_IN = 50;

    private final Menu menu;
    private final Menu brief;

    /// Throws [IllegalArgumentException] for a weight of a row that does not exist.
    public CaseGenerator(GeneratorOptions options) {
        menu = new Menu(options);
        brief = new Menu(options.brief());
    }

    public Case generate(Choices choices) {
        return family(choices).first();
    }

    /// The same case, with any number of further inputs for its programs.
    public InputVariants family(Choices choices) {
        return new Making(choices, menu, brief).make();
    }

    /// The state of one case during its generation.
    private static final class Making {
        private final Choices choices;
        private final Menu menu;
        private final Menu brief;
        private final InputGenerator input;
        private final List<BpfMap> maps = new ArrayList<>();
        private final List<Array> data = new ArrayList<>();
        private final List<Array> tables = new ArrayList<>();
        private final List<JumpTable> jumps = new ArrayList<>();

        Making(Choices choices, Menu menu, Menu brief) {
            this.choices = choices;
            this.menu = menu;
            this.brief = brief;
            input = new InputGenerator(choices);
        }

        InputVariants make() {
            int programs = Math.min(menu.options().programs(), programs());
            var names = new ArrayList<String>(programs);
            for (int i = 0; i < programs; i++) {
                names.add(i == 0 ? "entry" : "program" + i);
            }
            var pace = pace(programs);
            addData();
            int accumulator = addArray("accumulator", 8 * CaseSetup.CELLS, 1, Collections.emptySortedMap());
            addJumps(names, pace);
            int paceMap = addArray("pace", CaseSetup.PACE_SIZE, 1, single(input.pace(pace, jumps.getFirst())));

            var modules = modules();
            var world = new CaseSetup(data, tables, accumulator, paceMap, jumps, offsets(modules), List.of(Kfunc.values()), pace,
                    ProgramRole.CLASSIFIER);
            var generator = new ProgramGenerator(choices, menu, world);
            var made = new ArrayList<Made>(programs);
            for (int i = 0; i < programs; i++) {
                made.add(generator.generate(i, names.get(i)));
            }
            var source = new Case("", maps, made.stream().map(Made::program).toList(), names.getFirst(), input.context(),
                    input.environment(), Expectation.NONE).withKernelEnvironment(new KernelEnvironment(modules));
            var surrounded = surrounded(source, new ProEpilogueGenerator(choices, menu, world, modules), accumulator);
            var attached = surrounded.proEpilogue().isEmpty() ? attached(surrounded, made, world) : surrounded;
            return new InputVariants(
                    choices.percent(menu.options().events()) ? new EventGenerator(choices, attached, programs).generate()
                            : attached,
                    world);
        }

        /// The case with a prologue or an epilogue, and with programs that begin and end in more ways.
        private Case surrounded(Case source, ProEpilogueGenerator generator, int accumulator) {
            var generated = generator.generate(source.programs().stream().map(Program::name).toList());
            if (generated.isEmpty()) {
                return source;
            }
            var variants = new MainVariants(choices, menu.options(), accumulator);
            return source.withPrograms(source.programs().stream().map(variants::vary).toList()).withProEpilogue(generated);
        }

        private Case attached(Case source, List<Made> made, CaseSetup world) {
            return choices.percent(menu.options().attachments())
                    ? new AttachmentGenerator(choices, brief, world, source, made).generate()
                    : source;
        }

        private int programs() {
            int programs = 1 + choices.weighted(PROGRAMS);
            return programs < MANY_PROGRAMS ? programs : choices.heavyTailed(MANY_PROGRAMS, GeneratorOptions.PROGRAMS);
        }

        private TailCallTermination pace(int programs) {
            // A single program can only tail-call itself.
            return switch (choices.weighted(programs == 1 ? 1 : 50, 45, 5)) {
                case 0 -> TailCallTermination.ACYCLIC;
                case 1 -> TailCallTermination.COUNTED;
                default -> TailCallTermination.FREE;
            };
        }

        private void addData() {
            int size = choices.oneIn(LARGE_ONE_IN) ? Long.BYTES * choices.heavyTailed(LARGE, LARGEST, 60)
                    : choices.pick(DATA_SIZES);
            data.add(new Array(addArray("data", size, 1, single(input.value(size))), size, 1));
            for (int i = choices.weighted(40, 40, 20); i > 0; i--) {
                int odd = choices.pick(ODD_SIZES);
                data.add(new Array(addArray("data" + data.size(), odd, 1, Collections.emptySortedMap()), odd, 1));
            }
            for (int i = choices.weighted(30, 60, 10); i > 0; i--) {
                int odd = choices.pick(ODD_SIZES);
                int entries = choices.between(2, 5);
                var first = ByteBuffer.allocate(odd + 7 & -8).putLong(CornerValues.wide(choices)).limit(odd);
                int table = addArray("table" + tables.size(), odd, entries, single(InputGenerator.bytes(first)));
                tables.add(new Array(table, odd, entries));
            }
        }

        private int addArray(String name, int valueSize, int entries, SortedMap<Integer, Bytes> values) {
            maps.add(new BpfMap.Array(name, valueSize, entries, values));
            return maps.size() - 1;
        }

        private static SortedMap<Integer, Bytes> single(Bytes value) {
            return new TreeMap<>(Map.of(0, value));
        }

        // Program arrays

        private void addJumps(List<String> programs, TailCallTermination pace) {
            for (int i = 1 + choices.weighted(50, 35, 15); i > 0; i--) {
                // The first array leads from the entry program to all others; further ones may serve later programs.
                int last = Math.max(0, programs.size() - 2);
                int highest = pace != TailCallTermination.ACYCLIC ? programs.size()
                        : jumps.isEmpty() ? 0 : choices.below(last + 1);
                int entries = choices.oneIn(MANY_JUMP_ENTRIES_ONE_IN)
                        ? choices.heavyTailed(MANY_JUMP_ENTRIES, MOST_JUMP_ENTRIES, 70)
                        : choices.pick(JUMP_ENTRIES);
                var slots = input.slots(entries, pace.targets(programs, highest));
                maps.add(new BpfMap.ProgArray("jumps" + jumps.size(), entries, slots));
                jumps.add(new JumpTable(maps.size() - 1, entries, List.copyOf(slots.keySet()), highest));
            }
        }

        // Modules

        private List<KernelEnvironment.Module> modules() {
            var modules = new ArrayList<KernelEnvironment.Module>();
            int off = 0;
            for (int i = menu.options().kfuncs() ? choices.weighted(40, 30, 20, 10) : 0; i > 0; i--) {
                off += choices.oneIn(3) ? choices.between(2, 9) : 1;
                modules.add(new KernelEnvironment.Module("module" + modules.size(), off, choices.oneIn(2), true));
            }
            return modules;
        }

        private static List<Integer> offsets(List<KernelEnvironment.Module> modules) {
            var offsets = new ArrayList<>(List.of(0));
            modules.forEach(module -> offsets.add(module.off()));
            return offsets;
        }
    }
}
