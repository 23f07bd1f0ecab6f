package dev.tailbound.run.kernel;

import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.process.Activity;
import dev.tailbound.run.process.Patience;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.IntConsumer;

/// A booted kernel that answers requests, one at a time, until it dies.
final class Guest implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final byte RING = '?';

    private final Qemu qemu;
    private final Mailbox mailbox;
    private final GuestFiles files;
    private final SocketChannel bell;
    private final Selector selector = Selector.open();

    /// What became of a request.
    sealed interface Reply {

        record Answered(ByteBuffer answer) implements Reply {}

        /// The kernel took too long to verify and compile a program of the case that it had begun last. Emulated, it takes seconds for what others do
        /// in a moment, so that says nothing of the case.
        record TooSlow(int begun, String reason) implements Reply {}

        /// The kernel did not survive it, or did not come back.
        ///
        /// @param begun  cases of the request that it had begun
        /// @param detail a summary; the lines that follow are the console's last ones
        record Died(int begun, Trap kind, String detail) implements Reply {}
    }

    /// Boots the image. `alive` is called now and then; the agent's greeting is the first answer.
    Guest(KernelImage image, Qemu.Accelerator accelerator, byte[] initramfs, Runnable alive) throws IOException {
        files = GuestFiles.create(initramfs);
        mailbox = new Mailbox(files.memory());
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(files.bell())).configureBlocking(false);
            qemu = new Qemu(image, accelerator, files);
            bell = accept(server, alive);
        }
        bell.configureBlocking(false);
        bell.register(selector, SelectionKey.OP_READ);
    }

    private SocketChannel accept(ServerSocketChannel server, Runnable alive) throws IOException {
        server.register(selector, SelectionKey.OP_ACCEPT);
        while (qemu.isAlive()) {
            selector.select(TICK.toMillis());
            alive.run();
            var accepted = server.accept();
            if (accepted != null) {
                return accepted;
            }
        }
        throw new IOException("QEMU does not start: " + String.join(" ", qemu.console().lines()));
    }

    /// Hands over a request and waits for the answer, see [#await].
    Reply ask(ByteBuffer request, int limit, IntConsumer progress) throws IOException {
        mailbox.post(request);
        try {
            bell.write(ByteBuffer.wrap(new byte[]{ RING }));
        } catch (IOException e) {
            return died(0);
        }
        return await(limit, progress);
    }

    /// Waits for the agent to ring; `progress` is told now and then how many cases were begun.
    ///
    /// For each step of a case, such as loading a program, QEMU may use `limit` milliseconds of processor time, or of sleep: it may be stopped, and
    /// the host may be busy.
    Reply await(int limit, IntConsumer progress) throws IOException {
        int steps = mailbox.steps();
        var patience = new Patience(() -> Activity.of(qemu.pid()));
        while (patience.used().toMillis() < limit) {
            selector.selectedKeys().clear();
            boolean rings = selector.select(TICK.toMillis()) > 0;
            int begun = mailbox.progress();
            progress.accept(begun);
            if (rings) {
                return bell.read(ByteBuffer.allocate(1)) == 1 ? new Reply.Answered(mailbox.collect()) : died(begun);
            }
            int now = mailbox.steps();
            if (now == steps) {
                patience.tick(TICK);
            } else {
                patience.progress();
            }
            steps = now;
        }
        boolean isLoading = AgentRequest.isLoading(mailbox.step());
        qemu.close();
        return isLoading
                ? new Reply.TooSlow(mailbox.progress(), "the kernel did not take a program in within %d s of processor time"
                        .formatted(limit / 1000))
                : new Reply.Died(mailbox.progress(), Trap.RUNAWAY, detail(
                        "the kernel did not come back within %d s of processor time".formatted(limit / 1000)));
    }

    /// The guest is up: nothing of it need stay in the file system.
    void forgetFiles() throws IOException {
        files.delete();
    }

    private Reply died(int begun) {
        int status = qemu.status();
        return new Reply.Died(begun, Trap.EXCEPTION, detail(qemu.console().alarm().map(alarm -> "the kernel died: " + alarm)
                .orElse("QEMU ended with status " + status)));
    }

    private String detail(String summary) {
        return summary + "\n" + String.join("\n", qemu.console().lines());
    }

    @Override
    public void close() throws IOException {
        qemu.close();
        selector.close();
        bell.close();
        mailbox.close();
        files.delete();
    }
}
