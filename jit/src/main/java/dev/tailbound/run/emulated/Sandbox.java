package dev.tailbound.run.emulated;

import dev.tailbound.jit.ObjectLayout;
import java.lang.foreign.Arena;

/// A guest's memory with the processors that run in it: one for speed, and one, opened on the first fault, that follows each instruction.
final class Sandbox implements AutoCloseable {
    private final Cpu cpu;
    private final Arena arena = Arena.ofShared();
    private final GuestMemory memory;
    private final Machine machine;
    private Machine tracer;
    private Machine shared;

    Sandbox(Cpu cpu, ObjectLayout layout, Capacity capacity) {
        this.cpu = cpu;
        memory = new GuestMemory(cpu.isa(), layout, capacity, arena);
        machine = new Machine(cpu, memory, arena);
    }

    /// A processor that another CPU can interfere with.
    Machine shared() {
        if (shared == null) {
            shared = new Machine(cpu, memory, arena, true);
        }
        return shared;
    }

    GuestMemory memory() {
        return memory;
    }

    Machine machine() {
        return machine;
    }

    Machine tracer() {
        if (tracer == null) {
            tracer = new Machine(cpu, memory, arena);
            tracer.trace();
        }
        return tracer;
    }

    @Override
    public void close() {
        machine.close();
        if (tracer != null) {
            tracer.close();
        }
        if (shared != null) {
            shared.close();
        }
        arena.close();
    }
}
