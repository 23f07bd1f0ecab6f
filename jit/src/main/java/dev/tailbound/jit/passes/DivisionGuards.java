package dev.tailbound.jit.passes;

import static dev.tailbound.isa.Reg.AX;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Alu;
import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.JumpIf;
import dev.tailbound.isa.Insn.Mov;
import dev.tailbound.isa.Insn.Neg;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Replacing;
import java.util.List;
import java.util.Optional;

/// Guards division instructions against a divisor of 0, and signed ones also against -1.
///
/// BPF defines these results (RFC 9669, section 4.1), but x86 traps. The sequences are those of `do_misc_fixups` from kernel 6.12 on.
public final class DivisionGuards implements Replacing {
    private static final Imm ZERO = new Imm(0);
    private static final Imm ONE = new Imm(1);
    private static final Imm MINUS_ONE = new Imm(-1);

    @Override
    public String name() {
        return "guards";
    }

    @Override
    public Optional<List<Insn>> replacement(Program program, int index) {
        if (!(program.insn(index) instanceof Alu(var width, var op, var dst, var src) && op.isDivision())) {
            return Optional.empty();
        }
        var division = new Alu(width, op, dst, src);
        return Optional.ofNullable(switch (src) {
            case Imm divisor when divisor.equals(MINUS_ONE) -> byMinusOne(division);
            case Imm _ -> null;
            case Reg divisor -> byRegister(division, divisor);
        });
    }

    /// Unsigned division by -1 needs no guard.
    private static List<Insn> byMinusOne(Alu division) {
        return switch (division.op()) {
            case SDIV -> List.of(new Neg(division.width(), division.dst()));
            case SMOD -> List.of(zero(division.dst()));
            default -> null;
        };
    }

    private static List<Insn> byRegister(Alu division, Reg divisor) {
        return switch (division.op()) {
            case DIV -> unsignedQuotient(division, divisor);
            case MOD -> unsignedRemainder(division, divisor);
            case SDIV -> signedQuotient(division, divisor);
            case SMOD -> signedRemainder(division, divisor);
            default -> throw new IllegalArgumentException(division + " is not a division");
        };
    }

    private static List<Insn> unsignedQuotient(Alu division, Reg divisor) {
        var dst = division.dst();
        return List.of(
                new JumpIf(division.width(), Cond.NE, divisor, ZERO, 3),
                new Alu(Width.W32, AluOp.XOR, dst, dst),
                new Jump(false, 4),
                division);
    }

    private static List<Insn> unsignedRemainder(Alu division, Reg divisor) {
        return switch (division.width()) {
            case W64 -> List.of(
                    new JumpIf(Width.W64, Cond.EQ, divisor, ZERO, 2),
                    division);
            case W32 -> List.of(
                    new JumpIf(Width.W32, Cond.EQ, divisor, ZERO, 3),
                    division,
                    new Jump(false, 4),
                    truncate(division.dst()));
        };
    }

    /// AX = divisor + 1 is unsigned at most 1 only for 0 (AX = 1) and -1 (AX = 0), with results 0 and `-dst`.
    private static List<Insn> signedQuotient(Alu division, Reg divisor) {
        var width = division.width();
        return List.of(
                new Mov(Width.W64, AX, divisor),
                new Alu(width, AluOp.ADD, AX, ONE),
                new JumpIf(width, Cond.GT, AX, ONE, 7),
                new JumpIf(width, Cond.EQ, AX, ZERO, 5),
                new Mov(width, division.dst(), ZERO),
                new Neg(width, division.dst()),
                new Jump(false, 8),
                division);
    }

    /// As for the quotient; the result is `dst` for a divisor of 0, and 0 for -1.
    private static List<Insn> signedRemainder(Alu division, Reg divisor) {
        var width = division.width();
        var dst = division.dst();
        var copy = new Mov(Width.W64, AX, divisor);
        var increment = new Alu(width, AluOp.ADD, AX, ONE);
        var ordinary = new JumpIf(width, Cond.GT, AX, ONE, 6);
        return switch (width) {
            case W64 -> List.of(copy, increment, ordinary,
                    new JumpIf(width, Cond.EQ, AX, ONE, 7),
                    zero(dst),
                    new Jump(false, 7),
                    division);
            case W32 -> List.of(copy, increment, ordinary,
                    new JumpIf(width, Cond.EQ, AX, ONE, 8),
                    zero(dst),
                    new Jump(false, 7), // to the next jump instead of its target, as in the kernel
                    division,
                    new Jump(false, 9),
                    truncate(dst));
        };
    }

    private static Insn zero(Reg dst) {
        return new Mov(Width.W32, dst, ZERO);
    }

    private static Insn truncate(Reg dst) {
        return new Mov(Width.W32, dst, dst);
    }
}
