package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;

/// Remembers which cases are done and what they came to: one line for each finished range, each beginning where the last ended.
///
/// A line is a checksum and a [Tally]. When the journal has grown long, its lines are replaced by one with their sum.
final class Journal implements AutoCloseable {
    private static final int LONGEST = 10_000;

    private final Path file;
    private AppendedFile lines;
    private int length;
    private Tally total = Tally.NOTHING;

    Journal(Path file) throws IOException {
        this.file = file;
        lines = new AppendedFile(file, this::replay);
        length = lines.lines().size();
    }

    /// The sum of all ranges in a journal that somebody else may be writing.
    static Tally totalIn(Path file) throws IOException {
        var total = Tally.NOTHING;
        for (var line : AppendedFile.intactLines(file, Journal::isIntact)) {
            total = total.plus(Tally.parse(content(line)));
        }
        return total;
    }

    /// The sum of all ranges.
    Tally total() {
        return total;
    }

    /// Adds the range that begins where the total ends.
    void append(Tally tally) throws IOException {
        total = total.plus(tally);
        lines.append(sealed(tally));
        if (++length > LONGEST) {
            lines.close();
            WholeFile.write(file, sealed(total) + "\n");
            lines = new AppendedFile(file, _ -> true);
            length = 1;
        }
    }

    /// Adds a line that is intact and continues the ones before.
    private boolean replay(String line) {
        if (!isIntact(line)) {
            return false;
        }
        total = total.plus(Tally.parse(content(line)));
        return true;
    }

    private static boolean isIntact(String line) {
        return line.indexOf(' ') > 0 && line.startsWith(checksum(content(line)) + " ");
    }

    /// What follows the checksum.
    private static String content(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }

    private static String sealed(Tally tally) {
        return checksum(tally.line()) + " " + tally.line();
    }

    private static String checksum(String text) {
        var checksum = new CRC32();
        checksum.update(text.getBytes(UTF_8));
        return String.format(Locale.ROOT, "%08x", checksum.getValue());
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
