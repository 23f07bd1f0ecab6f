package dev.tailbound.forms;

import dev.tailbound.forms.MacroSource.Listing;
import dev.tailbound.forms.c.Slot;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/// Instruction macros and `struct bpf_insn` initialisers in C, and the tables of `test_verifier` and `test_bpf` made of them.
final class MacroForm implements Form {
    private static final int GUESSED_SLOTS = 8;
    private static final int GUESSED_VALUE = 64;

    @Override
    public String word() {
        return "macros";
    }

    @Override
    public String phrase() {
        return "C instruction macros, struct bpf_insn arrays, and tables of test_verifier or test_bpf";
    }

    @Override
    public boolean recognizes(Source source) {
        return MacroSource.occursIn(source);
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        var found = MacroSource.of(source);
        return found.entries().isEmpty() ? arrays(source, found, options) : tests(source, found, options);
    }

    /// A case for each test. Tests that cannot be read are named in the first of the others, unless there is no other.
    private static List<Imported> tests(Source source, MacroSource found, ImportOptions options) {
        var tests = found.entries().stream().map(entry -> new TableTest(source, entry, found.scope())).toList();
        var names = TestNames.distinct(tests.stream().map(TableTest::name).toList());
        if (options.entry().isPresent()) {
            int chosen = TestNames.chosen(source, names, options.entry().get());
            return List.of(new Imported(names.get(chosen), tests.get(chosen).draft().build()));
        }
        var drafts = new ReadableTests(source, names);
        tests.forEach(test -> drafts.add(test::draft));
        return drafts.cases();
    }

    /// If an array tail-calls, all are programs of one case, otherwise each is a case.
    private static List<Imported> arrays(Source source, MacroSource found, ImportOptions options) {
        var names = TestNames.distinct(found.arrays().stream().map(Listing::name).toList());
        var slots = found.arrays().stream().map(Listing::slots).toList();
        int caller = IntStream.range(0, slots.size()).filter(i -> slots.get(i).stream().anyMatch(Slot::isTailCall)).findFirst()
                .orElse(-1);
        var chosen = options.entry().map(name -> TestNames.chosen(source, names, name));
        if (caller >= 0 && slots.size() > 1) {
            int entry = chosen.orElse(caller);
            var draft = new CaseDraft(source);
            if (chosen.isEmpty()) {
                draft.guess("the run enters %s, the first program that tail-calls".formatted(names.get(entry)));
            }
            add(draft, source, names.get(entry), slots.get(entry));
            IntStream.range(0, slots.size()).filter(i -> i != entry).forEach(i -> add(draft, source, names.get(i), slots.get(i)));
            return List.of(new Imported("", draft.build()));
        }
        return IntStream.range(0, slots.size()).filter(i -> i == chosen.orElse(i)).mapToObj(i -> {
            var draft = new CaseDraft(source);
            add(draft, source, names.get(i), slots.get(i));
            return new Imported(slots.size() == 1 ? "" : names.get(i), draft.build());
        }).toList();
    }

    private static void add(CaseDraft draft, Source source, String name, List<Slot> slots) {
        guessMaps(draft, slots);
        draft.program(
                SlotProgram.decode(source.file(), TestNames.of(name), slots, slot -> draft.mapNames().indexOf(mapName(slot))));
    }

    /// The map name for a file descriptor that is an expression or a number.
    static String mapName(Slot slot) {
        return slot.map().isEmpty() ? "map_" + Integer.toUnsignedString(slot.imm()) : TestNames.of(slot.map());
    }

    /// Undeclared maps: program arrays if a tail call uses them, otherwise arrays.
    static void guessMaps(CaseDraft draft, List<Slot> slots) {
        var tailCalled = new HashSet<String>();
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).namesMap() && SlotProgram.isTailCalled(slots, i)) {
                tailCalled.add(mapName(slots.get(i)));
            }
        }
        for (int i = 0; i < slots.size(); i++) {
            var slot = slots.get(i);
            if (slot.namesMap()) {
                guessMap(draft, mapName(slot), tailCalled.contains(mapName(slot)));
                i++;
            }
        }
    }

    private static void guessMap(CaseDraft draft, String name, boolean isTailCalled) {
        if (isTailCalled) {
            draft.guessProgArray(name, GUESSED_SLOTS);
        } else {
            draft.guessArray(name, GUESSED_VALUE);
        }
    }
}
