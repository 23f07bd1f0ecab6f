package dev.tailbound.run.emulated;

import dev.tailbound.jit.disasm.Disassembler;

/// A processor model of libunicorn.
///
/// The second arm64 model has no LSE atomics: code that must not use them faults there if it does. There is no x86 model without BMI2, because all of
/// the library's execute it.
public enum Cpu {
    // @formatter:off
    X86_64      ("x86-64",            4, 8, 19), // Haswell
    ARM64       ("arm64",             2, 0, 3),  // max
    ARM64_NO_LSE("arm64 without LSE", 2, 0, 0);  // Cortex-A57
    // @formatter:on

    private final String title;
    private final int arch;
    private final int mode;
    private final int model;

    Cpu(String title, int arch, int mode, int model) {
        this.title = title;
        this.arch = arch;
        this.mode = mode;
        this.model = model;
    }

    /// Display name.
    public String title() {
        return title;
    }

    HostIsa isa() {
        return switch (this) {
            case X86_64 -> X86Host.INSTANCE;
            case ARM64, ARM64_NO_LSE -> Arm64Host.INSTANCE;
        };
    }

    /// Disassembler target of its code.
    public Disassembler.Target target() {
        return switch (this) {
            case X86_64 -> Disassembler.Target.X86_64;
            case ARM64, ARM64_NO_LSE -> Disassembler.Target.ARM64;
        };
    }

    /// The library's `enum uc_arch`.
    int arch() {
        return arch;
    }

    /// The library's `enum uc_mode`.
    int mode() {
        return mode;
    }

    /// The library's `enum uc_cpu_x86` or `uc_cpu_arm64`.
    int model() {
        return model;
    }
}
