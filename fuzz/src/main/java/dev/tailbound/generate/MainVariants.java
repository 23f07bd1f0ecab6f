package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Insn.Call;
import dev.tailbound.isa.Insn.Exit;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Variants of programs with the same results that test prologues and epilogues better: they begin twice, and end in more places.
final class MainVariants {
    /// Maximum number of instructions up to an exit that are copied.
    private static final int MAX_END = 40;

    private final Choices choices;
    private final boolean v4;
    private final int accumulator;

    MainVariants(Choices choices, GeneratorOptions options, int accumulator) {
        this.choices = choices;
        this.v4 = options.v4();
        this.accumulator = accumulator;
    }

    Program vary(Program program) {
        var varied = choices.oneIn(2) ? endingElsewhere(program) : program;
        varied = choices.oneIn(4) ? leavingLoop(varied) : varied;
        return choices.oneIn(4) ? startingOver(varied) : varied;
    }

    /// Puts one of the main function's exits into a loop: `r2 = n; again: r2 -= 1; if r2 != m goto on; exit; on: goto again`.
    private Program leavingLoop(Program program) {
        int exit = choices
                .pick(IntStream.range(0, mainEnd(program)).filter(i -> program.insn(i) instanceof Exit).boxed().toList());
        int rounds = choices.between(1, 4);
        var loop = List.of(new Insn.Mov(Width.W64, Reg.R2, new Imm(rounds)),
                new Insn.Alu(Width.W64, AluOp.SUB, Reg.R2, new Imm(1)),
                new Insn.JumpIf(Width.W64, Cond.NE, Reg.R2, new Imm(choices.below(rounds)), exit + 4), program.insn(exit),
                new Insn.Jump(v4 && choices.oneIn(2), exit + 1));
        var insns = new ArrayList<Insn>(program.size() + loop.size());
        for (int i = 0; i < program.size(); i++) {
            if (i == exit) {
                insns.addAll(loop);
            } else {
                insns.add(moved(program.insn(i), exit + 1, loop.size() - 1));
            }
        }
        return new Program(program.name(), insns);
    }

    /// Jumps back to the first instruction once, from one of the main function's exits:
    /// `start: if r1 == 0 goto end; ...; r1 = 0; goto start; end: r0 = n; exit`. A cell of the accumulator stores the result of that exit.
    ///
    /// Kernels follow both branches of a test of the context, so code after `end` reads no register that only the first pass has written.
    private Program startingOver(Program program) {
        int exit = choices
                .pick(IntStream.range(0, mainEnd(program)).filter(i -> program.insn(i) instanceof Exit).boxed().toList());
        int mainEnd = mainEnd(program);
        var address = Reg.of(choices.between(2, 5));
        var again = List.of(new Insn.LoadMapValue(address, accumulator, 8 * choices.below(CaseSetup.CELLS)),
                new Insn.Atomic(AtomicOp.ADD, Size.DW, address, 0, Reg.R0), new Insn.Mov(Width.W64, Reg.R1, new Imm(0)),
                choices.oneIn(2) ? new Insn.Jump(v4 && choices.oneIn(2), 0)
                        : new Insn.JumpIf(Width.W64, Cond.EQ, Reg.R1, new Imm(0), 0));
        int end = 1 + mainEnd + again.size() - 1;
        var insns = new ArrayList<Insn>(program.size() + again.size() + 2);
        insns.add(new Insn.JumpIf(Width.W64, Cond.EQ, Reg.R1, new Imm(0), end));
        for (int i = 0; i < program.size(); i++) {
            if (i == mainEnd) {
                insns.addAll(ending());
            }
            if (i == exit) {
                insns.addAll(again);
            } else {
                insns.add(moved(moved(moved(program.insn(i), mainEnd, 2), exit + 1, again.size() - 1), 0, 1));
            }
        }
        if (mainEnd == program.size()) {
            insns.addAll(ending());
        }
        return new Program(program.name(), insns);
    }

    private List<Insn> ending() {
        return List.of(new Insn.Mov(Width.W64, Reg.R0, new Imm(choices.between(-2, 2))), new Insn.Exit());
    }

    /// Redirects a branch to the last straight-line block of the main function to a copy of that block, after the function.
    private Program endingElsewhere(Program program) {
        int end = mainEnd(program);
        var ends = new ArrayList<Integer>();
        for (int i = 0; i < end; i++) {
            if (program.insn(i) instanceof Branch branch && !(branch instanceof Call)
                    && isReachedElsewhere(program, i, branch.target()) && exit(program, branch.target()).isPresent()) {
                ends.add(i);
            }
        }
        if (ends.isEmpty()) {
            return program;
        }
        int leaving = choices.pick(ends);
        int from = ((Branch) program.insn(leaving)).target();
        int to = exit(program, from).orElseThrow() + 1;
        var insns = new ArrayList<Insn>(program.size() + to - from);
        for (int i = 0; i < program.size(); i++) {
            if (i == end) {
                appendEnd(insns, program, from, to);
            }
            insns.add(i == leaving ? ((Branch) program.insn(i)).retarget(end) : moved(program.insn(i), end, to - from));
        }
        if (end == program.size()) {
            appendEnd(insns, program, from, to);
        }
        return new Program(program.name(), insns);
    }

    /// Whether the target has another predecessor, so that its code stays reachable.
    private static boolean isReachedElsewhere(Program program, int branch, int target) {
        return (target > 0 && target - 1 != branch && program.insn(target - 1).fallsThrough())
                || IntStream.range(0, program.size()).anyMatch(i -> i != branch && program.insn(i) instanceof Branch other
                        && other
                                .target() == target);
    }

    private static void appendEnd(List<Insn> insns, Program program, int from, int to) {
        int end = insns.size();
        program.insns().subList(from, to).forEach(insn -> insns.add(moved(insn, end, to - from)));
    }

    private static int mainEnd(Program program) {
        return program.insns().stream().filter(insn -> insn instanceof Call).mapToInt(insn -> ((Call) insn).target()).min()
                .orElse(program.size());
    }

    /// The next exit from here, if it is near and there is no branch before it.
    private static OptionalInt exit(Program program, int from) {
        for (int i = from; i < Math.min(from + MAX_END, program.size()); i++) {
            switch (program.insn(i)) {
                case Exit _ -> {
                    return OptionalInt.of(i);
                }
                case Insn.Jump _,Insn.JumpIf _ -> {
                    return OptionalInt.empty();
                }
                default -> {
                    // Continue with the next instruction.
                }
            }
        }
        return OptionalInt.empty();
    }

    /// The instruction with branch targets from `from` on shifted.
    private static Insn moved(Insn insn, int from, int by) {
        return insn instanceof Branch branch && branch.target() >= from ? branch.retarget(branch.target() + by) : insn;
    }
}
