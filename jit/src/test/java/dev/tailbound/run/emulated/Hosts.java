package dev.tailbound.run.emulated;

import dev.tailbound.jit.Backend;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.run.emulated.EmulatedEngine.Options;

/// The two architectures, each with its default backend.
enum Hosts {
    X86_64(Cpu.X86_64), ARM64(Cpu.ARM64);

    private final Cpu cpu;

    Hosts(Cpu cpu) {
        this.cpu = cpu;
    }

    Backend backend() {
        return switch (this) {
            case X86_64 -> X86Backend.pointer();
            case ARM64 -> Arm64Backend.pointer();
        };
    }

    /// The backend of kernel 6.1, whose scheme passes down copies of the count.
    Backend oldBackend() {
        return switch (this) {
            case X86_64 -> X86Backend.stackCopy();
            case ARM64 -> Arm64Backend.x26();
        };
    }

    Options options() {
        return Options.of(cpu);
    }

    /// One of two texts, such as machine code in hex.
    String pick(String x86, String arm64) {
        return switch (this) {
            case X86_64 -> x86;
            case ARM64 -> arm64;
        };
    }
}
