package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Register.SP;
import static dev.tailbound.jit.arm64.Register.X1;
import static dev.tailbound.jit.arm64.Register.X2;
import static dev.tailbound.jit.arm64.Register.X3;
import static dev.tailbound.jit.arm64.Register.X4;
import static dev.tailbound.jit.arm64.Register.ZR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.Disassembler.Target;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Disassembles the assembler's output with Capstone: every mnemonic, with corner values and random operands.
///
/// Capstone 4 does not know the atomics of FEAT_LSE; these are compared with the output of LLVM's assembler. Capstone 5 prints the alias that the ARM
/// ARM prefers, Capstone 4 the instruction itself.
@Tag("emulator")
class AssemblerTest {
    private static final List<Register> GENERAL = List.of(Register.X0, X1, Register.X10, Register.X21, Register.X30);
    private static final List<Register> ALL = List.copyOf(EnumSet.range(Register.X0, Register.X30));
    private static final List<Register> OR_ZR = with(ZR);
    private static final List<Register> OR_SP = with(SP);

    private static final boolean WRITES_ALIASES = !Disassembler.library().version().startsWith("4.");

    private final SplittableRandom random = new SplittableRandom(1);
    private final Assembler asm = new Assembler();
    private final List<String> expected = new ArrayList<>();

    @FunctionalInterface
    private interface Two {
        void emit(Assembler asm, Width w, Register a, Register b);
    }

    @FunctionalInterface
    private interface Three {
        void emit(Assembler asm, Width w, Register a, Register b, Register c);
    }

    @FunctionalInterface
    private interface Access {
        void emit(Assembler asm, Width w, Register rt, Address at);
    }

    @AfterEach
    void capstone_agrees_on_all_instructions() {
        try (var disassembler = new Disassembler(Target.ARM64)) {
            var found = disassembler.disassemble(asm.toBytes(), 0).stream().map(Disassembler.Line::text)
                    .map(AssemblerTest::decimal).toList();
            var differing = IntStream.range(0, expected.size())
                    .filter(i -> i >= found.size() || !found.get(i).equals(decimal(expected.get(i))))
                    .mapToObj(i -> "%d: expected %s, found %s".formatted(i, decimal(expected.get(i)),
                            i < found.size() ? found.get(i) : "nothing"))
                    .toList();
            assertThat(differing).isEmpty();
            assertThat(found).hasSameSizeAs(expected);
        }
    }

    @Test
    void registers() {
        // @formatter:off
        three("add",  Assembler::add,  OR_ZR);
        three("sub",  Assembler::sub,  GENERAL); // from zr it is neg
        three("and",  Assembler::and,  OR_ZR);
        three("orr",  Assembler::orr,  GENERAL); // with zr it is mov
        three("eor",  Assembler::eor,  OR_ZR);
        three("mul",  Assembler::mul,  OR_ZR);
        three("udiv", Assembler::udiv, OR_ZR);
        three("sdiv", Assembler::sdiv, OR_ZR);
        three("lsl",  Assembler::lslv, OR_ZR);
        three("lsr",  Assembler::lsrv, OR_ZR);
        three("asr",  Assembler::asrv, OR_ZR);
        two("neg",   Assembler::neg,   GENERAL);
        two("mvn",   Assembler::mvn,   OR_ZR);
        two("rev16", Assembler::rev16, OR_ZR);
        two("rev",   Assembler::rev,   OR_ZR);
        two("cmp",   Assembler::cmp,   OR_ZR);
        two("tst",   Assembler::tst,   OR_ZR);
        // @formatter:on
        for (var w : Width.values()) {
            for (var ra : GENERAL) {
                three("msub", (a, _, rd, rn, rm) -> a.msub(w, rd, rn, rm, ra), GENERAL, ", " + name(w, ra), w);
            }
            check("mov " + name(w, X1) + ", " + name(w, X2), a -> a.orr(w, X1, ZR, X2));
        }
    }

