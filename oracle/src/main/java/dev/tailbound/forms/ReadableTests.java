package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The readable tests of a file. A comment of the first case names the others. If no test is readable, the first error is reported.
final class ReadableTests {
    private final Source source;
    private final List<String> names;
    private final List<String> readNames = new ArrayList<>();
    private final List<CaseDraft> drafts = new ArrayList<>();
    private final List<BadInput> unreadable = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();

    private long insns;

    /// @param names the tests' names, in order
    ReadableTests(Source source, List<String> names) {
        this.source = source;
        this.names = names;
    }

    /// Reads the next test; throws [BadInput] if the cases exceed the instruction limit.
    void add(Supplier<CaseDraft> test) {
        var name = names.get(drafts.size() + unreadable.size());
        try {
            var draft = test.get();
            insns += draft.insns();
            drafts.add(draft);
            readNames.add(name);
        } catch (BadInput beyondReach) {
            unreadable.add(beyondReach);
            leftOut.add(Imported.LEFT_OUT + "%s: %s".formatted(BadInput.quoted(name), beyondReach.getMessage()));
        }
        if (insns > CaseLimits.INSNS) {
            throw new BadInput(source.file(),
                    "the programs of all cases have more than %d instructions, choose one with --program"
                            .formatted(CaseLimits.INSNS));
        }
    }

    /// At least one; throws [BadInput] if no test can be read.
    List<Imported> cases() {
        if (drafts.isEmpty()) {
            throw unreadable.getFirst();
        }
        leftOut.forEach(drafts.getFirst()::comment);
        var cases = new ArrayList<Imported>();
        for (int i = 0; i < drafts.size(); i++) {
            cases.add(new Imported(names.size() == 1 ? "" : readNames.get(i), drafts.get(i).build()));
        }
        return cases;
    }
}
