package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.verify.Verdict.Rejected;

/// Places in a case's programs as messages name them, by slot like kernels and bpftool: `entry insn 9 (call bpf_tail_call)`.
final class Places {
    private Places() {}

    static String describe(Case source, Where where) {
        return where.program() < 0 ? "an unknown place" : describe(source, where.program(), where.insn());
    }

    static String describe(Rejected rejected) {
        return "rejected: " + rejected.message();
    }

    private static String describe(Case source, int program, int insn) {
        return insn < 0 ? source.programs().get(program).name() : source.place(program, insn);
    }
}
