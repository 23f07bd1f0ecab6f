package dev.tailbound.jit;

import static dev.tailbound.isa.Reg.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Alu;
import dev.tailbound.isa.Insn.Atomic;
import dev.tailbound.isa.Insn.Call;
import dev.tailbound.isa.Insn.Exit;
import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.JumpIf;
import dev.tailbound.isa.Insn.Mov;
import dev.tailbound.isa.Insn.Neg;
import dev.tailbound.isa.Insn.Store;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoweringTest {
    private static final Insn EXTEND = new Mov(Width.W32, R0, R0);
    private static final Insn CMPXCHG32 = new Atomic(AtomicOp.CMPXCHG, Size.W, R10, -8, R2);

    /// Unsigned divisions by -1 and divisions by other constants need no guard.
    @ParameterizedTest
    @CsvSource({ "DIV,-1", "MOD,-1", "DIV,3", "MOD,3", "SDIV,3", "SMOD,3", "SDIV,-2", "SMOD,-2" })
    void constant_divisors_stay(AluOp op, int divisor) {
        for (var width : Width.values()) {
            assertThat(lower(new Alu(width, op, R1, new Imm(divisor)))).containsExactly(new Alu(width, op, R1, new Imm(divisor)));
        }
    }

    @Test
    void signed_division_by_minus_one_becomes_negation_and_zero() {
        for (var width : Width.values()) {
            assertThat(lower(new Alu(width, AluOp.SDIV, R1, new Imm(-1)))).containsExactly(new Neg(width, R1));
            assertThat(lower(new Alu(width, AluOp.SMOD, R1, new Imm(-1)))).containsExactly(new Mov(Width.W32, R1, new Imm(0)));
        }
    }

    /// Interprets the guarded sequences on small words, with a division that fails where x86 traps.
    @ParameterizedTest
    @CsvSource({ "DIV", "MOD", "SDIV", "SMOD" })
    void guards_keep_zero_and_overflow_from_the_division(AluOp op) {
        for (var width : Width.values()) {
            for (long divisor : new long[]{ 0, 1, -1, 2, -2, 1L << 32, 0xffff_ffffL, Long.MIN_VALUE }) {
                var guarded = lower(new Alu(width, op, R1, R2));
                long seen = width == Width.W32 ? (int) divisor : divisor;
                boolean divides = divisionReached(guarded, divisor);
                boolean signed = op == AluOp.SDIV || op == AluOp.SMOD;
                assertThat(divides).as("%s %s by %d", width, op, divisor).isEqualTo(seen != 0 && !(signed && seen == -1));
            }
        }
    }

    @Test
    void a_jump_to_a_division_lands_on_its_guard() {
        var division = new Alu(Width.W64, AluOp.DIV, R1, R2);
        var lowered = Passes.NECESSARY.lowering(Profile.X86_64_V6_12)
                .lower(new Program("p",
                        List.of(new JumpIf(Width.W64, Cond.EQ, R1, new Imm(0), 2), division, division, new Jump(false, 1))),
                        facts(4));
        assertThat(lowered.program().insns()).startsWith(new JumpIf(Width.W64, Cond.EQ, R1, new Imm(0), 5))
                .endsWith(new Jump(false, 1));
        assertThat(lowered.origin()).containsExactly(0, 1, 1, 1, 1, 2, 2, 2, 2, 3);
    }

    @Test
    void calls_and_functions_move_with_their_code() {
        var program = new Program("p", List.of(new Alu(Width.W64, AluOp.MOD, R1, R2), new Call(3), new Exit(), new Exit()));
        var facts = new ProgramFacts(List.of(
                new Subprogram("p", 0, 3, 8, false, true), new Subprogram("sub", 3, 4, 16, true, true)), new BitSet(), false);
        var lowered = Passes.NECESSARY.lowering(Profile.X86_64_V6_12).lower(program, facts);
        assertThat(lowered.program().insn(2)).isEqualTo(new Call(4));
        assertThat(lowered.subprograms()).containsExactly(
                new Subprogram("p", 0, 4, 8, false, true), new Subprogram("sub", 4, 5, 16, true, true));
    }

    @Test
    void cmpxchg32_is_extended_where_r0_is_returned() {
        assertThat(lowerAll(CMPXCHG32, new Exit())).containsExactly(CMPXCHG32, EXTEND, new Exit());
    }

    @Test
    void cmpxchg32_is_not_extended_where_only_the_lower_half_is_read() {
        var store = new Store(Size.W, R10, -8, R0);
        var overwrite = new Mov(Width.W64, R0, new Imm(0));
        assertThat(lowerAll(CMPXCHG32, store, overwrite, new Exit())).containsExactly(CMPXCHG32, store, overwrite, new Exit());
        assertThat(lowerAll(CMPXCHG32, EXTEND, new Exit())).containsExactly(CMPXCHG32, EXTEND, new Exit());
    }

    @Test
    void cmpxchg32_is_extended_where_one_path_reads_all_of_r0() {
        var branch = new JumpIf(Width.W32, Cond.EQ, R3, new Imm(0), 3);
        assertThat(lowerAll(CMPXCHG32, branch, new Mov(Width.W64, R0, R3), new Exit()).get(1)).isEqualTo(EXTEND);
    }

    @Test
    void cmpxchg64_is_never_extended() {
        var cmpxchg = new Atomic(AtomicOp.CMPXCHG, Size.DW, R10, -8, R2);
        assertThat(lowerAll(cmpxchg, new Exit())).containsExactly(cmpxchg, new Exit());
    }

    private static List<Insn> lower(Insn insn) {
        var lowered = lowerAll(insn, new Exit());
        return lowered.subList(0, lowered.size() - 1);
    }

    private static List<Insn> lowerAll(Insn... insns) {
        return Passes.NECESSARY.lowering(Profile.X86_64_V6_12).lower(new Program("p", List.of(insns)), facts(insns.length))
                .program().insns();
    }

    private static ProgramFacts facts(int size) {
        return new ProgramFacts(List.of(new Subprogram("p", 0, size, 0, false, false)), new BitSet(), false);
    }

    private static boolean divisionReached(List<Insn> insns, long divisor) {
        var reached = new ArrayList<Insn>();
        long ax = 0;
        for (int at = 0; at < insns.size();) {
            var insn = insns.get(at++);
            switch (insn) {
                case Mov(_, var dst, var src) when dst == AX && src == R2 -> ax = divisor;
                case Alu(var width, var op, var dst, _) when dst == AX && op == AluOp.ADD ->
                    ax = width == Width.W32 ? ax + 1 & 0xffff_ffffL : ax + 1;
                case Alu i when i.op().isDivision() -> reached.add(i);
                case JumpIf i -> at = holds(i, i.dst() == AX ? ax : divisor) ? i.target() : at;
                case Jump i -> at = i.target();
                default -> {
                }
            }
        }
        return !reached.isEmpty();
    }

    private static boolean holds(JumpIf jump, long left) {
        long mask = jump.width() == Width.W32 ? 0xffff_ffffL : -1;
        long right = constant(jump.src());
        return switch (jump.cond()) {
            case EQ -> (left & mask) == right;
            case NE -> (left & mask) != right;
            case GT -> Long.compareUnsigned(left & mask, right) > 0;
            default -> throw new IllegalArgumentException(jump.toString());
        };
    }

    private static long constant(Operand operand) {
        return operand instanceof Imm(int value) ? value : R0.number();
    }
}
