package dev.tailbound.emulator;

import dev.tailbound.emulator.MachineOperand.Memory;
import dev.tailbound.emulator.MachineOperand.Register;
import dev.tailbound.generate.Choices;
import dev.tailbound.run.processor.Trial;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// States before an instruction: registers, flags and memory at corner values, and addresses that can be accessed.
final class Trials {
    private static final int RAX = 0;
    private static final int RDX = 2;
    private static final int RSP = 4;
    private static final int RBP = 5;

    private static final long[] CORNERS = { 0, 1, 2, -1, -2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000,
        0x7fff_ffff,
        0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L, 0x7fff_ffff_ffff_ffffL, 0x8000_0000_0000_0000L, 0xffff_ffff_0000_0000L,
        0xffff_ffff_8000_0000L, 31, 32, 33, 63, 64, 65 };

    private final Choices choices;
    private final long[] registers = new long[Trial.REGISTERS];
    private final ByteBuffer window = ByteBuffer.allocate(Trial.WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private Trials(Choices choices) {
        this.choices = choices;
    }

    static Trial of(MachineInsn insn, Choices choices) {
        return new Trials(choices).trial(insn);
    }

    private Trial trial(MachineInsn insn) {
        long[] pool = { value(), value(), value(), value(), value() };
        for (int i = 0; i < registers.length; i++) {
            registers[i] = pool[choices.below(pool.length)]; // often equal
        }
        while (window.hasRemaining()) {
            window.putLong(value());
        }
        long flags = choices.bits64() & Trial.FLAGS;
        registers[RSP] = address(64);
        if (insn.mnemonic().equals("leave")) {
            registers[RBP] = address(64);
        }
        if (insn.mnemonic().endsWith("div")) {
            divide(insn);
        }
        long gsBase = Trial.WINDOW;
        if (insn.accessesMemory()) {
            gsBase = reach(insn, insn.memory().orElseThrow());
        }
        return new Trial(aimed(insn), registers, flags, gsBase, window.array());
    }

    private long value() {
        long corner = CORNERS[choices.below(CORNERS.length)];
        return switch (choices.below(4)) {
            case 0 -> choices.bits64();
            case 1 -> corner + choices.between(-1, 1);
            case 2 -> corner << choices.below(64);
            default -> corner;
        };
    }

    /// An address in the window, with space before and after it.
    private long address(int bits) {
        int offset = choices.between(128, Trial.WINDOW_BYTES - 128);
        return Trial.WINDOW + (choices.oneIn(2) ? offset & -(bits / 8) : offset);
    }

    /// A dividend whose quotient mostly fits.
    private void divide(MachineInsn insn) {
        if (choices.oneIn(16)) {
            return;
        }
        boolean is64 = insn.operands().getFirst() instanceof Register(_, int bits) && bits == 64;
        registers[RDX] = insn.mnemonic().equals("div") ? 0 : is64 ? registers[RAX] >> 63 : (int) registers[RAX] >> 31;
        if (insn.operands().getFirst() instanceof Register(int divisor, _) && divisor != RAX && divisor != RDX
                && (int) registers[divisor] == 0) {
            registers[divisor] = 7;
        }
    }

    /// Sets registers so that the operand is in the window, half of the time with the value of a register; returns the base of gs.
    private long reach(MachineInsn insn, Memory memory) {
        long address = address(Math.max(memory.bits(), 8));
        int base = memory.base();
        int index = memory.index();
        long gsBase = Trial.WINDOW;
        if (memory.isGs()) {
            long offset = memory.displacement() + (base < 0 ? 0 : registers[base])
                    + (index < 0 ? 0 : registers[index] * memory.scale());
            if (base >= 0) {
                registers[base] -= offset - 0x40;
                offset = 0x40;
            }
            gsBase = address - offset;
        } else if (base == index) {
            registers[base] = (address - memory.displacement()) / (1 + memory.scale());
        } else {
            registers[base] = address - memory.displacement() - (index < 0 ? 0 : registers[index] * memory.scale());
        }
        if (choices.oneIn(2)) {
            var values = insn.operands().stream().filter(Register.class::isInstance).map(Register.class::cast)
                    .map(Register::number)
                    .toList();
            int register = values.isEmpty() || choices.oneIn(2) ? RAX : choices.pick(values);
            store(address, registers[register], memory.bits());
        }
        return gsBase;
    }

    private void store(long address, long value, int bits) {
        for (int i = 0; i < bits / 8; i++) {
            window.put((int) (address - Trial.WINDOW) + i, (byte) (value >> (8 * i)));
        }
    }

    /// The code with the distance to the target; sets the register or the word on the stack that a jump takes its address from.
    private byte[] aimed(MachineInsn insn) {
        return switch (insn.flow()) {
            case ON -> insn.code();
            case RELATIVE -> {
                var code = ByteBuffer.wrap(insn.code().clone()).order(ByteOrder.LITTLE_ENDIAN);
                int distance = (int) (Trial.TARGET - Trial.NEXT);
                yield insn.isShort() ? code.put(insn.code().length - 1, (byte) distance).array()
                        : code.putInt(insn.code().length - Integer.BYTES, distance).array();
            }
            case REGISTER -> {
                if (insn.operands().getFirst() instanceof Register(int number, _)) {
                    registers[number] = Trial.TARGET;
                }
                yield insn.code();
            }
            case RETURN -> {
                store(registers[RSP], Trial.TARGET, 64);
                yield insn.code();
            }
        };
    }

    /// Names of the registers of a [Trial].
    static final List<String> NAMES = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11",
            "r12",
            "r13", "r14", "r15");
}
