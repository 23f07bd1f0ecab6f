package dev.tailbound.run.external;

import dev.tailbound.files.BoundedLines;
import dev.tailbound.isa.Printable;
import dev.tailbound.run.process.Activity;
import dev.tailbound.run.process.Activity.State;
import dev.tailbound.run.process.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process that reads a request as a line on standard input, and answers with a line on standard output.
///
/// Each request ends: the length of lines is limited, and so is the processor time and sleep before an answer.
final class LineProcess implements AutoCloseable {
    /// In characters, of requests and answers.
    static final int MAX_LINE = 1 << 22;

    private static final Duration TICK = Duration.ofMillis(100);
    /// Maximum wait for a process that stopped itself.
    static final Duration MAX_STOP = Duration.ofSeconds(60);
    private static final int LAST_WORDS = 8;
    private static final int MAX_WORD = 400;
    private static final int SIGNALED = 128;

    /// The result of a request.
    sealed interface Reply {
        record Line(String text) implements Reply {}

        /// It wrote a line longer than the limit.
        record TooLong() implements Reply {}

        /// It has ended, or closed its output.
        record Ended() implements Reply {}

        /// It exceeded its time; or it was stopped, and not continued.
        record Silent(boolean isStopped) implements Reply {}
    }

    private final Process process;
    private final BlockingQueue<Reply> output = new ArrayBlockingQueue<>(4);
    private final BlockingQueue<byte[]> input = new ArrayBlockingQueue<>(1);
    private final Deque<String> lastWords = new ArrayDeque<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Thread errors;

    /// Throws [IOException] if it cannot be started.
    LineProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).start();
        threads.add(daemon("output", () -> read(process.getInputStream())));
        threads.add(daemon("input", () -> write(process.getOutputStream())));
        errors = daemon("errors", this::listen);
        threads.add(errors);
    }

    private static Thread daemon(String what, Runnable work) {
        return Thread.ofPlatform().daemon().name("external engine's " + what).start(work);
    }

    /// Sends a line and waits for one. Calls `alive` from time to time.
    ///
    /// The process and those that it started may use `limit` of processor time, or of sleep.
    Reply ask(String line, Duration limit, Runnable alive) {
        input.add((line + "\n").getBytes(StandardCharsets.US_ASCII));
        var patience = new Patience(this::activity);
        var stopped = Duration.ZERO;
        try {
            while (patience.used().compareTo(limit) < 0 && stopped.compareTo(MAX_STOP) < 0) {
                var reply = output.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (reply != null) {
                    return reply;
                }
                alive.run();
                patience.tick(TICK);
                stopped = patience.isStopped() ? stopped.plus(TICK) : Duration.ZERO;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return new Reply.Silent(!stopped.isZero());
    }

    /// It wrote output without a request.
    boolean hasSpoken() {
        return !output.isEmpty();
    }

    /// Of the process and its descendants: a script may have started the runtime.
    private Activity activity() {
        var all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).map(each -> Activity.of(each.pid()))
                .toList();
        var state = all.stream().map(Activity::state).anyMatch(State.BUSY::equals) ? State.BUSY : all.getFirst().state();
        return new Activity(state, all.stream().map(Activity::processorTime).reduce(Duration.ZERO, Duration::plus));
    }

    private void read(InputStream in) {
        var line = new ByteArrayOutputStream();
        var buffer = new byte[1 << 16];
        try (in) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int from = 0;
                for (int i = 0; i < length; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, from, i - from);
                        output.put(new Reply.Line(line.toString(StandardCharsets.ISO_8859_1)));
                        line.reset();
                        from = i + 1;
                    }
                }
                line.write(buffer, from, length - from);
                if (line.size() > MAX_LINE) {
                    output.put(new Reply.TooLong());
                    return;
                }
            }
            output.put(new Reply.Ended());
        } catch (IOException _) {
            output.offer(new Reply.Ended()); // a broken pipe is an end, too
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutputStream out) {
        try (out) {
            while (true) {
                out.write(input.take());
                out.flush();
            }
        } catch (IOException _) {
            // It has closed its input: its output shows how it ended.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try (var in = new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8)) {
            BoundedLines.forEach(in, MAX_WORD, line -> {
                synchronized (lastWords) {
                    lastWords.addLast(Printable.line(line));
                    if (lastWords.size() > LAST_WORDS) {
                        lastWords.removeFirst();
                    }
                }
            });
        } catch (IOException _) {
            // The lines read so far are kept.
        }
    }

    /// Kills it, and describes how it ended: `the process ended with signal 11`, and the last lines of its standard error.
    String death() {
        try {
            boolean ended = process.waitFor(1, TimeUnit.SECONDS);
            if (ended) {
                errors.join(1000); // closing would cut off output that is not read yet
            }
            close();
            errors.join(1000);
            int status = process.waitFor();
            var how = !ended ? "the process closed its output"
                    : status > SIGNALED ? "the process ended with signal " + (status - SIGNALED)
                            : "the process ended with status " + status;
            return how + lastWords();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "the process ended";
        }
    }

    private String lastWords() {
        synchronized (lastWords) {
            return lastWords.isEmpty() ? "" : "\n" + String.join("\n", lastWords);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        threads.forEach(Thread::interrupt);
    }
}
