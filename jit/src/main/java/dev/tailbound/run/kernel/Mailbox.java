package dev.tailbound.run.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/// Memory shared by host and guest: a request and its answer, each with length and checksum, and the guest's progress.
///
/// `agent.c` implements the other end with the same constants.
final class Mailbox implements AutoCloseable {
    static final int SIZE = 16 << 20;

    private static final int PROGRESS = 0;
    private static final int STEPS = 4;
    private static final int STEP = 8;
    private static final int REQUEST = 4096;
    private static final int ANSWER = 8 << 20;
    private static final int FRAME = 16;
    private static final int LENGTH_AT = 4;
    private static final int CHECKSUM_AT = 8;
    private static final int MAGIC = 0x7461696c;

    /// Maximum size of a request or answer.
    static final int ROOM = ANSWER - REQUEST - FRAME;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle WORDS = WORD.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /// Creates the file, which QEMU maps too.
    Mailbox(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena);
        }
    }

    /// Number of cases of the current request that the guest has begun.
    int progress() {
        return (int) WORDS.getAcquire(memory, (long) PROGRESS);
    }

    /// Counter of completed steps.
    int steps() {
        return (int) WORDS.getAcquire(memory, (long) STEPS);
    }

    /// Number of the guest's current step, see [AgentRequest].
    int step() {
        return (int) WORDS.getAcquire(memory, (long) STEP);
    }

    void post(ByteBuffer request) {
        WORDS.setOpaque(memory, (long) PROGRESS, 0);
        WORDS.setOpaque(memory, (long) STEP, 0);
        MemorySegment.copy(MemorySegment.ofBuffer(request), 0, memory, REQUEST + FRAME, request.remaining());
        WORDS.setOpaque(memory, (long) REQUEST + LENGTH_AT, request.remaining());
        WORDS.setOpaque(memory, (long) REQUEST + CHECKSUM_AT, checksum(request));
        WORDS.setRelease(memory, (long) REQUEST, MAGIC);
    }

    /// The answer, after the guest's signal; throws [IOException] if it is damaged.
    ByteBuffer collect() throws IOException {
        int length = (int) WORDS.getAcquire(memory, (long) ANSWER + LENGTH_AT);
        if ((int) WORDS.getOpaque(memory, (long) ANSWER) != MAGIC || length < 0 || length > ROOM) {
            throw new IOException("the guest's answer has no header");
        }
        var answer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        MemorySegment.copy(memory, ANSWER + FRAME, MemorySegment.ofBuffer(answer), 0, length);
        if (checksum(answer) != (int) WORDS.getOpaque(memory, (long) ANSWER + CHECKSUM_AT)) {
            throw new IOException("the checksum of the guest's answer is wrong");
        }
        WORDS.setOpaque(memory, (long) ANSWER, 0);
        return answer;
    }

    private static int checksum(ByteBuffer bytes) {
        var checksum = new CRC32();
        checksum.update(bytes.duplicate());
        return (int) checksum.getValue();
    }

    @Override
    public void close() {
        arena.close();
    }
}
