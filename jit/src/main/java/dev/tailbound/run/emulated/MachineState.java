package dev.tailbound.run.emulated;

import dev.tailbound.isa.Reg;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A look at an emulated machine that stands still: registers, memory, and where its kernel has put the objects of the case.
public interface MachineState {

    /// What the machine register of a BPF register holds, see [dev.tailbound.jit.Backend#register].
    long register(Reg reg);

    long stackPointer();

    long contextAddress();

    /// The context as programs are written for it, little-endian.
    ByteBuffer context();

    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Bytes of the guest's memory, little-endian; empty where some of them do not exist.
    Optional<ByteBuffer> memory(long address, int length);
}
