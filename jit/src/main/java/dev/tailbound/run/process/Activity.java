package dev.tailbound.run.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Snapshot of a process's state, from proc_pid_stat(5).
///
/// @param processorTime CPU time of all its threads, including ended ones, since it started
public record Activity(State state, Duration processorTime) {
    /// `USER_HZ`, which is 100 on every architecture that Java runs on.
    private static final int CLOCK_TICKS_PER_SECOND = 100;
    private static final Path PROC = Path.of("/proc");
    // Indices of fields after the name. The name may contain any character and ends at the last parenthesis.
    private static final int STATE = 0;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /// Combined state of its threads.
    public enum State {
        /// Stopped by a signal or a debugger.
        STOPPED,
        /// A thread runs, waits for a processor, or waits for a disk.
        BUSY,
        /// All threads wait for something other than a processor or a disk.
        ASLEEP,
        /// It has ended or cannot be read.
        UNKNOWN
    }

    private static final Activity NONE = new Activity(State.UNKNOWN, Duration.ZERO);

    /// Snapshot of the process with this id.
    public static Activity of(long pid) {
        var process = PROC.resolve(Long.toString(pid));
        try {
            var fields = fields(process);
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
            return new Activity(state(process, fields[STATE]), Duration.ofMillis(1000 * ticks / CLOCK_TICKS_PER_SECOND));
        } catch (IOException _) {
            return NONE;
        }
    }

    private static State state(Path process, String ofMainThread) throws IOException {
        if (isStopped(ofMainThread)) {
            return State.STOPPED;
        }
        try (var threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (var thread : threads) {
                if (isBusy(thread)) {
                    return State.BUSY;
                }
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        return State.ASLEEP;
    }

    private static boolean isStopped(String state) {
        return "T".equals(state) || "t".equals(state);
    }

    private static boolean isBusy(Path thread) {
        try {
            var state = fields(thread)[STATE];
            return "R".equals(state) || "D".equals(state);
        } catch (IOException _) {
            return false; // it has ended
        }
    }

    private static String[] fields(Path folder) throws IOException {
        var line = new String(Files.readAllBytes(folder.resolve("stat")), ISO_8859_1);
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }
}
