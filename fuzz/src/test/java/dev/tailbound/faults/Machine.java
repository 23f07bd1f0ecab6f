package dev.tailbound.faults;

import dev.tailbound.jit.Backend;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.run.emulated.Cpu;

/// The machines for fault injection.
enum Machine {
    // @formatter:off
    X86_64        ("x86-64",         Cpu.X86_64),
    X86_64_NO_BMI2("x86-64:no-bmi2", Cpu.X86_64),
    ARM64         ("arm64",          Cpu.ARM64),
    ARM64_LL_SC   ("arm64:ll-sc",    Cpu.ARM64_NO_LSE);
    // @formatter:on

    private final String word;
    private final Cpu cpu;

    Machine(String word, Cpu cpu) {
        this.word = word;
        this.cpu = cpu;
    }

    /// The engine's command-line name.
    String word() {
        return word;
    }

    Cpu cpu() {
        return cpu;
    }

    /// The profile for the passes before its JIT.
    Profile profile() {
        return switch (this) {
            case X86_64, X86_64_NO_BMI2 -> Profile.X86_64_V6_12;
            case ARM64, ARM64_LL_SC -> Profile.ARM64_V6_12;
        };
    }

    /// A correct backend.
    Backend sound() {
        return switch (this) {
            case X86_64 -> new X86Backend(X86.OPTIONS, X86.SCHEME);
            case X86_64_NO_BMI2 -> new X86Backend(X86.OPTIONS.withBmi2(false), X86.SCHEME);
            case ARM64 -> new Arm64Backend(Arm64.OPTIONS, Arm64.SCHEME);
            case ARM64_LL_SC -> new Arm64Backend(Arm64.OPTIONS.withLse(false), Arm64.SCHEME);
        };
    }
}
