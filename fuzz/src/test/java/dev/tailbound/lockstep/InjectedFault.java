package dev.tailbound.lockstep;

import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;

/// Faults of a backend, each on both architectures.
enum InjectedFault {
    NONE,
    /// `s>` jumps if both operands are equal.
    SGT_IS_SGE,
    /// 32-bit moves between registers copy 64 bits.
    MOV32_IS_MOV64,
    /// 32-bit moves from a register to itself have no code.
    SELF_MOVES_VANISH,
    /// Stores relative to R10 go eight bytes too low.
    STACK_STORES_TOO_LOW,
    /// Atomic additions are atomic ors.
    ATOMIC_ADD_ORS,
    /// Negations fault.
    NEG_FAULTS,
    /// A `goto` jumps to itself.
    GOTO_HANGS,
    /// Tail calls do not restore the caller's registers.
    TAIL_CALL_LOSES_REGISTERS,
    /// Exits do not restore the caller's registers.
    EXIT_LOSES_REGISTERS;

    enum Host {
        X86_64(Cpu.X86_64), ARM64(Cpu.ARM64);

        private final Cpu cpu;

        Host(Cpu cpu) {
            this.cpu = cpu;
        }
    }

    /// An engine with this fault.
    EmulatedEngine on(Host host) {
        var backend = switch (host) {
            case X86_64 -> new FaultyX86(this);
            case ARM64 -> new FaultyArm64(this);
        };
        return new EmulatedEngine("faulty", backend,
                new EmulatedEngine.Options(host.cpu, ObjectLayout.V6_12, TailCallRule.V6_12));
    }
}
