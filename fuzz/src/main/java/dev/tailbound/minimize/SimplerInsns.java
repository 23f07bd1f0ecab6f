package dev.tailbound.minimize;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Replaces instructions by simpler ones.
final class SimplerInsns {
    static final Insn R0_IS_0 = new Insn.Mov(Width.W64, Reg.R0, new Imm(0));

    private SimplerInsns() {}

    static Stream<Program> everywhere(Program program) {
        return IntStream.range(0, program.size()).boxed()
                .flatMap(i -> simpler(program.insn(i)).map(insn -> ProgramEdit.replace(program, i, insn)));
    }

    /// Replaces the computation of R3, the index of a tail call, by a constant: one of `keys`.
    static Stream<Program> withIndices(Program program, Set<Integer> keys) {
        return IntStream.range(0, program.size()).filter(i -> program.insn(i).writes() == Reg.R3.bit()).boxed().flatMap(
                i -> keys.stream().map(key -> ProgramEdit.replace(program, i, new Insn.Mov(Width.W64, Reg.R3, new Imm(key)))));
    }

    private static Stream<Insn> simpler(Insn insn) {
        return switch (insn) {
            case Insn.Mov(var width, var dst, var src) -> operands(src).map(operand -> new Insn.Mov(width, dst, operand));
            case Insn.LoadImm64(var dst, long value) ->
                Stream.concat(constants(dst), Stream.of(new Insn.Mov(Width.W64, dst, new Imm((int) value))));
            case Insn.Neg i -> constants(i.dst());
            case Insn.MovSx i -> Stream.concat(constants(i.dst()), copy(i.dst(), i.src()));
            case Insn.Swap i -> constants(i.dst());
            case Insn.Alu(var width, var op, var dst, var src) -> Stream.concat(Stream.concat(constants(dst), copy(dst, src)),
                    operands(src).filter(operand -> !(op.isShift() && ((Imm) operand).value() >= width.bits()))
                            .filter(operand -> !(op.isDivision() && ((Imm) operand).value() == 0))
                            .filter(operand -> !(op.isShift() && ((Imm) operand).value() < 0))
                            .map(operand -> new Insn.Alu(width, op, dst, operand)));
            case Insn.Load i -> constants(i.dst());
            case Insn.LoadAcquire i ->
                Stream.concat(constants(i.dst()), Stream.of(new Insn.Load(i.size(), false, i.dst(), i.base(), i.off())));
            case Insn.Store(var size, var base, int off, var src) ->
                operands(src).map(operand -> new Insn.Store(size, base, off, operand));
            case Insn.StoreRelease i -> Stream.of(new Insn.Store(i.size(), i.base(), i.off(), i.src()));
            case Insn.Atomic i -> Stream.of(new Insn.Store(i.size(), i.base(), i.off(), i.src()));
            case Insn.Jump i -> i.far() ? Stream.of(new Insn.Jump(false, i.target())) : Stream.empty();
            case Insn.JumpIf(var width, var cond, var dst, var src, int target) ->
                operands(src).map(operand -> new Insn.JumpIf(width, cond, dst, operand, target));
            case Insn.CallHelper i -> i.id() == Helper.TAIL_CALL.id() ? Stream.empty() : Stream.of(R0_IS_0);
            case Insn.CallKfunc i -> i.off() == 0 ? Stream.of(R0_IS_0) : Stream.of(R0_IS_0, new Insn.CallKfunc(i.id(), 0));
            case Insn.LoadMap _,Insn.LoadMapValue _,Insn.Call _,Insn.MovPerCpu _,Insn.Exit _ -> Stream.empty();
        };
    }

    /// Includes all ones in the lower half only: the result of a wrong extension of a number.
    private static Stream<Insn> constants(Reg dst) {
        return Stream.concat(Stream.of(0, 1, -1).map(value -> new Insn.Mov(Width.W64, dst, new Imm(value))),
                Stream.of(new Insn.Mov(Width.W32, dst, new Imm(-1))));
    }

    private static Stream<Insn> copy(Reg dst, Operand src) {
        return Stream.of(new Insn.Mov(Width.W64, dst, src));
    }

    /// Immediates simpler than the operand: corner values for a register, numbers nearer to 0 for an immediate.
    private static Stream<Operand> operands(Operand operand) {
        var values = switch (operand) {
            case Reg _ -> IntStream.of(0, 1, -1);
            case Imm(int value) -> IntStream.of(0, 1, -1, value / 256, value / 2, value - Integer.signum(value));
        };
        return values.distinct().<Operand>mapToObj(Imm::new).filter(simpler -> !simpler.equals(operand));
    }
}
