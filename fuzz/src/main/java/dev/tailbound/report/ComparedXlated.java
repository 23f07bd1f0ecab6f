package dev.tailbound.report;

import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.Lowered;
import dev.tailbound.report.Alignment.Pair;
import dev.tailbound.report.Compared.Row;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Compares two verifiers' rewritten versions of a program, the input of the JITs.
final class ComparedXlated {
    private final KernelDump dump;
    private final Program kernel;
    private final Program ours;
    private final Alignment alignment;
    private final Map<Long, String> helpers;

    private ComparedXlated(KernelDump dump, Program found, Program ours) {
        this.dump = dump;
        this.ours = ours;
        var whole = Alignment.of(found.size(), ours.size(), (left, right) -> same(found, left, right));
        alignment = whole.parting((left, right) -> found.insn(left) instanceof Insn.Branch from
                && ours.insn(right) instanceof Insn.Branch to && !whole.has(from.target(), to.target()));
        kernel = labelled(found);
        helpers = dump.symbols().names(found.insns().stream().flatMap(insn -> insn instanceof Insn.CallHelper call
                ? Stream.of(address(call))
                : Stream.of()).toList());
    }

    static Compared of(KernelDump dump, KernelProgram program, Lowered lowered) {
        var both = new ComparedXlated(dump, program.rewritten(), lowered.program());
        return new Compared(program.name(), both.kernel.size() + " insns", both.ours.size() + " insns",
                both.alignment.pairs().stream().map(both::row).toList());
    }

    /// Whether they are the same apart from addresses and branch targets.
    private boolean same(Program found, int left, int right) {
        var expected = ours.insn(right);
        return switch (found.insn(left)) {
            case Insn.Branch from -> expected instanceof Insn.Branch to && from.retarget(0).equals(to.retarget(0));
            case Insn.CallHelper from -> expected instanceof Insn.CallHelper to && from.isTailCall() == to.isTailCall();
            case Insn.Mov from when isPerCpuAddress(found, left) -> isPerCpuAddress(ours, right)
                    && expected instanceof Insn.Mov to && from.width() == to.width() && from.dst() == to.dst();
            case Insn insn -> insn.equals(expected);
        };
    }

    /// Whether the next instruction converts the loaded value to a per-CPU address.
    static boolean isPerCpuAddress(Program program, int index) {
        return program.insn(index) instanceof Insn.Mov(_, var dst, Imm _) && index + 1 < program.size()
                && program.insn(index + 1) instanceof Insn.MovPerCpu(_, var src) && src == dst;
    }

    /// The text with the original labels, if ours has them on the same lines.
    private Program labelled(Program found) {
        var labels = new TreeMap<Integer, String>();
        alignment.pairs().stream().filter(Pair::isCommon).filter(pair -> ours.labels().containsKey(pair.right()))
                .forEach(pair -> labels.put(pair.left(), ours.labels().get(pair.right())));
        return new Program(found.name(), found.insns(), labels);
    }

    private Row row(Pair pair) {
        var side = Compared.side(pair);
        return side == Compared.Side.OURS ? row(side, ours, pair.right(), Listing.rewritten(ours, pair.right(), dump.maps()))
                : row(side, kernel, pair.left(), text(pair.left()));
    }

    private static Row row(Compared.Side side, Program program, int index, String text) {
        return new Row(side, program.labels().getOrDefault(index, ""), "%4d: %s".formatted(program.slotOf(index), text));
    }

    private String text(int index) {
        return kernel.insn(index) instanceof Insn.CallHelper call && !call.isTailCall()
                ? "call " + helpers.getOrDefault(address(call), "0x" + Long.toHexString(address(call)))
                : Listing.rewritten(kernel, index, dump.maps());
    }

    private long address(Insn.CallHelper call) {
        return dump.callBase() + call.id();
    }
}
