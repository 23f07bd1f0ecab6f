package dev.tailbound.cli;

import java.util.concurrent.CompletableFuture;

/// After SIGINT (Ctrl-C) or SIGTERM, stops the command, waits for it, and ends the process with the command's exit code.
///
/// ```java
/// try (var interruption = new Interruption()) {
///     interruption.runs(work::stop);
///     interruption.exitsWith(work.run());
/// }
/// ```
final class Interruption implements AutoCloseable {
    private final Thread hook = Thread.ofPlatform().name("interruption").unstarted(this::interrupted);
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private Runnable stop = () -> {};
    private boolean interrupted;
    private volatile int code = ExitCode.MISSING;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// `action` makes the command end soon. It runs at once if the signal came before.
    synchronized void runs(Runnable action) {
        stop = action;
        if (interrupted) {
            stop.run();
        }
    }

    void exitsWith(int exitCode) {
        code = exitCode;
    }

    private void interrupted() {
        synchronized (this) {
            interrupted = true;
            stop.run();
        }
        Runtime.getRuntime().halt(ended.join());
    }

    @Override
    public void close() {
        ended.complete(code);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook runs already, and waits for `ended`.
        }
    }
}
