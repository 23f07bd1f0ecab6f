package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Valid and unique case file names of one kind, derived from names of an input.
final class Names {
    /// Leaves room for a number.
    private static final int MAX_STEM = Program.MAX_NAME - 12;

    private final CaseDraft draft;
    private final String kind;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /// @param kind the kind in the case's comment, such as `function`
    Names(CaseDraft draft, String kind) {
        this.draft = draft;
        this.kind = kind;
    }

    /// The name, or a replacement if it is invalid or taken; a replacement is a guess.
    String unique(String name) {
        if (Program.isName(name) && taken.add(name)) {
            return name;
        }
        var stem = stem(name);
        var unique = stem;
        while (!taken.add(unique)) {
            unique = stem + "_" + numbers.merge(stem, 1, Integer::sum);
        }
        draft.guess("%s %s is called %s".formatted(kind, BadInput.quoted(name), unique));
        return unique;
    }

    private static String stem(String name) {
        var stem = new StringBuilder();
        name.codePoints().limit(MAX_STEM)
                .forEach(c -> stem.append(Program.isName("_" + Character.toString(c)) ? Character.toString(c) : "_"));
        return Program.isName(stem.toString()) ? stem.toString() : "_" + stem;
    }
}
