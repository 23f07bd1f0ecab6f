package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.AppendOnlyFile.Form;
import dev.tailbound.files.Folder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The file `stats.tsv`: the progress of a campaign, one row per moment. The longer it runs, the larger the distance of rows.
///
/// Elapsed time continues from the earlier sessions of the campaign.
public final class TimeSeries implements AutoCloseable {
    private static final String HEADER = "elapsed_s\tcases\taccepted\tfindings";
    private static final int COLUMNS = 4;
    private static final Form FORM = new Form("a row of %d numbers".formatted(COLUMNS),
            row -> row.equals(HEADER) || Moment.parse(row).isPresent(), Pattern.compile("[0-9a-z_.\t]*").asMatchPredicate());
    /// Minimum distance of rows as a fraction of the elapsed time: a thousand rows for a day, two thousand for a year.
    private static final double SPACING = 0.005;

    /// The progress of the campaign at one moment.
    ///
    /// @param findings signatures seen so far
    public record Moment(double seconds, long cases, long accepted, long findings) {
        private static final Moment START = new Moment(0, 0, 0, 0);
        /// About three hundred years.
        private static final double MAX_SECONDS = 1e10;

        /// The moment in a row; empty for the header and for invalid rows.
        private static Optional<Moment> parse(String row) {
            var cells = row.split("\t", -1);
            if (cells.length != COLUMNS) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Moment(Double.parseDouble(cells[0]), Long.parseLong(cells[1]), Long.parseLong(cells[2]),
                        Long.parseLong(cells[3]))).filter(moment -> moment.canFollow(START) && moment.seconds <= MAX_SECONDS);
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        private String row() {
            return String.format(Locale.ROOT, "%.3f\t%d\t%d\t%d", seconds, cases, accepted, findings);
        }

        /// The sum with a campaign beside this one, at the same time; the number of signatures is the larger one.
        Moment beside(Moment other) {
            return new Moment(seconds, cases + other.cases, accepted + other.accepted, Math.max(findings, other.findings));
        }

        private Duration elapsed() {
            return Duration.ofMillis(Math.round(1000 * seconds));
        }

        private boolean canFollow(Moment earlier) {
            return seconds >= earlier.seconds && cases >= earlier.cases
                    && accepted >= earlier.accepted
                    && findings >= earlier.findings;
        }
    }

    private final AppendOnlyFile rows;
    private final Duration before;
    private double next;

    TimeSeries(Folder folder, String name) throws IOException {
        rows = new AppendOnlyFile(folder, name, FORM);
        if (rows.lines().isEmpty()) {
            rows.append(HEADER);
        }
        before = rows.lines().isEmpty() ? Duration.ZERO
                : Moment.parse(rows.lines().getLast()).map(Moment::elapsed).orElse(Duration.ZERO);
        next = seconds(before);
    }

    /// The rows of a file that another process may be writing, without rows that do not continue the rows before.
    static List<Moment> momentsIn(Folder folder, String name) throws IOException {
        var moments = new ArrayList<Moment>();
        for (var line : AppendOnlyFile.lines(folder, name, Form.ANY)) {
            var last = moments.isEmpty() ? Moment.START : moments.getLast();
            Moment.parse(line).filter(moment -> moment.canFollow(last)).ifPresent(moments::add);
        }
        return moments;
    }

    /// The text of a file with these moments.
    static String text(List<Moment> moments) {
        return HEADER + "\n" + moments.stream().map(moment -> moment.row() + "\n").collect(Collectors.joining());
    }

    /// The running time of earlier sessions.
    public Duration before() {
        return before;
    }

    /// Adds a row if the last one is old enough.
    public void sample(Duration elapsed, Tally total) throws IOException {
        if (seconds(elapsed) >= next) {
            add(elapsed, total);
        }
    }

    public void add(Duration elapsed, Tally total) throws IOException {
        double now = seconds(elapsed);
        rows.append(new Moment(now, total.cases(), total.accepted(), total.findings().size()).row());
        next = now + Math.max(1, now * SPACING);
    }

    private static double seconds(Duration elapsed) {
        return elapsed.toMillis() / 1000.0;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
