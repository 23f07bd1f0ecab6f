package dev.tailbound.jit;

import java.util.List;

/// The machine code of one function.
///
/// @param bytes   the code, for the address it was compiled for
/// @param start   index in the lowered program of its first instruction
/// @param offsets byte offset of each instruction's code, in order, then the end of the last; the prologue is before `offsets[0]`
/// @param pokes   its direct tail calls, in order
@SuppressWarnings("ArrayRecordComponent") // one per function and run: copied into the guest, never compared
public record MachineCode(byte[] bytes, int start, int[] offsets, List<Poke> pokes) {
    public MachineCode {
        pokes = List.copyOf(pokes);
    }

    /// Code without direct tail calls.
    public MachineCode(byte[] bytes, int start, int[] offsets) {
        this(bytes, start, offsets, List.of());
    }

    /// Index in the lowered program of the instruction whose code contains the byte `offset`; the first instruction for the prologue.
    public int insnAt(int offset) {
        int at = 0;
        while (at + 2 < offsets.length && offsets[at + 1] <= offset) {
            at++;
        }
        return start + at;
    }
}
