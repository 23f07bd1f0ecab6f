package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.minimize.Minimizer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Status of a search for a smaller case, on stderr: on a terminal one line that is redrawn, otherwise a new line every five seconds. It stops the
/// search after a time limit or an interruption.
final class MinimizeProgress implements Minimizer.Watcher {
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final Optional<Duration> limit;
    private final LongSupplier nanos;
    private final long start;
    private final long interval;
    private long shown;
    private int instructions;
    private int candidates;
    private volatile boolean interrupted;

    /// `source` is the case to be minimized, `limit` the time for it, `nanos` a clock.
    MinimizeProgress(PrintWriter err, boolean terminal, Case source, Optional<Duration> limit, LongSupplier nanos) {
        this.err = err;
        this.terminal = terminal;
        this.limit = limit;
        this.nanos = nanos;
        interval = Duration.ofMillis(terminal ? 250 : 5000).toNanos();
        instructions = instructions(source);
        start = nanos.getAsLong();
        shown = start;
    }

    static int instructions(Case source) {
        return source.programs().stream().mapToInt(program -> program.insns().size()).sum();
    }

    /// Makes the search end after the current candidate. Any thread may call it.
    void interrupt() {
        interrupted = true;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    @Override
    public void reached(Case smaller) {
        instructions = instructions(smaller);
    }

    /// Called before each candidate.
    @Override
    public boolean hasEnough() {
        long now = nanos.getAsLong();
        if (now - shown >= interval) {
            shown = now;
            var elapsed = Duration.ofNanos(now - start);
            var line = "%d:%02d:%02d  %d candidates tried, %d instructions left".formatted(elapsed.toHours(), elapsed
                    .toMinutesPart(), elapsed.toSecondsPart(), candidates, instructions);
            err.print(terminal ? ERASE + line : line + "\n");
            err.flush();
        }
        candidates++;
        return interrupted || limit.filter(time -> now - start >= time.toNanos()).isPresent();
    }

    /// Erases the line on a terminal.
    void end() {
        if (terminal) {
            err.print(ERASE);
            err.flush();
        }
    }
}
