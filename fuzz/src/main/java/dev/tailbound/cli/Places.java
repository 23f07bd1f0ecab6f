package dev.tailbound.cli;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.verify.Verdict.Rejected;

/// Places in a case's programs as messages name them, by slot as kernels and bpftool do: `entry insn 9 (call bpf_tail_call)`.
final class Places {
    private Places() {}

    static String describe(Case source, Where where) {
        return where.program() < 0 ? "an unknown place" : describe(source, where.program(), where.insn());
    }

    static String describe(Rejected rejected) {
        var source = rejected.source();
        if (rejected.insn() < 0) {
            return "rejected: program %s: %s".formatted(rejected.program(), rejected.reason());
        }
        return "rejected: program %s: %s".formatted(describe(source, source.programIndex(rejected.program()), rejected.insn()),
                rejected.reason());
    }

    private static String describe(Case source, int index, int insn) {
        var whole = source.whole(index);
        if (insn < 0) {
            return whole.program().name();
        }
        var maps = source.maps().stream().map(BpfMap::name).toList();
        return "%s %s (%s)".formatted(whole.program().name(), whole.place(insn), whole.text(insn, maps));
    }
}
