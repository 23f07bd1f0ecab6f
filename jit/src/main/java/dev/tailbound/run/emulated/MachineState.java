package dev.tailbound.run.emulated;

import dev.tailbound.isa.Reg;
import java.nio.ByteBuffer;
import java.util.Optional;

/// State of a paused emulated machine: registers, memory, and addresses of the case's objects.
public interface MachineState {

    /// Value of the machine register of a BPF register, see [dev.tailbound.jit.Backend#register].
    long register(Reg reg);

    long stackPointer();

    long contextAddress();

    /// The context in the layout that programs use, little-endian.
    ByteBuffer context();

    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Bytes of the guest's memory, little-endian; empty if some of them do not exist.
    Optional<ByteBuffer> memory(long address, int length);
}
