package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Converts names of tests in inputs to valid names of a case.
final class TestNames {
    private static final int LONGEST = 60;

    private TestNames() {}

    /// A valid name of a program or map, as close to this one as possible; not empty.
    static String of(String name) {
        var kept = name.replaceAll("[^A-Za-z0-9_.$]+", "_").replaceAll("^_+(?=.)|(?<=.)_+$", "");
        var begun = kept.isEmpty() || (kept.charAt(0) >= '0' && kept.charAt(0) <= '9') ? "_" + kept : kept;
        return Program.isName(begun) && begun.length() <= LONGEST ? begun : begun.substring(0, LONGEST);
    }

    /// The name, with a number appended if it is taken; marks it as taken.
    static String distinct(String name, Set<String> taken) {
        var distinct = name;
        for (int i = 2; !taken.add(distinct); i++) {
            distinct = name + "#" + i;
        }
        return distinct;
    }

    /// The names, each made distinct.
    static List<String> distinct(List<String> names) {
        var taken = new HashSet<String>();
        return names.stream().map(name -> distinct(name, taken)).toList();
    }

    /// The position of the name that `--program` gives; throws [BadInput].
    static int chosen(Source source, List<String> names, String given) {
        int position = names.indexOf(given);
        if (position < 0) {
            throw new BadInput(source.file(),
                    "--program: expected one of %s, found %s".formatted(
                            String.join(", ", names.stream().limit(8).toList()) + (names.size() > 8 ? ", ..." : ""),
                            BadInput.quoted(given)));
        }
        return position;
    }
}
