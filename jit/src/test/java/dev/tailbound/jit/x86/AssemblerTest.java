package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RBP;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RSP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.disasm.Disassembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Disassembles every form of every instruction with Capstone, with all registers and corner values of immediates and displacements.
///
/// Each check appends an instruction with its text as in the manual; all are disassembled at the end of a test. Numbers are compared by value,
/// truncated to the operand's width, because Capstone chooses their format.
@Tag("emulator")
class AssemblerTest {
    private static final long BASE = 0xffff_ffff_c000_0000L;
    private static final List<Register> REGISTERS = List.of(Register.values());
    private static final int[] IMM8 = { 0, 1, -1, 9, 10, 127, -128 };
    private static final int[] IMM32 = corners(0, 1, -1, 127, -128, 128, -129, 0x7fff, 0x8000, -0x8001, Integer.MAX_VALUE,
            Integer.MIN_VALUE);
    private static final int[] DISPLACEMENTS = corners(0, 1, -1, 127, -128, 128, -129, 0x7fff, -0x8000);

    private final Assembler asm = new Assembler();
    private final List<String> expected = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();

    @AfterEach
    void capstone_agrees_on_all_instructions() {
        try (var disassembler = new Disassembler(Disassembler.Target.X86_64)) {
            var lines = disassembler.disassemble(asm.code().toBytes(), BASE);
            for (int i = 0; i < expected.size(); i++) {
                var found = i < lines.size() ? lines.get(i).text() : "nothing";
                if (!found.equals(expected.get(i))) {
                    assertThat(Operands.normalized(found)).as("instruction %d at %#x", i, starts.get(i))
                            .isEqualTo(Operands.normalized(expected.get(i)));
                }
            }
            assertThat(lines).hasSameSizeAs(expected);
        }
    }

    @Test
    void arithmetic() {
        for (var op : Arith.values()) {
            var name = lower(op);
            for (var width : Width.values()) {
                pairs((dst, src) -> check(() -> asm.alu(op, width, dst, src),
                        name, reg(dst, width), reg(src, width)));
                memory((mem, src) -> check(() -> asm.alu(op, width, mem, src),
                        name, pointer(mem, width), reg(src, width)));
                for (int imm : IMM8) {
                    each(dst -> check(() -> asm.aluImm8(op, width, dst, imm),
                            name, reg(dst, width), imm));
                }
                memory((mem, reg) -> check(() -> asm.aluImm8(op, width, mem, pick(IMM8, reg)),
                        name, pointer(mem, width), pick(IMM8, reg)));
                for (int imm : IMM32) {
                    each(dst -> check(() -> asm.aluImm32(op, width, dst, imm),
                            name, reg(dst, width), imm));
                    check(() -> asm.aluAccumulator(op, width, imm), name, reg(RAX, width), imm);
                }
            }
        }
    }

    @Test
    void multiplication_and_division() {
        for (var width : Width.values()) {
            pairs((dst, src) -> check(() -> asm.imul(width, dst, src),
                    "imul", reg(dst, width), reg(src, width)));
            for (int imm : IMM8) {
                pairs((dst, src) -> check(() -> asm.imulImm8(width, dst, src, imm),
                        "imul", reg(dst, width), reg(src, width), imm));
            }
            for (int imm : IMM32) {
                pairs((dst, src) -> check(() -> asm.imulImm32(width, dst, src, imm),
                        "imul", reg(dst, width), reg(src, width), imm));
            }
            each(src -> check(() -> asm.div(width, src), "div", reg(src, width)));
            each(src -> check(() -> asm.idiv(width, src), "idiv", reg(src, width)));
            each(dst -> check(() -> asm.neg(width, dst), "neg", reg(dst, width)));
            each(dst -> check(() -> asm.dec(width, dst), "dec", reg(dst, width)));
            memory((mem, _) -> check(() -> asm.inc(width, mem), "inc", pointer(mem, width)));
            check(() -> asm.signIntoRdx(width), width == W64 ? "cqo" : "cdq");
        }
    }

    @Test
    void moves() {
        for (var width : Width.values()) {
            pairs((dst, src) -> check(() -> asm.mov(width, dst, src),
                    "mov", reg(dst, width), reg(src, width)));
            memory((mem, dst) -> check(() -> asm.mov(width, dst, mem),
                    "mov", reg(dst, width), pointer(mem, width)));
        }
        for (int imm : IMM32) {
            each(dst -> check(() -> asm.movImm32(dst, imm), "mov", reg(dst, W32), imm));
            each(dst -> check(() -> asm.movSignedImm32(dst, imm), "mov", reg(dst, W64), imm));
            each(dst -> check(() -> asm.movabs(dst, (long) imm << 32 | 5),
                    "movabs", reg(dst, W64), (long) imm << 32 | 5));
        }
        for (var size : Size.values()) {
            memory((mem, src) -> check(() -> asm.mov(size, mem, src),
                    "mov", pointer(mem, size), reg(src, size)));
            memory((mem, reg) -> check(() -> asm.mov(size, mem, pick(IMM32, reg)),
                    "mov", pointer(mem, size), pick(IMM32, reg)));
        }
    }

