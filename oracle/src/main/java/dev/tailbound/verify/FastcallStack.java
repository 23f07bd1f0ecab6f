package dev.tailbound.verify;

import dev.tailbound.isa.FastcallPattern;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import java.util.BitSet;

/// Stack depths of functions after kernels have removed the spills around `bpf_fastcall` calls.
///
/// `remove_fastcall_spills_fills` runs before `check_max_stack_depth`. The limit for a single function is checked at each access, before both.
final class FastcallStack {
    private FastcallStack() {}

    /// Bytes below R10, by function.
    static int[] depths(ControlFlow flow, ExplorationFacts findings) {
        var depths = new int[flow.functions()];
        // Accesses are recorded only in programs with a fastcall.
        var entries = findings.stackAccesses().isEmpty() ? new BitSet() : FastcallPattern.entries(flow.program());
        for (int i = 0; i < depths.length; i++) {
            depths[i] = findings.stackAccesses().isEmpty() ? findings.stackDepth(i) : depth(flow, i, entries, findings);
        }
        return depths;
    }

    private static int depth(ControlFlow flow, int function, BitSet entries, ExplorationFacts findings) {
        var patterns = FastcallPattern.in(flow.program(), flow.start(function), flow.end(function), false, entries,
                FastcallStack::leavesRegisters);
        var accesses = findings.stackAccesses().stream().filter(access -> access.function() == function).toList();
        int end = patterns.stream().mapToInt(FastcallPattern::end).max().orElse(Integer.MIN_VALUE);
        boolean stays = patterns.isEmpty() || patterns.stream().anyMatch(pattern -> !pattern.isFastcall())
                || accesses.stream().anyMatch(access -> access.from() < end && !FastcallPattern.hold(patterns, access.insn()));
        return stays ? findings.stackDepth(function) : -end;
    }

    /// Whether the call leaves R1 to R5 unchanged. All kernels with `bpf_fastcall` inline these.
    static boolean leavesRegisters(Insn call) {
        return switch (call) {
            case Insn.CallHelper(int id) -> Helper.byId(id).filter(Helper::isFastcall).isPresent();
            case Insn.CallKfunc(int id, _) -> Kfunc.byId(id).filter(Kfunc::isFastcall).isPresent();
            default -> false;
        };
    }
}
