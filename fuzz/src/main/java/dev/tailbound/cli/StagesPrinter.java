package dev.tailbound.cli;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Immediate;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Lowering.Stage;
import dev.tailbound.text.AsmPrinter;
import dev.tailbound.verify.VerifiedCase;
import java.io.PrintWriter;
import java.util.List;

/// Prints the programs of a case as BPF after each pass. The number before an instruction is the original instruction that it implements, or `gen`
/// for generated code.
final class StagesPrinter {
    private StagesPrinter() {}

    static void print(PrintWriter out, EmulatedSpec engine, VerifiedCase verified) {
        var lowering = engine.lowering();
        var maps = verified.source().maps().stream().map(BpfMap::name).toList();
        for (int i = 0; i < verified.facts().size(); i++) {
            var program = verified.source().programs().get(i);
            for (var stage : lowering.stages(verified.source(), program, verified.facts().get(i))) {
                print(out, engine, stage, maps);
            }
        }
    }

    private static void print(PrintWriter out, EmulatedSpec engine, Stage stage, List<String> maps) {
        Lowered lowered = stage.result();
        var program = lowered.program();
        out.printf("%s, %s, %s: %d insns, stack %s%n", program.name(), engine.name(),
                stage.pass().isEmpty() ? "as written" : "after " + stage.pass(), program.size(), String.join(" ",
                        lowered.subprograms().stream().map(function -> function.name() + " " + function.stackDepth()).toList()));
        for (int i = 0; i < program.size(); i++) {
            if (program.labels().containsKey(i)) {
                out.println(program.labels().get(i) + ":");
            }
            out.printf("  %4s  %4d: %s%s%n", lowered.isWritten(i) ? lowered.origin()[i] : "gen", program.slotOf(i), AsmPrinter
                    .print(program, i, maps), callee(lowered, i));
        }
        out.println();
    }

    /// The callee of an immediate that is not a helper's number: `  (kf_origin of module near)`.
    private static String callee(Lowered lowered, int insn) {
        return lowered.program().insn(insn) instanceof Insn.CallHelper(int id) ? Immediate.of(id).map(call -> "  (%s of %s)"
                .formatted(
                        new Insn.CallKfunc(call.kfunc(), 0).name(), call.module() == 0 ? "the kernel"
                                : "module " + lowered.source().kernelEnvironment().module(call.module()).name()))
                .orElse("") : "";
    }
}
