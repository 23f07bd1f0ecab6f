package dev.tailbound.lockstep;

import dev.tailbound.cases.Bytes;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.run.Outcome.Where;
import java.util.List;

/// The first BPF instruction after which an engine's registers or memory are not what the oracle's are.
///
/// @param where    the instruction
/// @param step     how many instructions the run has executed with it
/// @param inputs   what the registers that it names held before it, one phrase each
/// @param mismatch what differs after it
/// @param code     its machine code
public record Divergence(String engine, Where where, long step, List<String> inputs, Mismatch mismatch, Code code) {

    /// Machine code, and where it lies.
    ///
    /// @param function address of the function that it is part of
    public record Code(Disassembler.Target target, long function, long address, Bytes bytes) {}

    public Divergence {
        inputs = List.copyOf(inputs);
    }
}
