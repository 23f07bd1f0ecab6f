package dev.tailbound.emulator;

import dev.tailbound.emulator.MachineOperand.Immediate;
import dev.tailbound.emulator.MachineOperand.Memory;
import dev.tailbound.emulator.MachineOperand.Register;
import dev.tailbound.run.processor.Trial;

/// The flags that the SDM defines after an instruction (volume 2, "Flags Affected"); the others may differ between processors.
final class DefinedFlags {
    // As in rflags.
    private static final long CF = 1;
    private static final long PF = 1 << 2;
    private static final long AF = 1 << 4;
    private static final long ZF = 1 << 6;
    private static final long SF = 1 << 7;
    private static final long OF = 1 << 11;

    private static final int RCX = 1;

    private DefinedFlags() {}

    static long after(MachineInsn insn, Trial trial) {
        return Trial.FLAGS & ~switch (insn.mnemonic()) {
            case "and", "or", "xor", "test" -> AF;
            case "imul", "mul" -> SF | ZF | AF | PF;
            case "div", "idiv" -> Trial.FLAGS;
            case "shl", "shr", "sar" -> shift(insn, count(insn, trial));
            case "rol", "ror" -> count(insn, trial) <= 1 ? 0 : OF;
            default -> 0;
        };
    }

    private static long shift(MachineInsn insn, int count) {
        if (count <= 1) {
            return count == 0 ? 0 : AF;
        }
        return AF | OF | (count >= bits(insn) && !insn.mnemonic().equals("sar") ? CF : 0);
    }

    private static int count(MachineInsn insn, Trial trial) {
        long count = switch (insn.operands().size() == 1 ? new Immediate(1) : insn.operands().get(1)) {
            case Immediate(long value) -> value;
            case Register _ -> trial.registers()[RCX];
            case Memory _ -> throw new IllegalArgumentException("no shift has a count in memory: " + insn.form());
        };
        return (int) (count & (bits(insn) == 64 ? 63 : 31));
    }

    private static int bits(MachineInsn insn) {
        return switch (insn.operands().getFirst()) {
            case Register(_, int bits) -> bits;
            case Memory memory -> memory.bits();
            case Immediate _ -> throw new IllegalArgumentException("no shift changes a constant: " + insn.form());
        };
    }
}
