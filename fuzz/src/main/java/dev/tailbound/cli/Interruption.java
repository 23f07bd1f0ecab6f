package dev.tailbound.cli;

import java.util.concurrent.CompletableFuture;

/// Lets a command that got SIGINT (Ctrl-C) or SIGTERM end in its own time, and with its own exit code.
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

    /// What ends the command soon; done at once where the interruption came first.
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
            // The process is ending, and waits for what has just been completed.
        }
    }
}
