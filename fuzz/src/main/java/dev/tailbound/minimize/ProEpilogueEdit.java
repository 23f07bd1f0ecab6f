package dev.tailbound.minimize;

import dev.tailbound.cases.Callees;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Generated.Kind;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Changes of a case's prologue and epilogue.
final class ProEpilogueEdit {
    private ProEpilogueEdit() {}

    /// Cases without the prologue, without the epilogue, with one of them for all programs, or with calls of the kernel's own functions.
    static Stream<Case> dropped(Case source) {
        var generated = source.proEpilogue();
        return Stream
                .of(generated.stream().map(each -> generated.without(each.kind())),
                        generated.stream().filter(each -> !each.callees().equals(Callees.OF_KERNEL))
                                .map(each -> generated.with(each.withCallees(Callees.OF_KERNEL))),
                        generated.stream().filter(each -> !each.programs().isEmpty())
                                .map(each -> generated.with(each.withPrograms(List.of()))))
                .flatMap(edits -> edits).map(source::withProEpilogue);
    }

    /// One case per smaller prologue or epilogue that a reduction proposes.
    static Stream<Case> smaller(Case source, Function<Program, Stream<Program>> reduction) {
        var generated = source.proEpilogue();
        return generated.stream().flatMap(each -> reduction.apply(each.code()).filter(code -> fits(each.kind(), code))
                .map(code -> source.withProEpilogue(generated.with(each.withCode(code)))));
    }

    /// Whether any code is left, and a prologue still ends with the instruction that represents the program.
    private static boolean fits(Kind kind, Program code) {
        return kind == Kind.EPILOGUE || (code.size() > 1 && code.insns().getLast() instanceof Insn.Exit);
    }

    /// Removes code that was only for this program.
    static ProEpilogue withoutProgram(ProEpilogue generated, String name) {
        var kept = generated
                .map(each -> each.withPrograms(each.programs().stream().filter(program -> !program.equals(name)).toList()));
        for (var each : generated.stream().toList()) {
            if (each.programs().equals(List.of(name))) {
                kept = kept.without(each.kind());
            }
        }
        return kept;
    }

    static ProEpilogue mergedProgram(ProEpilogue generated, String name, String into) {
        return generated.map(each -> each.withPrograms(each.programs().stream().map(program -> program.equals(name) ? into
                : program)
                .distinct().toList()));
    }

    static ProEpilogue mapped(ProEpilogue generated, UnaryOperator<Program> change) {
        return generated.map(each -> each.withCode(change.apply(each.code())));
    }
}
