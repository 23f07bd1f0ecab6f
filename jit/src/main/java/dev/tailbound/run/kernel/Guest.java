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

/// A booted kernel that answers one request at a time until it dies.
final class Guest implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final byte RING = '?';

    private final Qemu qemu;
    private final Mailbox mailbox;
    private final GuestFiles files;
    private final SocketChannel bell;
    private final Selector selector = Selector.open();

    /// Result of a request.
    sealed interface Reply {

        record Answered(ByteBuffer answer) implements Reply {}

        /// The kernel took too long to verify and compile a program of the last case that it had begun. This is not the case's fault: an emulated
        /// kernel is slow.
        record TooSlow(int begun, String reason) implements Reply {}

        /// The kernel crashed or did not respond.
        ///
        /// @param begun  number of cases of the request that it had begun
        /// @param detail a summary line, then the console's last lines
        record Died(int begun, Trap kind, String detail) implements Reply {}
    }

    /// Boots the image and calls `alive` repeatedly meanwhile. The agent's greeting is the first answer.
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

    /// Sends a request and waits for the answer, see [#await].
    Reply ask(ByteBuffer request, int limit, IntConsumer progress) throws IOException {
        mailbox.post(request);
        try {
            bell.write(ByteBuffer.wrap(new byte[]{ RING }));
        } catch (IOException e) {
            return died(0);
        }
        return await(limit, progress);
    }

    /// Waits for the agent's signal; `progress` repeatedly receives the number of cases begun.
    ///
    /// Each step of a case, such as loading a program, may take `limit` milliseconds of QEMU's CPU time or sleep. Not wall-clock time: QEMU may be
    /// stopped, or the host busy.
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
                ? new Reply.TooSlow(mailbox.progress(),
                        "the kernel did not load a program within %d s of CPU time".formatted(limit / 1000))
                : new Reply.Died(mailbox.progress(), Trap.RUNAWAY,
                        detail("the kernel did not respond within %d s of CPU time".formatted(limit / 1000)));
    }

    /// Deletes the guest's files, which it no longer needs once it is up.
    void forgetFiles() throws IOException {
        files.delete();
    }

    private Reply died(int begun) {
        int status = qemu.status();
        return new Reply.Died(begun, Trap.EXCEPTION, detail(
                qemu.console().alarm().map(alarm -> "the kernel died: " + alarm).orElse("QEMU ended with status " + status)));
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