    @Test
    void extensions() {
        for (var width : Width.values()) {
            pairs((dst, src) -> check(() -> asm.movsx(width, Size.B, dst, src),
                    "movsx", reg(dst, width), reg(src, Size.B)));
            pairs((dst, src) -> check(() -> asm.movsx(width, Size.H, dst, src),
                    "movsx", reg(dst, width), reg(src, Size.H)));
        }
        pairs((dst, src) -> check(() -> asm.movsx(W64, Size.W, dst, src),
                "movsxd", reg(dst, W64), reg(src, W32)));
        pairs((dst, src) -> check(() -> asm.movzx16(dst, src),
                "movzx", reg(dst, W32), reg(src, Size.H)));
        memory((mem, dst) -> check(() -> asm.movsx(Size.B, dst, mem),
                "movsx", reg(dst, W64), pointer(mem, Size.B)));
        memory((mem, dst) -> check(() -> asm.movsx(Size.H, dst, mem),
                "movsx", reg(dst, W64), pointer(mem, Size.H)));
        memory((mem, dst) -> check(() -> asm.movsx(Size.W, dst, mem),
                "movsxd", reg(dst, W64), pointer(mem, Size.W)));
        memory((mem, dst) -> check(() -> asm.movzx8(dst, mem),
                "movzx", reg(dst, W64), pointer(mem, Size.B)));
        memory((mem, dst) -> check(() -> asm.movzx16(dst, mem),
                "movzx", reg(dst, W64), pointer(mem, Size.H)));
    }

    @Test
    void shifts_and_swaps() {
        for (var op : Shift.values()) {
            var name = lower(op);
            for (var width : Width.values()) {
                each(dst -> check(() -> asm.shiftBy1(op, width, dst), name, reg(dst, width), 1));
                each(dst -> check(() -> asm.shiftByCl(op, width, dst),
                        name, reg(dst, width), "cl"));
                for (int count = 0; count < width.bits(); count++) {
                    int by = count;
                    each(dst -> check(() -> asm.shift(op, width, dst, by),
                            name, reg(dst, width), by));
                }
                if (op != Shift.ROR) {
                    pairs((dst, src) -> each(count -> check(() -> asm.shiftx(op, width, dst, src, count),
                            name + "x", reg(dst, width), reg(src, width), reg(count, width))));
                }
            }
            each(dst -> check(() -> asm.shift16(op, dst, 8), name, reg(dst, Size.H), 8));
        }
        for (var width : Width.values()) {
            each(dst -> check(() -> asm.bswap(width, dst), "bswap", reg(dst, width)));
        }
    }

    @Test
    void tests_and_atomics() {
        for (var width : Width.values()) {
            pairs((a, b) -> check(() -> asm.test(width, a, b),
                    "test", reg(a, width), reg(b, width)));
            for (int imm : IMM32) {
                each(a -> check(() -> asm.test(width, a, imm), "test", reg(a, width), imm));
            }
            memory((mem, src) -> check(() -> asm.xchg(width, mem, src),
                    "xchg", pointer(mem, width), reg(src, width)));
            memory((mem, src) -> check(() -> {
                asm.lock();
                asm.xadd(width, mem, src);
            }, "lock xadd", pointer(mem, width), reg(src, width)));
            memory((mem, src) -> check(() -> {
                asm.lock();
                asm.cmpxchg(width, mem, src);
            }, "lock cmpxchg", pointer(mem, width), reg(src, width)));
        }
    }

    @Test
    void jumps_and_calls() {
        for (int distance : IMM8) {
            for (var cc : Condition.values()) {
                check(() -> asm.jcc8(cc, distance), "j" + lower(cc), target(2 + distance));
            }
            check(() -> asm.jmp8(distance), "jmp", target(2 + distance));
        }
        for (int distance : IMM32) {
            for (var cc : Condition.values()) {
                check(() -> asm.jcc32(cc, distance), "j" + lower(cc), target(6 + (long) distance));
            }
            check(() -> asm.jmp32(distance), "jmp", target(5 + (long) distance));
            check(() -> asm.call(distance), "call", target(5 + (long) distance));
        }
        each(dst -> check(() -> asm.jmp(dst), "jmp", reg(dst, W64)));
        each(dst -> check(() -> asm.call(dst), "call", reg(dst, W64)));
    }

    @Test
    void labels_reach_both_ways() {
        var back = new Label();
        var forth = new Label();
        asm.bind(back);
        check(() -> asm.jmp(forth), "jmp", target(4));
        check(() -> asm.jcc(Condition.NE, back), "jne", target(-2));
        asm.bind(forth);
    }

