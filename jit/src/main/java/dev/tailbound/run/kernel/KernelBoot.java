package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.Guest.Reply;
import dev.tailbound.run.kernel.Qemu.Accelerator;
import dev.tailbound.setup.MissingToolException;
import dev.tailbound.setup.Packages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Boots an image, with hardware acceleration if possible, and checks that the kernel has BPF and a JIT.
public final class KernelBoot {
    private static final int HARDWARE_LIMIT = 20_000;
    private static final int EMULATION_LIMIT = 180_000;
    /// Boot attempts for an image that has booted before: boots may fail on a busy host, because guest clocks are then unreliable.
    private static final int TRIES = 3;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final KernelImage image;
    private final byte[] initramfs;
    private boolean booted;
    private int boots;
    private long bootNanos;
    private long workNanos;

    /// Times spent by an engine.
    public record Times(int boots, long bootNanos, long workNanos) {}

    KernelBoot(KernelImage image) {
        this.image = image;
        requireQemu(image.arch());
        image.arch().board().firmware().ifPresent(Firmware::require);
        try {
            initramfs = Initramfs.of(GuestAgent.program(image.arch()));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /// Throws [MissingToolException] if this machine has no QEMU, or one too old for these kernels.
    private static void requireQemu(KernelArch arch) {
        var qemu = arch.qemu().require();
        if (arch.oldestQemu() > 0) {
            var found = QemuVersion.of(qemu);
            if (found.isEmpty() || found.get().major() < arch.oldestQemu()) {
                throw new MissingToolException("%s: expected version %d or later for kernels of %s, found %s; %s".formatted(qemu,
                        arch.oldestQemu(), arch.word(), found.map(QemuVersion::text).orElse("no version"),
                        Packages.here().remedy(List.of(arch.qemu().name()))));
            }
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

    /// The summary and the console's last line, on one line.
    private static String lastWords(String detail) {
        var lines = detail.lines().filter(line -> !line.isBlank()).toList();
        return Stream.of(lines.getFirst(), lines.getLast()).distinct().reduce((a, b) -> a + "; the console's last line: " + b)
                .orElse("");
    }

    private Guest checked(Guest guest, ByteBuffer greeting) throws IOException {
        guest.forgetFiles();
        var lack = lack(greeting);
        if (lack.isPresent()) {
            guest.close();
            throw new BadInput(image.file().toString(),
                    "%s has no %s; ./tailbound kernels shows where to get one that does".formatted(image.describe(), lack.get()));
        }
        booted = true;
        return guest;
    }

    /// The missing kernel feature according to the agent's greeting; empty if none is missing.
    static Optional<String> lack(ByteBuffer greeting) {
        int bpf = greeting.getInt();
        int jited = greeting.getInt();
        int types = greeting.getInt();
        return bpf != 0 ? Optional.of("BPF (CONFIG_BPF_SYSCALL; bpf(2): %s)".formatted(KernelError.describe(bpf)))
                : jited == 0 ? Optional.of("BPF JIT (CONFIG_BPF_JIT)")
                        : types != 0 ? Optional.of("types of BPF functions (%s)".formatted(KernelError.describe(types)))
                                : Optional.empty();
    }

    // A failed attempt costs seconds, so the failure is recorded until the host reboots.

    /// Why guests of this architecture are emulated; empty if hardware acceleration works.
    public static Optional<String> noHardware(KernelArch arch) throws IOException {
        var obstacle = Accelerator.noHardware(arch);
        return obstacle.isEmpty() && knownToFail(arch)
                ? Optional.of("a guest failed to boot with it since this machine started")
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
