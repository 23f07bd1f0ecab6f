package dev.tailbound.forms;

import dev.tailbound.cases.Case;
import java.util.List;

/// A case that an input holds.
///
/// @param name its name in the input, such as that of a test or section; unique in the input, empty if the input holds one case
public record Imported(String name, Case source) {
    /// Begins the line of a comment that names a test of the input which cannot be read, and says why.
    static final String LEFT_OUT = "left out: ";

    /// The tests of the input that cannot be read, as the first case's comment names them.
    public List<String> leftOut() {
        return source.comment().lines().filter(line -> line.startsWith(LEFT_OUT)).map(line -> line.substring(LEFT_OUT.length()))
                .toList();
    }
}
