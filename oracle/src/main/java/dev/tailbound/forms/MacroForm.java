package dev.tailbound.forms;

import dev.tailbound.forms.MacroSource.Listing;
import dev.tailbound.forms.c.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

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
        var drafts = new Readable(source, names);
        tests.forEach(test -> drafts.add(test::draft));
        return drafts.cases();
    }

    /// Arrays that tail-call are the programs of one case, others are cases of their own.
    private static List<Imported> arrays(Source source, MacroSource found, ImportOptions options) {
        var listings = found.arrays();
        var names = TestNames.distinct(listings.stream().map(Listing::name).toList());
        var slots = listings.stream().map(Listing::slots).toList();
        int tailCaller = 0;
        while (tailCaller < slots.size() && slots.get(tailCaller).stream().noneMatch(Slot::isTailCall)) {
            tailCaller++;
        }
        boolean isOneCase = tailCaller < slots.size() && slots.size() > 1;
        if (isOneCase || options.entry().isPresent() || slots.size() == 1) {
            int entry = options.entry().map(name -> TestNames.chosen(source, names, name)).orElse(isOneCase ? tailCaller : 0);
            var draft = new CaseDraft(source);
            if (isOneCase && options.entry().isEmpty()) {
                draft.guess("the run enters %s, the first program that tail-calls".formatted(names.get(entry)));
            }
            var order = new ArrayList<>(List.of(entry));
            for (int i = 0; isOneCase && i < slots.size(); i++) {
                if (i != entry) {
                    order.add(i);
                }
            }
            order.forEach(i -> add(draft, source, TestNames.of(names.get(i)), slots.get(i)));
            return List.of(new Imported("", draft.build()));
        }
        var cases = new ArrayList<Imported>();
        for (int i = 0; i < slots.size(); i++) {
            var draft = new CaseDraft(source);
            add(draft, source, TestNames.of(names.get(i)), slots.get(i));
            cases.add(new Imported(names.get(i), draft.build()));
        }
        return cases;
    }

    private static void add(CaseDraft draft, Source source, String name, List<Slot> slots) {
        guessMaps(draft, slots);
        draft.program(SlotProgram.decode(source.file(), name, slots, slot -> draft.mapNames().indexOf(mapName(slot))));
    }

    /// What a file descriptor that is an expression, or a number, calls its map.
    static String mapName(Slot slot) {
        return slot.map().isEmpty() ? "map_" + Integer.toUnsignedString(slot.imm()) : TestNames.of(slot.map());
    }

    /// Maps that nothing declares: program arrays where they are tail-called into, arrays elsewhere.
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
