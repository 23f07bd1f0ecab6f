package dev.tailbound.campaign.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.AppendOnlyFile.Form;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Records the checked cases and their verdicts: one line per checked range, each starting where the one before ended.
///
/// A line is a checksum and a [Tally]. When the journal is long, its lines are replaced by one line with their sum.
public final class Journal implements AutoCloseable {
    private static final int MAX_LENGTH = 10_000;
    private static final Form FORM = new Form("a checksum and a tally", Journal::isIntact,
            Pattern.compile("[0-9a-f]{0,8}|[0-9a-f]{8} .*").asMatchPredicate());

    private final Folder folder;
    private final String name;
    private final Shard shard;
    private AppendOnlyFile lines;
    private int length;
    private Tally total;

    /// The journal of the cases of a shard.
    public Journal(Folder folder, String name, Shard shard) throws IOException {
        this.shard = shard;
        this.folder = folder;
        this.name = name;
        lines = new AppendOnlyFile(folder, name, FORM);
        length = lines.lines().size();
        total = sum(folder.resolve(name), lines.lines(), shard);
    }

    /// The sum of all ranges in a journal that another process may be writing.
    static Tally totalIn(Folder folder, String name, Shard shard) throws IOException {
        return sum(folder.resolve(name), AppendOnlyFile.lines(folder, name, FORM), shard);
    }

    private static Tally sum(Path file, List<String> lines, Shard shard) {
        var total = Tally.NOTHING;
        for (int i = 0; i < lines.size(); i++) {
            try {
                total = total.plus(Tally.parse(content(lines.get(i))), shard);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new BadInput(file + ":" + (i + 1), "is damaged: " + e.getMessage());
            }
        }
        return total;
    }

    /// The sum of all ranges.
    public Tally total() {
        return total;
    }

    /// Adds the range that starts where the total ends.
    public void append(Tally tally) throws IOException {
        total = total.plus(tally, shard);
        lines.append(sealed(tally));
        if (++length > MAX_LENGTH) {
            lines.close();
            folder.write(name, text(total));
            lines = new AppendOnlyFile(folder, name, FORM);
            length = 1;
        }
    }

    private static boolean isIntact(String line) {
        return line.indexOf(' ') > 0 && line.startsWith(checksum(content(line)) + " ");
    }

    /// The text after the checksum.
    private static String content(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }

    /// The text of a journal with this total.
    static String text(Tally total) {
        return sealed(total) + "\n";
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
