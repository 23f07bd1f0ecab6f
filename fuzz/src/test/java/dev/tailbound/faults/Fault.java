package dev.tailbound.faults;

import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;

/// A way in which a JIT went wrong, or could, put into a backend that is right otherwise.
///
/// @param origin where it happened: a kernel commit that mended it, an issue of another project; empty where it is only likely
record Fault(String name, Topic topic, String origin, Machine machine, Lowering lowering, Backend backend) {

    /// What a fault is about.
    enum Topic {
        TAIL_CALLS, TRAMPOLINES, FRAMES, FLOW, ARITHMETIC, MEMORY, ATOMICS
    }

    /// A fault of a backend, after the rewrites that kernels do.
    Fault(String name, Topic topic, String origin, Machine machine, Backend backend) {
        this(name, topic, origin, machine, Passes.ALL.lowering(machine.profile()), backend);
    }

    /// None at all, as a control.
    static Fault none(Machine machine) {
        return new Fault("none", Topic.FLOW, "", machine, machine.sound());
    }

    /// Opens an engine that has the fault.
    Engine open() {
        return new EmulatedEngine(machine.word(), lowering, backend,
                new EmulatedEngine.Options(machine.cpu(), ObjectLayout.V6_12, TailCallRule.V6_12));
    }

    @Override
    public String toString() {
        return machine.word() + ": " + name;
    }
}