    @Test
    void per_cpu_variables() {
        for (int address : new int[]{ 0, 64, 0x7fff_ffff }) {
            var shown = address == 0 ? "0" : "%#x".formatted(address);
            each(dst -> check(() -> asm.addFromGs(W64, dst, address), "add", reg(dst, W64),
                    "qword ptr gs:[%s]".formatted(shown)));
        }
    }

    @Test
    void stack_and_the_rest() {
        each(reg -> check(() -> asm.push(reg), "push", reg(reg, W64)));
        for (int imm : IMM8) {
            check(() -> asm.push(imm), "push", imm);
        }
        each(reg -> check(() -> asm.pop(reg), "pop", reg(reg, W64)));
        check(asm::leave, "leave");
        check(asm::ret, "ret");
        check(asm::int3, "int3");
        check(asm::endbr64, "endbr64");
        asm.nop(0);
        check(() -> asm.nop(1), "nop");
        check(() -> asm.nop(2), "nop");
        check(() -> asm.nop(3), "nop", "dword ptr [rax]");
        check(() -> asm.nop(4), "nop", "dword ptr [rax]");
        check(() -> asm.nop(5), "nop", "dword ptr [rax + rax]");
    }

    @Test
    void rejects_unencodable_operands() {
        var fresh = new Assembler();
        assertThatThrownBy(() -> fresh.aluImm8(Arith.ADD, W64, RAX, 128)).hasMessage("immediate 128 does not fit 8 bits");
        assertThatThrownBy(() -> fresh.jmp8(-129)).hasMessage("immediate -129 does not fit 8 bits");
        assertThatThrownBy(() -> Address.at(RBP)).hasMessage("[RBP + 0] needs a displacement");
        assertThatThrownBy(() -> Address.at(Register.R13)).hasMessage("[R13 + 0] needs a displacement");
        assertThatThrownBy(() -> Address.indexed(RAX, RSP, 0)).hasMessage("rsp cannot be an index");
        assertThatThrownBy(() -> fresh.shiftx(Shift.ROR, W64, RAX, RAX, RCX)).hasMessage("ROR has no BMI2 form");
        assertThatThrownBy(() -> fresh.nop(6)).hasMessage("nop of 6 bytes, expected 0..5");
    }

    private void check(Runnable instruction, String mnemonic, Object... operands) {
        starts.add(asm.code().size());
        var separated = Stream.of(operands).map(Object::toString).collect(Collectors.joining(", "));
        expected.add((mnemonic + " " + separated).strip());
        instruction.run();
    }

    /// An address this far after the start of the next instruction.
    private String target(long distance) {
        return "0x" + Long.toHexString(BASE + asm.code().size() + distance);
    }

    private static void each(Consumer<Register> check) {
        REGISTERS.forEach(check);
    }

    private static void pairs(BiConsumer<Register, Register> check) {
        each(a -> each(b -> check.accept(a, b)));
    }

    /// All bases with all displacements, each with one register in rotation; and each register with one operand.
    private static void memory(BiConsumer<Address, Register> check) {
        var operands = new ArrayList<Address>();
        each(base -> {
            for (int displacement : DISPLACEMENTS) {
                operands.add(Address.at(base, displacement));
                operands.add(Address.far(base, displacement));
            }
            if (base != RBP && base != Register.R13) {
                operands.add(Address.at(base));
            }
            each(index -> {
                if (index != RSP) {
                    operands.add(Address.indexed(base, index, 0x108));
                }
            });
        });
        for (int i = 0; i < operands.size(); i++) {
            check.accept(operands.get(i), REGISTERS.get(i % REGISTERS.size()));
        }
        each(reg -> check.accept(Address.at(RBP, -8), reg));
        each(reg -> check.accept(Address.at(Register.R12, 8), reg));
    }

    /// The values and a few random ones, 16-bit if no corner value is larger.
    private static int[] corners(int... values) {
        boolean narrow = IntStream.of(values).allMatch(value -> value == (short) value);
        var random = new SplittableRandom(1).ints(4).map(value -> narrow ? (short) value : value);
        return IntStream.concat(IntStream.of(values), random).toArray();
    }

    /// One of the values, chosen by the register.
    private static int pick(int[] values, Register reg) {
        return values[reg.number() % values.length];
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String reg(Register reg, Width width) {
        return Operands.name(reg, width.bits());
    }

    private static String reg(Register reg, Size size) {
        return Operands.name(reg, size.bits());
    }

    private static String pointer(Address mem, Width width) {
        return Operands.pointer(mem, width.bits());
    }

    private static String pointer(Address mem, Size size) {
        return Operands.pointer(mem, size.bits());
    }
}