    @Test
    void add_and_compare_immediates() {
        for (int imm : new int[]{ 0, 1, 0x7ff, 0xfff, 0x1000, 0x80_0000, 0xff_f000 }) {
            var text = imm > 0xfff ? "#%d, lsl #12".formatted(imm >> 12) : "#" + imm;
            for (var w : Width.values()) {
                for (var rn : OR_SP) {
                    check("cmp %s, %s".formatted(name(w, rn), text), a -> a.cmp(w, rn, imm));
                    check("cmn %s, %s".formatted(name(w, rn), text), a -> a.cmn(w, rn, imm));
                    for (var rd : OR_SP) {
                        var operands = name(w, rd) + ", " + name(w, rn);
                        boolean move = imm == 0 && (rd == SP || rn == SP);
                        check(move ? "mov " + operands : "add %s, %s".formatted(operands, text), a -> a.add(w, rd, rn, imm));
                        check("sub %s, %s".formatted(operands, text), a -> a.sub(w, rd, rn, imm));
                    }
                }
            }
        }
    }

    @Test
    void logical_immediates_over_their_whole_domain() {
        for (int size = 2; size <= 64; size *= 2) {
            for (int ones = 1; ones < size; ones++) {
                for (int rotation = 0; rotation < size; rotation++) {
                    long value = 0;
                    for (int bit = 0; bit < 64; bit++) {
                        value |= (bit + rotation) % size < ones ? 1L << bit : 0;
                    }
                    logical(W64, value, "#%#x".formatted(value));
                    if (size < 64) {
                        logical(W32, value, "#%#x".formatted((int) value));
                    }
                }
            }
        }
    }

    private void logical(Width w, long value, String text) {
        int bitmask = LogicalImmediate.encode(value, w).orElseThrow();
        var rd = pick(OR_SP);
        var rn = pick(OR_ZR);
        var operands = "%s, %s, %s".formatted(name(w, rd), name(w, rn), text);
        switch (random.nextInt(4)) {
            case 0 -> check("and " + operands, a -> a.and(w, rd, rn, bitmask));
            // ARM ARM C6.2.287, MOV (bitmask immediate); Capstone 5 also prefers it for values of a single MOVZ or MOVN
            case 1 -> check(WRITES_ALIASES && rn == ZR ? "mov %s, %s".formatted(name(w, rd), number(w, value))
                    : "orr " + operands,
                    a -> a.orr(w, rd, rn, bitmask));
            case 2 -> check("eor " + operands, a -> a.eor(w, rd, rn, bitmask));
            default -> check("tst %s, %s".formatted(name(w, rn), text), a -> a.tst(w, rn, bitmask));
        }
    }

    private static String number(Width w, long value) {
        return "#" + (w == W64 ? value : (int) value);
    }

    @Test
    void wide_moves() {
        for (int imm : new int[]{ 0, 1, 0x1234, 0xffff }) {
            for (var w : Width.values()) {
                for (int shift = 0; shift < w.bits(); shift += 16) {
                    int by = shift;
                    for (var rd : OR_ZR) {
                        var operands = "%s, #%d%s".formatted(name(w, rd), imm, by == 0 ? "" : ", lsl #" + by);
                        // ARM ARM C6.2.285 and 286, MOV (inverted wide immediate) and (wide immediate)
                        boolean isMove = WRITES_ALIASES && !(imm == 0 && by != 0);
                        boolean isInverted = isMove && !(w == W32 && imm == 0xffff);
                        long value = (long) imm << by;
                        check(isInverted ? "mov %s, %s".formatted(name(w, rd), number(w, ~value)) : "movn " + operands,
                                a -> a.movn(w, rd, imm, by));
                        check(isMove ? "mov %s, %s".formatted(name(w, rd), number(w, value)) : "movz " + operands,
                                a -> a.movz(w, rd, imm, by));
                        check("movk " + operands, a -> a.movk(w, rd, imm, by));
                    }
                }
            }
        }
    }

    @Test
    void shifts_and_extensions() {
        for (var w : Width.values()) {
            for (int shift = 0; shift < w.bits(); shift++) {
                int by = shift;
                var operands = "%s, %s, #%d".formatted(name(w, X1), name(w, X2), by);
                check((by == 0 ? "lsr " : "lsl ") + operands, a -> a.lsl(w, X1, X2, by)); // Capstone cannot distinguish a shift by 0
                check("lsr " + operands, a -> a.lsr(w, X1, X2, by));
                check("asr " + operands, a -> a.asr(w, X1, X2, by));
            }
            check("sxtb %s, w2".formatted(name(w, X1)), a -> a.sxt(w, X1, X2, Size.B));
            check("sxth %s, w2".formatted(name(w, X1)), a -> a.sxt(w, X1, X2, Size.H));
        }
        check("sxtw x1, w2", a -> a.sxt(W64, X1, X2, Size.W));
        check("uxtb w1, w2", a -> a.uxt(W32, X1, X2, Size.B));
        check("uxth w1, w2", a -> a.uxt(W32, X1, X2, Size.H));
        check("lsr w1, w2, #0", a -> a.uxt(W32, X1, X2, Size.W));
        check("ubfx x1, x2, #0, #16", a -> a.uxt(W64, X1, X2, Size.H));
    }

