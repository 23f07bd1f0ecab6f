package dev.tailbound.emulator;

import dev.tailbound.jit.disasm.Disassembler.Line;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// An encoded x86-64 instruction, alone or with a conditional jump after it.
///
/// @param code     both instructions
/// @param mnemonic without a lock prefix
/// @param note     added to the name of its form
/// @param jump     the jump after it
@SuppressWarnings("ArrayRecordComponent") // compared by its text
record MachineInsn(byte[] code, boolean isLocked, String mnemonic, List<MachineOperand> operands, String note,
        Optional<MachineInsn> jump) {
    private static final String LOCK = "lock ";

    /// How an instruction continues.
    enum Flow {
        /// At the next instruction.
        ON,
        /// At the next instruction or at a distance that is its last byte or its last four.
        RELATIVE,
        /// At the address in a register.
        REGISTER,
        /// At the address on the stack.
        RETURN
    }

    static MachineInsn of(byte[] code, Line line, List<MachineOperand> operands, String note) {
        boolean isLocked = line.mnemonic().startsWith(LOCK);
        var mnemonic = isLocked ? line.mnemonic().substring(LOCK.length()) : line.mnemonic();
        return new MachineInsn(code, isLocked, mnemonic, operands, note, Optional.empty());
    }

    /// This instruction, then a jump on its flags: emulators compute them only where they are used, in a way that depends on both.
    MachineInsn then(MachineInsn conditionalJump) {
        byte[] both = Arrays.copyOf(code, code.length + conditionalJump.code.length);
        System.arraycopy(conditionalJump.code, 0, both, code.length, conditionalJump.code.length);
        return new MachineInsn(both, isLocked, mnemonic, operands, note, Optional.of(conditionalJump));
    }

    /// Whether it jumps on the flags.
    boolean isConditionalJump() {
        return mnemonic.startsWith("j") && !mnemonic.equals("jmp");
    }

    /// Whether the distance of its relative jump has one byte.
    boolean isShort() {
        return jump.map(after -> after.code.length).orElse(code.length) == 2;
    }

    Flow flow() {
        if (jump.isPresent()) {
            return jump.get().flow();
        }
        boolean isJump = mnemonic.startsWith("j") || mnemonic.equals("call");
        if (mnemonic.equals("ret")) {
            return Flow.RETURN;
        }
        return !isJump ? Flow.ON : operands.getFirst() instanceof MachineOperand.Immediate ? Flow.RELATIVE : Flow.REGISTER;
    }

    /// The name of its form: `lock cmpxchg m32, r32`. Jumps by one byte and by four are two forms; so are shifts by a constant and by cl.
    String form() {
        if (jump.isPresent()) {
            return new MachineInsn(code, isLocked, mnemonic, operands, note, Optional.empty()).form() + "; "
                    + jump.get().mnemonic;
        }
        var shapes = flow() == Flow.RELATIVE ? (isShort() ? "rel8" : "rel32")
                : operands.stream().map(MachineOperand::toString).collect(Collectors.joining(", "));
        return (isLocked ? LOCK : "") + (mnemonic + " " + shapes).strip() + note;
    }

    /// The first operand in memory.
    Optional<MachineOperand.Memory> memory() {
        return operands.stream().filter(MachineOperand.Memory.class::isInstance).map(MachineOperand.Memory.class::cast)
                .findFirst();
    }

    /// Whether it accesses its operand in memory, and not only computes the address.
    boolean accessesMemory() {
        return memory().isPresent() && !mnemonic.equals("lea") && !mnemonic.equals("nop");
    }

    String hex() {
        return HexFormat.of().formatHex(code);
    }
}
