package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.files.BoundedLines;
import dev.tailbound.setup.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A QEMU process with one guest: no network, no disk, bounded memory; it is killed whenever this process ends.
final class Qemu implements AutoCloseable {
    private static final int TRANSLATED_MIB = 128;
    private static final Path KVM = Path.of("/dev/kvm");
    // Options for reliable boots: a fixed address, a panic at the first oops, exit at the first panic, and no tests that depend on the timing of a
    // busy host.
    private static final String BOOT_OPTIONS = "nokaslr panic=-1 oops=panic quiet cryptomgr.notests";
    private static final Tool KEEPER = new Tool("setpriv");
    private static final Tool DETACHER = new Tool("setsid");

    /// Executes the guest's instructions.
    enum Accelerator {
        HARDWARE, EMULATION;

        /// Why hardware cannot run guests of this architecture; empty if it may.
        static Optional<String> noHardware(KernelArch arch) {
            return !arch.isHost() ? Optional.of("this machine is another architecture")
                    : !Files.exists(KVM) ? Optional.of("this machine has no " + KVM)
                            : Files.isWritable(KVM) ? Optional.empty() : Optional.of("this user may not write " + KVM);
        }
    }

    private static final int MAX_LINE = 4096;

    private final Process process;
    private final Console console = new Console();

    Qemu(KernelImage image, Accelerator accelerator, GuestFiles files) throws IOException {
        process = start(command(image, accelerator, files));
    }

    private static List<String> command(KernelImage image, Accelerator accelerator, GuestFiles files) {
        var arch = image.arch();
        var board = arch.board();
        boolean hardware = accelerator == Accelerator.HARDWARE;
        // The kernel sends the signal even if this process is killed. Own session: Ctrl-C must not reach QEMU, because this process ends it itself.
        var command = new ArrayList<>(List.of(KEEPER.require().toString(), "--pdeathsig", "KILL", DETACHER.require().toString(),
                arch.qemu().require().toString()));
        command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-no-reboot", "-smp", "1",
                "-accel", hardware ? "kvm" : "tcg,tb-size=" + TRANSLATED_MIB, "-cpu", hardware ? "host" : board.cpu(), "-chardev",
                "stdio,id=console,signal=off", "-chardev", "socket,id=bell,path=" + quoted(files.bell())));
        command.addAll(board.arguments());
        command.addAll(List.of("-object", "memory-backend-file,id=mailbox,share=on,size=%d,mem-path=%s".formatted(Mailbox.SIZE,
                quoted(files.memory())),
                "-device", "ivshmem-plain,memdev=mailbox,addr=0x10",
                "-kernel", image.file().toString(), "-initrd", files.initramfs().toString(),
                // Arguments after the dashes go to the agent.
                "-append", "%s %s -- %s".formatted(board.commandLine(), BOOT_OPTIONS, board.bell())));
        return command;
    }

    /// Escapes a path for QEMU's property lists, where a comma would end it.
    private static String quoted(Path file) {
        return file.toString().replace(",", ",,");
    }

    /// The signal is sent when the *thread* that started a process ends, so this thread lives as long as the process.
    private Process start(List<String> command) throws IOException {
        var started = new CompletableFuture<Process>();
        Thread.ofPlatform().daemon().name("console").start(() -> {
            try {
                var child = new ProcessBuilder(command).redirectErrorStream(true).start();
                started.complete(child);
                listen(child);
            } catch (IOException e) {
                started.completeExceptionally(e);
            }
        });
        try {
            return started.join();
        } catch (CompletionException e) {
            throw new IOException("QEMU cannot be started: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private void listen(Process child) {
        try (var output = child.inputReader(ISO_8859_1)) {
            BoundedLines.forEach(output, MAX_LINE, console::add);
        } catch (IOException e) {
            console.add("reading the console failed: " + e.getMessage());
        }
        child.onExit().join();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the exit status.
    int status() {
        return process.onExit().join().exitValue();
    }

    Console console() {
        return console;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
