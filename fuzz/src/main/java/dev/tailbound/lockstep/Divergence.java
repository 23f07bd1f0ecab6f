package dev.tailbound.lockstep;

import dev.tailbound.cases.Bytes;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.run.Outcome.Where;
import java.util.List;

/// The first BPF instruction after which an engine's registers or memory differ from the oracle's.
///
/// @param where    the instruction
/// @param step     number of instructions executed so far, this one included
/// @param inputs   its operand registers before it, one phrase each
/// @param mismatch the difference after it
/// @param code     its machine code
public record Divergence(String engine, Where where, long step, List<String> inputs, Mismatch mismatch, Code code) {

    /// Machine code and its address.
    ///
    /// @param function address of its function
    public record Code(Disassembler.Target target, long function, long address, Bytes bytes) {}

    public Divergence {
        inputs = List.copyOf(inputs);
    }
}