    @Test
    void branches() {
        var back = new Label();
        var ahead = new Label();
        asm.bind(back);
        for (var condition : Condition.values()) {
            check("b.%s #0".formatted(condition.name().toLowerCase(Locale.ROOT)), a -> a.b(condition, back));
        }
        check("b #0", a -> a.b(back));
        for (var w : Width.values()) {
            for (var rt : OR_ZR) {
                check("cbz %s, #%d".formatted(name(w, rt), 0x100), a -> a.cbz(w, rt, ahead));
                check("cbnz %s, #%d".formatted(name(w, rt), 0), a -> a.cbnz(w, rt, back));
            }
        }
        check("b #%d".formatted(0x100), a -> a.b(ahead));
        for (var rn : GENERAL) {
            check("br " + name(W64, rn), a -> a.br(rn));
            check("blr " + name(W64, rn), a -> a.blr(rn));
        }
        check("ret", Assembler::ret);
        check("ret x10", a -> a.ret(Register.X10));
        check("adr x30, #%d".formatted(asm.position() + 8), a -> a.adr(Register.X30, 8));
        check("adr x1, #%d".formatted(asm.position() - 3), a -> a.adr(Register.X1, -3));
        check("b #%d".formatted(asm.position() - 0x100), a -> a.b(-0x100L));
        check("bl #%d".formatted(asm.position() + 0x7ff_fffc), a -> a.bl(0x7ff_fffc));
        check("bl #%d".formatted(asm.position() - 0x800_0000), a -> a.bl(-0x800_0000));
        while (asm.position() < 0x100) {
            check("nop", Assembler::nop);
        }
        asm.bind(ahead);
    }

    @Test
    void hints_and_barriers() {
        check(WRITES_ALIASES ? "paciasp" : "hint #25", Assembler::paciasp);
        check(WRITES_ALIASES ? "autiasp" : "hint #29", Assembler::autiasp);
        check(WRITES_ALIASES ? "bti c" : "hint #34", Assembler::btiC);
        check(WRITES_ALIASES ? "bti j" : "hint #36", Assembler::btiJ);
        check(WRITES_ALIASES ? "bti jc" : "hint #38", Assembler::btiJc);
        check("dmb ish", Assembler::dmbIsh);
    }

    @Test
    void loads_and_stores() {
        // @formatter:off
        access("strb",  W32, Size.B,  (a, _, rt, at) -> a.strb(rt, at));
        access("strh",  W32, Size.H,  (a, _, rt, at) -> a.strh(rt, at));
        access("str",   W32, Size.W,  Assembler::str);
        access("str",   W64, Size.DW, Assembler::str);
        access("ldrb",  W32, Size.B,  (a, _, rt, at) -> a.ldrb(rt, at));
        access("ldrh",  W32, Size.H,  (a, _, rt, at) -> a.ldrh(rt, at));
        access("ldr",   W32, Size.W,  Assembler::ldr);
        access("ldr",   W64, Size.DW, Assembler::ldr);
        access("ldrsb", W64, Size.B,  (a, _, rt, at) -> a.ldrsb(rt, at));
        access("ldrsh", W64, Size.H,  (a, _, rt, at) -> a.ldrsh(rt, at));
        access("ldrsw", W64, Size.W,  (a, _, rt, at) -> a.ldrsw(rt, at));
        // @formatter:on
        for (int offset : new int[]{ -512, -16, -8, 8, 16, 504 }) {
            for (var rn : OR_SP) {
                var base = name(W64, rn);
                check("stp x3, xzr, [%s, #%d]!".formatted(base, offset), a -> a.stpPre(X3, ZR, rn, offset));
                check("ldp xzr, x4, [%s], #%d".formatted(base, offset), a -> a.ldpPost(ZR, X4, rn, offset));
            }
        }
    }

