package dev.tailbound.campaign;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// The file `stats.tsv`: how a campaign went, one row for a moment, moments further apart the longer it lasts.
///
/// Elapsed time goes on where an earlier run of the campaign left it.
final class TimeSeries implements AutoCloseable {
    private static final String HEADER = "elapsed_s\tcases\taccepted\tfindings";
    private static final int COLUMNS = 4;
    /// Rows are at least this much of the elapsed time apart: a thousand rows for a day, two thousand for a year.
    private static final double SPACING = 0.005;

    private final AppendedFile rows;
    private final Duration before;
    private double next;

    TimeSeries(Path file) throws IOException {
        rows = new AppendedFile(file, line -> line.split("\t", -1).length == COLUMNS);
        if (rows.lines().isEmpty()) {
            rows.append(HEADER);
        }
        before = rows.lines().size() < 2 ? Duration.ZERO : elapsed(rows.lines().getLast());
        next = seconds(before);
    }

    /// How long earlier runs took.
    Duration before() {
        return before;
    }

    /// Adds a row if it is time for one.
    void sample(Duration elapsed, Tally total) throws IOException {
        if (seconds(elapsed) >= next) {
            add(elapsed, total);
        }
    }

    void add(Duration elapsed, Tally total) throws IOException {
        double now = seconds(elapsed);
        rows.append(String.format(Locale.ROOT, "%.3f\t%d\t%d\t%d", now, total.cases(), total.accepted(), total.findings()
                .size()));
        next = now + Math.max(1, now * SPACING);
    }

    private static double seconds(Duration elapsed) {
        return elapsed.toMillis() / 1000.0;
    }

    private static Duration elapsed(String row) {
        return Duration.ofMillis(Math.round(1000 * Double.parseDouble(row.split("\t", -1)[0])));
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
