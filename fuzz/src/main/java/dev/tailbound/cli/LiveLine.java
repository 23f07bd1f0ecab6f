package dev.tailbound.cli;

import dev.tailbound.campaign.Progress;
import dev.tailbound.isa.Printable;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Status of a campaign: on a terminal one line that is redrawn, otherwise a new line every minute.
final class LiveLine implements Progress {
    private static final Duration ON_TERMINAL = Duration.ofMillis(250);
    private static final Duration ELSEWHERE = Duration.ofMinutes(1);
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter out;
    private final String engines;
    private final Bound bound;
    private final Display display;
    private Duration next = Duration.ZERO;
    private String last = "";

    /// The end of a campaign, as far as it is known.
    ///
    /// @param time  length of the session
    /// @param cases number of cases in the folder
    record Bound(Optional<Duration> time, OptionalLong cases) {
        /// The time left; empty if there is no bound, or no progress yet.
        Optional<Duration> left(Status status) {
            if (time.isPresent()) {
                return time.map(limit -> limit.minus(status.session())).filter(left -> !left.isNegative());
            }
            return cases.isEmpty() || status.fresh() == 0 ? Optional.empty()
                    : Optional.of(Duration.ofNanos(Math.round((double) status.session().toNanos() / status.fresh()
                            * Math.max(0, cases.getAsLong() - status.total().cases()))));
        }
    }

    /// Where and how the status is shown.
    ///
    /// @param columns of the terminal; 0 if there is none
    /// @param isQuiet without status lines
    record Display(int columns, boolean isQuiet) {
        private boolean isTerminal() {
            return columns > 0;
        }
    }

    /// Prints to the terminal if there is one, directly, since `err` would escape [#ERASE]; otherwise to `err`.
    static LiveLine of(PrintWriter err, List<String> engines, Bound bound, boolean isQuiet) {
        boolean terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        return new LiveLine(terminal ? new PrintWriter(System.err, true, System.err.charset()) : err, engines, bound,
                new Display(terminal ? TerminalWidth.columns() : 0, isQuiet));
    }

    LiveLine(PrintWriter out, List<String> engines, Bound bound, Display display) {
        this.out = out;
        this.engines = Printable.line(String.join(" ", engines));
        this.bound = bound;
        this.display = display;
        next = display.isTerminal() ? Duration.ZERO : ELSEWHERE;
    }

    @Override
    public void status(Status status) {
        last = line(status);
        if (!display.isQuiet() && status.session().compareTo(next) >= 0) {
            next = status.session().plus(display.isTerminal() ? ON_TERMINAL : ELSEWHERE);
            if (display.isTerminal()) {
                // A line of all columns would wrap.
                out.print(ERASE + last.substring(0, Math.min(last.length(), display.columns() - 1)));
            } else {
                out.println(last);
            }
            out.flush();
        }
    }

    @Override
    public void found(String signature, long index, Path folder) {
        println("finding %s: case %d, stored in %s".formatted(signature, index, folder));
    }

    @Override
    public void note(String line) {
        println(line);
    }

    /// Prints the final status line.
    void end(Path folder) {
        if (!display.isQuiet()) {
            println(last);
        }
        println("stored in " + folder);
    }

    private void println(String line) {
        out.println((display.isTerminal() && !display.isQuiet() ? ERASE : "") + Printable.line(line));
        out.flush();
    }

    private String line(Status status) {
        var total = status.total();
        double rate = status.session().isZero() ? 0 : status.fresh() * 1e9 / status.session().toNanos();
        double accepted = total.cases() == 0 ? 100 : Math.floor(1000.0 * total.accepted() / total.cases()) / 10;
        var elapsed = status.elapsed();
        int findings = total.findings().size();
        var stopped = status.stopped() == 0 ? ""
                : status.stopped() + (status.stopped() == 1 ? " worker" : " workers") + " stopped by a signal  ";
        var left = bound.left(status).map(rest -> clock(rest) + " left  ").orElse("");
        return String.format(Locale.ROOT, "%s  %,d cases  %,.0f/s  %.1f%% accepted  %d %s  %s%s%s", clock(elapsed),
                total.cases(), rate, accepted, findings, findings == 1 ? "finding" : "findings", left, stopped, engines);
    }

    private static String clock(Duration time) {
        return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
    }
}
