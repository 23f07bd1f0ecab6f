package dev.tailbound.run.emulated;

import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Backend;
import dev.tailbound.run.emulated.HostIsa.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// State of a machine for a [Follower], with BPF registers mapped as in the backend.
final class FollowedMachine implements MachineState {
    private final EmulatedMachine machine;
    private final GuestMemory memory;
    private final Map<Reg, Register> registers = new EnumMap<>(Reg.class);

    FollowedMachine(EmulatedMachine machine, GuestMemory memory, Backend backend) {
        this.machine = machine;
        this.memory = memory;
        for (var reg : Reg.values()) {
            registers.put(reg, machine.named(backend.register(reg)));
        }
    }

    @Override
    public long register(Reg reg) {
        return machine.read(registers.get(reg));
    }

    @Override
    public long stackPointer() {
        return machine.stackPointer();
    }

    @Override
    public long contextAddress() {
        return memory.objects().context();
    }

    @Override
    public ByteBuffer context() {
        return ByteBuffer.wrap(memory.objects().contextBytes().toArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long mapAddress(int map) {
        return memory.mapAddress(map);
    }

    @Override
    public long valueAddress(int map) {
        return memory.valueAddress(map);
    }

    @Override
    public Optional<ByteBuffer> memory(long address, int length) {
        return memory.find(address, length).map(bytes -> bytes.asByteBuffer().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
}