    @Test
    void exclusive_and_ordered_accesses() {
        for (var rn : OR_SP) {
            var at = "[" + name(W64, rn) + "]";
            for (var rt : List.of(X3, ZR)) {
                for (var w : Width.values()) {
                    check("ldxr %s, %s".formatted(name(w, rt), at), a -> a.ldxr(w, rt, rn));
                    check("stxr w2, %s, %s".formatted(name(w, rt), at), a -> a.stxr(w, X2, rt, rn));
                    check("stlxr w2, %s, %s".formatted(name(w, rt), at), a -> a.stlxr(w, X2, rt, rn));
                    var size = w == W64 ? Size.DW : Size.W;
                    check("ldar %s, %s".formatted(name(w, rt), at), a -> a.ldar(size, rt, rn));
                    check("stlr %s, %s".formatted(name(w, rt), at), a -> a.stlr(size, rt, rn));
                }
                check("ldarb %s, %s".formatted(name(W32, rt), at), a -> a.ldar(Size.B, rt, rn));
                check("ldarh %s, %s".formatted(name(W32, rt), at), a -> a.ldar(Size.H, rt, rn));
                check("stlrb %s, %s".formatted(name(W32, rt), at), a -> a.stlr(Size.B, rt, rn));
                check("stlrh %s, %s".formatted(name(W32, rt), at), a -> a.stlr(Size.H, rt, rn));
            }
        }
    }

    /// The word for `w1, w2, [x3]`, and for `x1, x2, [sp]` with the store forms' second register left out.
    @Test
    void atomics_of_lse() {
        // @formatter:off
        word(0x88e1fc62, a -> a.casal  (W32, X1, X2, X3));    word(0xc8e1ffe2, a -> a.casal  (W64, X1, X2, SP));
        word(0xb8e18062, a -> a.swpal  (W32, X1, X2, X3));    word(0xf8e183e2, a -> a.swpal  (W64, X1, X2, SP));
        word(0xb8e10062, a -> a.ldaddal(W32, X1, X2, X3));    word(0xf8e103e2, a -> a.ldaddal(W64, X1, X2, SP));
        word(0xb8e11062, a -> a.ldclral(W32, X1, X2, X3));    word(0xf8e113e2, a -> a.ldclral(W64, X1, X2, SP));
        word(0xb8e12062, a -> a.ldeoral(W32, X1, X2, X3));    word(0xf8e123e2, a -> a.ldeoral(W64, X1, X2, SP));
        word(0xb8e13062, a -> a.ldsetal(W32, X1, X2, X3));    word(0xf8e133e2, a -> a.ldsetal(W64, X1, X2, SP));
        word(0xb821007f, a -> a.stadd  (W32, X1, X3));        word(0xf82103ff, a -> a.stadd  (W64, X1, SP));
        word(0xb821107f, a -> a.stclr  (W32, X1, X3));        word(0xf82113ff, a -> a.stclr  (W64, X1, SP));
        word(0xb821207f, a -> a.steor  (W32, X1, X3));        word(0xf82123ff, a -> a.steor  (W64, X1, SP));
        word(0xb821307f, a -> a.stset  (W32, X1, X3));        word(0xf82133ff, a -> a.stset  (W64, X1, SP));
        // @formatter:on
    }

    @Test
    void rejects_operands_that_the_instruction_does_not_accept() {
        // @formatter:off
        refuse("sp in a field that takes x0..x30 or zr",                              a -> a.add(W64, X1, X2, SP));
        refuse("sp in a field that takes x0..x30 or zr",                              a -> a.ldr(W64, SP, new Address.Offset(X1, 0)));
        refuse("zr in a field that takes x0..x30 or sp",                              a -> a.add(W64, X1, ZR, 1));
        refuse("zr in a field that takes x0..x30 or sp",                              a -> a.str(W64, X1, new Address.Offset(ZR, 0)));
        refuse("immediate 0x1001, expected 12 bits or 12 bits shifted by 12",         a -> a.add(W64, X1, X2, 0x1001));
        refuse("immediate 0xffffffff, expected 12 bits or 12 bits shifted by 12",     a -> a.sub(W64, X1, X2, -1));
        refuse("value 65536 does not fit a field of 16 bits",                         a -> a.movz(W64, X1, 0x10000, 0));
        refuse("shift 32 of a 16-bit block in 32 bits",                               a -> a.movz(W32, X1, 1, 32));
        refuse("bit positions 32 and 31 of 32 bits",                                  a -> a.lsr(W32, X1, X2, 32));
        refuse("offset 4 of an access of 8 bytes",                                    a -> a.ldr(W64, X1, new Address.Offset(X2, 4)));
        refuse("offset -1 of an access of 1 bytes",                                   a -> a.ldrb(X1, new Address.Offset(X2, -1)));
        refuse("offset 32768 of an access of 8 bytes",                                a -> a.ldr(W64, X1, new Address.Offset(X2, 32768)));
        refuse("pair offset 512, expected a multiple of 8 in -512..504",              a -> a.ldpPost(X1, X2, SP, 512));
        refuse("status register X3 is an operand of the store",                       a -> a.stxr(W64, X3, X1, X3));
        refuse("status register X1 is an operand of the store",                       a -> a.stlxr(W64, X1, X1, X3));
        // @formatter:on
    }

