package dev.tailbound.faults;

import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;

/// A real or possible JIT bug, injected into an otherwise correct backend.
///
/// @param origin a real instance: the kernel commit that fixed it, or an issue of another project; empty if none is known
record Fault(String name, Topic topic, String origin, Machine machine, Lowering lowering, Backend backend) {

    /// The topic of a fault.
    enum Topic {
        TAIL_CALLS, TRAMPOLINES, FRAMES, FLOW, ARITHMETIC, MEMORY, ATOMICS, SIZES
    }

    /// A fault of a backend, after the passes of kernels.
    Fault(String name, Topic topic, String origin, Machine machine, Backend backend) {
        this(name, topic, origin, machine, Passes.ALL.lowering(machine.profile()), backend);
    }

    /// No fault, as a control.
    static Fault none(Machine machine) {
        return new Fault("none", Topic.FLOW, "", machine, machine.sound());
    }

    /// Opens an engine with the fault.
    Engine open() {
        return new EmulatedEngine(machine.word(), lowering, backend,
                new EmulatedEngine.Options(machine.cpu(), ObjectLayout.V6_12, TailCallRule.V6_12));
    }

    @Override
    public String toString() {
        return machine.word() + ": " + name;
    }
}
