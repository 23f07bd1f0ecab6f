package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.Guest.Reply;
import dev.tailbound.run.kernel.Qemu.Accelerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Boots an image, with hardware acceleration where that works, and checks that what came up has BPF and a JIT.
public final class KernelBoot {
    private static final int HARDWARE_LIMIT = 20_000;
    private static final int EMULATION_LIMIT = 180_000;
    /// An image that has come up once does so again, if not at once: a busy host upsets the clocks of guests.
    private static final int TRIES = 3;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final KernelImage image;
    private final byte[] initramfs;
    private boolean booted;
    private int boots;
    private long bootNanos;
    private long workNanos;

    /// Where the time of an engine went.
    public record Times(int boots, long bootNanos, long workNanos) {}

    KernelBoot(KernelImage image) {
        this.image = image;
        image.arch().qemu().require();
        try {
            initramfs = Initramfs.of(GuestAgent.program(image.arch()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    Guest boot(Runnable alive) {
        long before = System.nanoTime();
        try {
            if (noHardware(image.arch()).isEmpty()) {
                var guest = new Guest(image, Accelerator.HARDWARE, initramfs, alive);
                if (guest.await(HARDWARE_LIMIT, _ -> alive.run()) instanceof Reply.Answered(var greeting)) {
                    return checked(guest, greeting);
                }
                guest.close();
                CacheFolder.of();
                CacheFolder.write(failureNote(image.arch()), hostBoot().getBytes(UTF_8));
            }
            var detail = "";
            for (int i = 0; i < (booted ? TRIES : 1); i++) {
                var guest = new Guest(image, Accelerator.EMULATION, initramfs, alive);
                switch (guest.await(EMULATION_LIMIT, _ -> alive.run())) {
                    case Reply.Answered(var greeting) -> {
                        return checked(guest, greeting);
                    }
                    case Reply.TooSlow(_, var told) -> throw new IllegalStateException("nothing was asked for: " + told);
                    case Reply.Died(_, _, var told) -> {
                        guest.close();
                        detail = told;
                    }
                }
            }
            throw new BadInput(image.file().toString(), "expected a kernel that boots in QEMU, found: " + lastWords(detail));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } finally {
            boots++;
            bootNanos += System.nanoTime() - before;
        }
    }

    /// On one line: the summary, and the console's last line.
    private static String lastWords(String detail) {
        var lines = detail.lines().filter(line -> !line.isBlank()).toList();
        return Stream.of(lines.getFirst(), lines.getLast()).distinct().reduce((a, b) -> a + "; the console's last line: " + b)
                .orElse(
                        "");
    }

    private Guest checked(Guest guest, ByteBuffer greeting) throws IOException {
        guest.forgetFiles();
        var lack = lack(greeting);
        if (lack.isPresent()) {
            guest.close();
            throw new BadInput(image.file().toString(), "%s has no %s; ./tailbound kernels tells where to get one that does"
                    .formatted(image.describe(), lack.get()));
        }
        booted = true;
        return guest;
    }

    /// What the agent's greeting says that the kernel does not have; empty where it has all.
    static Optional<String> lack(ByteBuffer greeting) {
        int bpf = greeting.getInt();
        int jited = greeting.getInt();
        int types = greeting.getInt();
        return bpf != 0 ? Optional.of("BPF (CONFIG_BPF_SYSCALL; bpf(2): %s)".formatted(KernelError.describe(bpf)))
                : jited == 0 ? Optional.of("BPF JIT (CONFIG_BPF_JIT)")
                        : types != 0 ? Optional.of("types of BPF functions (%s)".formatted(KernelError.describe(types)))
                                : Optional.empty();
    }

    // Finding out costs seconds, so that it does not work is remembered until the host boots again.

    /// Why guests of this architecture are emulated; empty where the hardware runs them.
    public static Optional<String> noHardware(KernelArch arch) throws IOException {
        var obstacle = Accelerator.noHardware(arch);
        return obstacle.isEmpty() && knownToFail(arch)
                ? Optional.of("a guest did not come up with it since this machine started")
                : obstacle;
    }

    private static boolean knownToFail(KernelArch arch) throws IOException {
        return Files.exists(failureNote(arch)) && Files.readString(failureNote(arch), UTF_8).equals(hostBoot());
    }

    private static Path failureNote(KernelArch arch) {
        return CacheFolder.place("no-kvm-" + arch.word());
    }

    private static String hostBoot() throws IOException {
        return Files.readString(BOOT_ID, UTF_8);
    }

    void worked(long nanos) {
        workNanos += nanos;
    }

    Times times() {
        return new Times(boots, bootNanos, workNanos);
    }
}