    private static void refuse(String message, Consumer<Assembler> emit) {
        assertThatThrownBy(() -> emit.accept(new Assembler())).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private void three(String mnemonic, Three emit, List<Register> first) {
        for (var w : Width.values()) {
            three(mnemonic, emit, first, "", w);
        }
    }

    /// `second` are the choices for the middle operand; all others may be zr.
    private void three(String mnemonic, Three emit, List<Register> second, String suffix, Width w) {
        for (var rd : OR_ZR) {
            for (var rn : second) {
                for (var rm : OR_ZR) {
                    check("%s %s, %s, %s%s".formatted(mnemonic, name(w, rd), name(w, rn), name(w, rm), suffix),
                            a -> emit.emit(a, w, rd, rn, rm));
                }
            }
        }
        for (int i = 0; i < 50; i++) {
            var rd = pick(ALL);
            var rn = pick(ALL);
            var rm = pick(ALL);
            check("%s %s, %s, %s%s".formatted(mnemonic, name(w, rd), name(w, rn), name(w, rm), suffix),
                    a -> emit.emit(a, w, rd, rn, rm));
        }
    }

    private void two(String mnemonic, Two emit, List<Register> second) {
        for (var w : Width.values()) {
            for (var rd : GENERAL) {
                for (var rn : second) {
                    check("%s %s, %s".formatted(mnemonic, name(w, rd), name(w, rn)), a -> emit.emit(a, w, rd, rn));
                }
            }
        }
    }

    private void access(String mnemonic, Width w, Size size, Access emit) {
        for (var rt : OR_ZR) {
            for (var base : OR_SP) {
                for (int scaled : new int[]{ 0, 1, 0x7ff, 0xfff }) {
                    int offset = scaled * size.bytes();
                    var operand = offset == 0 ? "[%s]".formatted(name(W64, base))
                            : "[%s, #%d]".formatted(name(W64, base), offset);
                    check("%s %s, %s".formatted(mnemonic, name(w, rt), operand),
                            a -> emit.emit(a, w, rt, new Address.Offset(base, offset)));
                }
                for (var index : OR_ZR) {
                    var operands = "%s, [%s, %s".formatted(name(w, rt), name(W64, base), name(W64, index));
                    check("%s %s]".formatted(mnemonic, operands), a -> emit.emit(a, w, rt, new Address.Indexed(base, index)));
                    check("%s %s, sxtx]".formatted(mnemonic, operands),
                            a -> emit.emit(a, w, rt, new Address.Indexed(base, index, true)));
                }
            }
        }
    }

    private static void word(int word, Consumer<Assembler> emit) {
        var asm = new Assembler();
        emit.accept(asm);
        assertThat(ByteBuffer.wrap(asm.toBytes()).order(ByteOrder.LITTLE_ENDIAN).getInt()).isEqualTo(word);
    }

    private void check(String text, Consumer<Assembler> emit) {
        expected.add(text);
        emit.accept(asm);
    }

    private Register pick(List<Register> registers) {
        return registers.get(random.nextInt(registers.size()));
    }

    private static List<Register> with(Register last) {
        var registers = new ArrayList<>(GENERAL);
        registers.add(last);
        return registers;
    }

    private static String name(Width w, Register register) {
        return switch (register) {
            case SP -> w == W64 ? "sp" : "wsp";
            case ZR -> w == W64 ? "xzr" : "wzr";
            default -> (w == W64 ? "x" : "w") + register.name().substring(1);
        };
    }

    private static final Pattern NUMBER = Pattern.compile("#(-?)0x([0-9a-f]+)");

    /// Numbers in one notation: Capstone chooses between decimal and hexadecimal.
    private static String decimal(String text) {
        return NUMBER.matcher(text).replaceAll(match -> "#" + match.group(1) + Long.parseUnsignedLong(match.group(2), 16));
    }
}
