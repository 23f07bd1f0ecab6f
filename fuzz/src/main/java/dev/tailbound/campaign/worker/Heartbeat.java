package dev.tailbound.campaign.worker;

import dev.tailbound.campaign.check.GuestTimes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A few bytes that a worker shares with its parent through a mapped file: the current case, and a counter that a working worker increments.
///
/// Writing them takes nanoseconds, and they survive any death of the worker.
public final class Heartbeat implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final long INDEX = 0;
    private static final long BEATS = 8;
    private static final long BOOTS = 16;
    private static final long BOOT_NANOS = 24;
    private static final long WORK_NANOS = 32;
    private static final long SIZE = 40;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private long beats;

    /// Maps the file, and creates it if necessary.
    public Heartbeat(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
        }
    }

    /// The worker starts a case.
    void at(long index) {
        LONG.setOpaque(memory, INDEX, index);
        beat();
    }

    /// The worker is alive.
    public void beat() {
        LONG.setRelease(memory, BEATS, ++beats);
    }

    /// Publishes the boots and times of the worker's kernels.
    public void kernels(GuestTimes times) {
        LONG.setOpaque(memory, BOOTS, times.boots());
        LONG.setOpaque(memory, BOOT_NANOS, times.bootNanos());
        LONG.setOpaque(memory, WORK_NANOS, times.workNanos());
    }

    GuestTimes kernels() {
        return new GuestTimes((long) LONG.getOpaque(memory, BOOTS), (long) LONG.getOpaque(memory, BOOT_NANOS),
                (long) LONG.getOpaque(memory, WORK_NANOS));
    }

    long index() {
        return (long) LONG.getOpaque(memory, INDEX);
    }

    long beats() {
        return (long) LONG.getAcquire(memory, BEATS);
    }

    @Override
    public void close() {
        arena.close();
    }
}
