package dev.tailbound.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The packages of one distribution, a column of the table `packages.txt`.
///
/// ```java
/// Packages.here().remedy(List.of("qemu-system-x86_64")) // install with: apt-get install qemu-system-x86
/// ```
public final class Packages {
    private static final String TABLE = "packages.txt";
    private static final String HEADINGS = "file";
    private static final String MANAGER = "install";
    private static final String OTHERS = "others";
    /// Separates alternative names of a heading or row.
    private static final String ALIAS = "=";

    /// A row: its names, and a cell for each column.
    private record Row(List<String> files, List<String> cells) {
        private static Row parse(String line) {
            var words = List.of(line.split(" +"));
            return new Row(names(words.getFirst()), words.subList(1, words.size()));
        }
    }

    private final Distribution distribution;
    private final List<Row> rows;
    private final int column;

    private Packages(Distribution distribution, List<Row> rows) {
        this.distribution = distribution;
        this.rows = rows;
        this.column = column(row(HEADINGS).cells());
    }

    /// Packages of this machine's distribution.
    public static Packages here() {
        return of(Distribution.here());
    }

    public static Packages of(Distribution distribution) {
        try (var table = new BufferedReader(new InputStreamReader(Packages.class.getResourceAsStream(TABLE), UTF_8))) {
            return new Packages(distribution, table.lines().filter(line -> !line.startsWith("#")).map(Row::parse).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    public Distribution distribution() {
        return distribution;
    }

    /// How to get these files, for the end of a message: `install with: apt-get install gcc`, or `install GCC` if the distribution is unknown.
    public String remedy(Collection<String> files) {
        var packages = files.stream().map(this::cell).distinct().filter(cell -> !isAddress(cell)).toList();
        var remedies = new ArrayList<String>();
        if (!packages.isEmpty()) {
            var manager = cell(MANAGER);
            remedies.add((manager.equals("-") ? "install " : "install with: %s install ".formatted(manager))
                    + String.join(" ", packages));
        }
        files.stream().filter(file -> isAddress(cell(file))).map(file -> "get %s from %s".formatted(file, cell(file)))
                .forEach(remedies::add);
        return String.join("; ", remedies);
    }

    private static boolean isAddress(String cell) {
        return cell.contains("://");
    }

    private String cell(String file) {
        return row(file).cells().get(column);
    }

    private Row row(String file) {
        return rows.stream().filter(row -> row.files().contains(file)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("%s has no row for %s".formatted(TABLE, file)));
    }

    private int column(List<String> headings) {
        return Stream.concat(distribution.names().stream(), Stream.of(OTHERS)).flatMapToInt(name -> IntStream.range(0, headings
                .size()).filter(i -> names(headings.get(i)).contains(name))).findFirst().orElseThrow();
    }

    private static List<String> names(String word) {
        return List.of(word.split(ALIAS));
    }
}
