package dev.tailbound.run.emulated;

import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.run.emulated.Machine.Pace;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.stream.Stream;

/// A guest's memory with the processors that run in it: one for speed, and others that look closer, opened when they are needed first.
final class Sandbox implements AutoCloseable {
    private final Cpu cpu;
    private final Arena arena = Arena.ofShared();
    private final GuestMemory memory;
    private final Machine machine;
    private Machine counter;
    private Machine tracer;

    Sandbox(Cpu cpu, ObjectLayout layout, ContextLayout context, Capacity capacity) {
        this.cpu = cpu;
        memory = new GuestMemory(cpu.isa(), layout, context, capacity, arena);
        machine = new Machine(cpu, memory, arena, Pace.FAST);
    }

    GuestMemory memory() {
        return memory;
    }

    Machine machine() {
        return machine;
    }

    /// A processor that counts its instructions.
    Machine counter() {
        if (counter == null) {
            counter = new Machine(cpu, memory, arena, Pace.COUNTED);
        }
        return counter;
    }

    /// A processor that can be followed instruction by instruction.
    Machine tracer() {
        if (tracer == null) {
            tracer = new Machine(cpu, memory, arena, Pace.TRACED);
        }
        return tracer;
    }

    /// See [Unicorn#renew()].
    void renew() {
        opened().forEach(Machine::renew);
    }

    private Stream<Machine> opened() {
        return Stream.of(machine, counter, tracer).filter(Objects::nonNull);
    }

    @Override
    public void close() {
        opened().forEach(Machine::close);
        arena.close();
    }
}
