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

/// Status of a campaign: on a terminal one line that is redrawn, otherwise a new line every five seconds.
final class LiveLine implements Progress {
    private static final Duration ON_TERMINAL = Duration.ofMillis(250);
    private static final Duration ELSEWHERE = Duration.ofSeconds(5);
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter out;
    private final String engines;
    private final boolean terminal;
    private Duration next = Duration.ZERO;
    private String last = "";

    /// Prints to the terminal if there is one, directly, since `err` would escape [#ERASE]; otherwise to `err`.
    static LiveLine of(PrintWriter err, List<String> engines) {
        boolean terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        return new LiveLine(terminal ? new PrintWriter(System.err, true, System.err.charset()) : err, engines, terminal);
    }

    LiveLine(PrintWriter out, List<String> engines, boolean terminal) {
        this.out = out;
        this.engines = Printable.line(String.join(" ", engines));
        this.terminal = terminal;
        next = terminal ? Duration.ZERO : ELSEWHERE;
    }

    @Override
    public void status(Status status) {
        last = line(status);
        if (status.session().compareTo(next) >= 0) {
            next = status.session().plus(terminal ? ON_TERMINAL : ELSEWHERE);
            if (terminal) {
                out.print(ERASE + last);
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
        println(last);
        println("stored in " + folder);
    }

    private void println(String line) {
        out.println((terminal ? ERASE : "") + Printable.line(line));
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
        return String.format(Locale.ROOT, "%d:%02d:%02d  %,d cases  %,.0f/s  %.1f%% accepted  %d %s  %s%s", elapsed.toHours(),
                elapsed.toMinutesPart(), elapsed.toSecondsPart(), total.cases(), rate, accepted, findings,
                findings == 1 ? "finding" : "findings", stopped, engines);
    }
}
