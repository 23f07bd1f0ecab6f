package dev.tailbound.run.kernel;

import dev.tailbound.setup.Tool;
import java.util.List;
import java.util.stream.Stream;

/// An architecture for running kernels, with its QEMU command line and its compiler.
public enum KernelArch {
    // With cx16, one boot in three of newer kernels dies early under QEMU 7.2's software emulation.
    X86_64("x86-64", "amd64", "amd64", "max,-cx16") {
        @Override
        List<String> machine() {
            return List.of("-machine", "pc", "-serial", "chardev:console", "-serial", "chardev:bell");
        }

        @Override
        String console() {
            return "ttyS0";
        }

        @Override
        String bell() {
            return "/dev/ttyS1";
        }

        @Override
        String bootOptions() {
            return "no_timer_check tsc=reliable";
        }
    },
    // Emulating the architected pointer authentication algorithm would take most of the time of a run.
    ARM64("arm64", "aarch64", "arm64", "max,pauth-impdef=on") {
        // A second serial line of the board's own type would belong to the secure world.
        @Override
        List<String> machine() {
            return List.of("-machine", "virt", "-serial", "chardev:console", "-device", "pci-serial,chardev=bell,addr=0x11");
        }

        @Override
        String console() {
            return "ttyAMA0";
        }

        @Override
        String bell() {
            return "/dev/ttyS0";
        }

        @Override
        String bootOptions() {
            return "";
        }
    };

    private final String word;
    private final String jvmName;
    private final String debianName;
    private final String emulatedCpu;

    KernelArch(String word, String jvmName, String debianName, String emulatedCpu) {
        this.word = word;
        this.jvmName = jvmName;
        this.debianName = debianName;
        this.emulatedCpu = emulatedCpu;
    }

    /// The machine type and its two serial lines: the console and the bell.
    abstract List<String> machine();

    /// The console device's name on the kernel command line.
    abstract String console();

    /// Device file of the bell's serial line.
    abstract String bell();

    /// Further kernel command line options.
    abstract String bootOptions();

    /// The name on the command line: `x86-64` or `arm64`.
    public String word() {
        return word;
    }

    /// Debian's name: `amd64` or `arm64`.
    public String debianName() {
        return debianName;
    }

    String emulatedCpu() {
        return emulatedCpu;
    }

    /// The QEMU program for its kernels.
    public Tool qemu() {
        return switch (this) {
            case X86_64 -> new Tool("qemu-system-x86_64");
            case ARM64 -> new Tool("qemu-system-aarch64");
        };
    }

    /// The compiler for it: the cross compiler, or this machine's own if the architecture is the same and `path` has no cross compiler.
    public Tool compiler(String path) {
        var named = switch (this) {
            case X86_64 -> new Tool("x86_64-linux-gnu-gcc");
            case ARM64 -> new Tool("aarch64-linux-gnu-gcc");
        };
        return isHost() && named.find(path).isEmpty() ? new Tool("gcc") : named;
    }

    /// Whether this machine has this architecture.
    boolean isHost() {
        return Stream.of(jvmName, word).anyMatch(System.getProperty("os.arch")::equals);
    }
}
