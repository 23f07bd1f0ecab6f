package dev.tailbound.verify;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.Generated.Kind;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// Verifies prologues and epilogues, which kernels trust: first the allowed instructions, then all paths as in a program.
///
/// Kernels generate them after computing the program's stack depth and tail call counting, so they have no stack and make no tail calls. They cannot
/// call the program's subprograms either.
final class GeneratedCode {
    /// `INSN_BUF_SIZE`, which a prologue must not fill with the copy of the program's first instruction at its end.
    private static final int BUFFER = 32;

    private GeneratedCode() {}

    /// Explores all paths; positions in the result count from the first instruction of the generated code.
    static ProgramFacts explore(Generated generated, PathState start, Case source, ByteOrder order, KfuncTable kfuncs,
            Complexity complexity, Exploration.StateWatch watch) {
        checkInsns(generated);
        kfuncs.add(generated);
        boolean handsOver = generated.kind() == Kind.PROLOGUE;
        var flow = new ControlFlow(generated.code(), handsOver ? generated.size() : -1);
        return new Exploration(flow, new CallGraph(flow), source.maps(), List.of(), new AttachmentRole(Optional.empty(), flow,
                Attachments.NONE), order, complexity, watch).explore(start);
    }

    private static void checkInsns(Generated generated) {
        var word = generated.kind().word();
        int slots = generated.code().slotOf(generated.code().size());
        if (slots >= BUFFER) {
            throw new Rejection(-1, "bpf verifier is misconfigured: %s of %d instructions%s, expected fewer than %d", word, slots,
                    generated.kind() == Kind.PROLOGUE ? " with the program's first" : "", BUFFER);
        }
        for (int i = 0; i < generated.size(); i++) {
            var insn = generated.code().insn(i);
            if ((insn.registers() & Reg.R10.bit()) != 0) {
                throw new Rejection(i, "%s cannot use R10: it has no stack", word);
            }
            if (insn instanceof Insn.Call) {
                throw new Rejection(i, "%s cannot call subprograms", word);
            }
            if (insn instanceof Insn.CallHelper helper && helper.isTailCall()) {
                throw new Rejection(i, "%s cannot tail-call", word);
            }
        }
    }
}
