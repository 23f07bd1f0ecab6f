package dev.tailbound.run.external;

import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.Run;
import dev.tailbound.run.external.LineProcess.Reply;
import dev.tailbound.verify.VerifiedCase;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/// A BPF runtime in a process of its own, which runs one case per request; see `docs/external.md` for the protocol.
///
/// A process that ends, is silent or breaks the protocol has trapped, and is restarted. If it had answered before, the new process runs the case
/// again, so that damage by an earlier case is not attributed to this one.
public final class ExternalEngine implements Engine {
    private static final String HELLO = "hello tailbound 1";
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(1));

    private final ExternalSpec spec;
    private final Limits limits;
    private Runnable alive = () -> {};
    private LineProcess process;
    private Capabilities capabilities;
    private boolean isFresh;
    private boolean hangs;
    private long id;

    /// Limits of a process's processor time, or of its sleep.
    ///
    /// @param start   until it answers `hello`
    /// @param run     for a case
    /// @param suspect for a case after one has hung: minimizing a hang runs many candidates that hang, too
    record Limits(Duration start, Duration run, Duration suspect) {}

    public ExternalEngine(ExternalSpec spec) {
        this(spec, LIMITS);
    }

    ExternalEngine(ExternalSpec spec, Limits limits) {
        this.spec = spec;
        this.limits = limits;
    }

    /// The name in reports, see [ExternalSpec#label()].
    @Override
    public String name() {
        return spec.label();
    }

    /// Starts the process; throws [UnusableEngineException] if that fails, or it does not answer `hello`.
    @Override
    public void start(Runnable alive) {
        this.alive = alive;
        begin();
    }

    /// The capabilities that the engine states; starts it.
    Capabilities capabilities() {
        begin();
        return capabilities;
    }

    private void begin() {
        if (process != null) {
            return;
        }
        try {
            process = new LineProcess(spec.command());
        } catch (IOException e) {
            throw new UnusableEngineException(spec, "cannot be started: " + e.getMessage());
        }
        var reply = process.ask(HELLO, limits.start(), alive);
        try {
            capabilities = Capabilities.parse(switch (reply) {
                case Reply.Line(var text) -> text;
                case Reply.TooLong() -> throw unusable("expected a line that says hello, found one without an end");
                case Reply.Ended() ->
                    throw unusable("expected a line that says hello, found none: " + process.death().replace("\n", ": "));
                case Reply.Silent silent ->
                    throw unusable("expected a line that says hello, found none " + waited(silent, limits.start()));
            });
            isFresh = true;
        } catch (IllegalArgumentException bad) {
            throw unusable("%s, found %s".formatted(bad.getMessage(), BadInput.quoted(((Reply.Line) reply).text())));
        }
    }

    private UnusableEngineException unusable(String what) {
        stop();
        return new UnusableEngineException(spec, what);
    }

    @Override
    public Run run(VerifiedCase verified, OptionalLong steps) {
        return new Run(name(), outcome(verified));
    }

    @Override
    public Outcome outcome(VerifiedCase verified) {
        begin();
        var obstacle = capabilities.obstacle(verified);
        if (obstacle.isPresent()) {
            return new Outcome.Inapplicable(obstacle.get());
        }
        boolean wasFresh = isFresh;
        var outcome = ask(verified);
        return process == null && !wasFresh ? ask(verified) : outcome;
    }

    /// Sends one request; ends the process if it did not answer.
    private Outcome ask(VerifiedCase verified) {
        begin();
        var exchange = new Exchange(verified, capabilities, ++id);
        if (exchange.length() > LineProcess.MAX_LINE) {
            return new Outcome.Inapplicable(
                    "the case takes %d characters, a line has at most %d".formatted(exchange.length(), LineProcess.MAX_LINE));
        }
        if (process.hasSpoken()) {
            if (isFresh) {
                throw unusable("expected it to wait for a case after its hello, found another line, or its end");
            }
            return trapped(Trap.EXCEPTION, "it ended, or said something, before it was asked");
        }
        isFresh = false;
        var limit = hangs ? limits.suspect() : limits.run();
        return switch (process.ask(exchange.question(), limit, alive)) {
            case Reply.Line(var text) -> exchange.outcome(text)
                    .orElseGet(() -> trapped(Trap.EXCEPTION,
                            "it answered %s, expected ok, refused or trap, the number of the case, and all that it observes"
                                    .formatted(BadInput.quoted(text))));
            case Reply.TooLong() ->
                trapped(Trap.EXCEPTION, "it answered more than %d characters, expected a line".formatted(LineProcess.MAX_LINE));
            case Reply.Ended() -> trapped(Trap.EXCEPTION, process.death());
            case Reply.Silent silent -> {
                hangs = true;
                yield trapped(Trap.RUNAWAY, "it did not answer " + waited(silent, limit));
            }
        };
    }

    private static String waited(Reply.Silent silent, Duration limit) {
        return silent.isStopped() ? "within %d s, in which it was stopped".formatted(LineProcess.MAX_STOP.toSeconds())
                : "within %d s of processor time or sleep".formatted(limit.toSeconds());
    }

    private Outcome trapped(Trap kind, String detail) {
        stop();
        return new Outcome.Trapped(kind, Where.UNKNOWN, detail);
    }

    private void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
