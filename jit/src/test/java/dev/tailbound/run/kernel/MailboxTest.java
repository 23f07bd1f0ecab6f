package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The host's end of the shared memory, with a file as the guest.
class MailboxTest {
    private static final int REQUEST = 4096;
    private static final int ANSWER = 8 << 20;
    private static final int HEAD = 16;

    @Test
    void only_complete_answers_are_accepted(@TempDir Path folder) throws IOException {
        var file = folder.resolve("memory");
        try (var mailbox = new Mailbox(file);
                var guest = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThatThrownBy(mailbox::collect).hasMessage("the guest's answer has no header");
            mailbox.post(ByteBuffer.wrap(new byte[]{ 1, 2, 3, 4 }));
            echo(guest, 4);
            assertThat(mailbox.collect().array()).containsExactly(1, 2, 3, 4);
            assertThatThrownBy(mailbox::collect).as("taken already").hasMessage("the guest's answer has no header");
            echo(guest, 4);
            guest.write(ByteBuffer.wrap(new byte[]{ 9 }), ANSWER + HEAD + 2);
            assertThatThrownBy(mailbox::collect).hasMessage("the checksum of the guest's answer is wrong");
        }
    }

    /// Returns the request as the answer.
    private static void echo(FileChannel guest, int length) throws IOException {
        var frame = ByteBuffer.allocate(HEAD + length).order(ByteOrder.LITTLE_ENDIAN);
        guest.read(frame, REQUEST);
        guest.write(frame.flip(), ANSWER);
    }
}
