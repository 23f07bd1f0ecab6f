package dev.tailbound.run.emulated;

import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.run.emulated.EmulatedMachine.Pace;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.stream.Stream;

/// A guest's memory and its processors: a fast one, and slower ones with more instrumentation, opened on first use.
final class Sandbox implements AutoCloseable {
    private final Cpu cpu;
    private final Arena arena = Arena.ofShared();
    private final GuestMemory memory;
    private final EmulatedMachine machine;
    private EmulatedMachine counter;
    private EmulatedMachine tracer;

    Sandbox(Cpu cpu, ObjectLayout layout, ContextLayout context, Capacity capacity) {
        this.cpu = cpu;
        memory = new GuestMemory(cpu.isa(), layout, context, capacity, arena);
        machine = new EmulatedMachine(cpu, memory, arena, Pace.FAST);
    }

    GuestMemory memory() {
        return memory;
    }

    EmulatedMachine machine() {
        return machine;
    }

    /// A processor that counts its instructions.
    EmulatedMachine counter() {
        if (counter == null) {
            counter = new EmulatedMachine(cpu, memory, arena, Pace.COUNTED);
        }
        return counter;
    }

    /// A processor that traces every instruction.
    EmulatedMachine tracer() {
        if (tracer == null) {
            tracer = new EmulatedMachine(cpu, memory, arena, Pace.TRACED);
        }
        return tracer;
    }

    /// See [Unicorn#renew()].
    void renew() {
        opened().forEach(EmulatedMachine::renew);
    }

    private Stream<EmulatedMachine> opened() {
        return Stream.of(machine, counter, tracer).filter(Objects::nonNull);
    }

    @Override
    public void close() {
        opened().forEach(EmulatedMachine::close);
        arena.close();
    }
}
