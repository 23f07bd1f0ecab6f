package dev.tailbound.forms;

import dev.tailbound.cases.Case;
import dev.tailbound.forms.c.MacroPrinter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.List;

/// Writes a case as an entry of the table `tests` of the kernel's `lib/test_bpf.c`, which [TableTest] reads back to the same program and result.
///
/// That module gives programs to the JIT without the verifier: the verifier's rewrites are missing, such as its guards of divisions.
final class TestBpfWriter {
    private static final int MAX_STACK = 512;
    private static final int MAX_NAME = 60;

    private TestBpfWriter() {}

    /// Throws [BadInput], which has no place, if the table cannot hold a part of the case.
    static String write(Case source) {
        requireHeld(source);
        var program = source.entryProgram();
        int stack = stack(program);
        return "\t{\n\t\t\"%s\",\n\t\t.u.insns_int = {\n%s\t\t},\n\t\tINTERNAL,\n\t\t{ },\n\t\t{ { 0, 0x%x } },\n%s\t},\n"
                .formatted(name(source),
                        MacroPrinter.insns(program, List.of()).indent(0).replaceAll("(?m)^", "\t\t").replaceAll("\t\t$", ""),
                        retval(source), stack == 0 ? "" : "\t\t.stack_depth = %d,\n".formatted(stack));
    }

    private static void requireHeld(Case source) {
        var held = new Held(source, "a test_bpf entry");
        held.oneProgramWithoutMaps();
        var program = source.entryProgram();
        held.that(program.malformed().isEmpty(), "bytes that do not decode");
        held.that(!source.expectation().expectsRejection(), "a program to be rejected, as no verifier runs");
        held.that(program.insns().stream().noneMatch(Insn.Call.class::isInstance), "subprograms");
        held.that(program.insns().stream().noneMatch(Insn.CallHelper.class::isInstance), "calls of helpers");
        held.that(!ContextUse.mayRead(program), "reads of the context, which differs there");
        held.that(program.insns().stream().noneMatch(TestBpfWriter::isGuarded),
                "divisions by a register, as no verifier guards them");
        held.that(source.expectation().r0().isPresent() || source.expectation().retval().isPresent(),
                "a case without the expected result");
    }

    /// The verifier inserts checks for division by zero, and by -1, before them.
    private static boolean isGuarded(Insn insn) {
        return insn instanceof Insn.Alu(_, var op, _, Reg _) && switch (op) {
            case DIV, MOD, SDIV, SMOD -> true;
            case ADD, SUB, MUL, OR, AND, LSH, RSH, XOR, ARSH -> false;
        };
    }

    /// Bytes of stack: down to the lowest access relative to R10, or all of it if R10 is used otherwise.
    private static int stack(Program program) {
        int depth = 0;
        for (var insn : program.insns()) {
            depth = Math.max(depth, switch (insn) {
                case Insn.Load i when i.base() == Reg.R10 -> -i.off();
                case Insn.Store i when i.base() == Reg.R10 && i.src() != Reg.R10 -> -i.off();
                case Insn.LoadAcquire i when i.base() == Reg.R10 -> -i.off();
                case Insn.StoreRelease i when i.base() == Reg.R10 && i.src() != Reg.R10 -> -i.off();
                case Insn.Atomic i when i.base() == Reg.R10 && i.src() != Reg.R10 -> -i.off();
                case Insn other -> (other.reads() & Reg.R10.bit()) != 0 ? MAX_STACK : 0;
            });
        }
        return depth;
    }

    private static int retval(Case source) {
        var expected = source.expectation();
        return expected.retval().orElseGet(() -> (int) expected.r0().orElseThrow());
    }

    /// The first line of the comment, or the entry program's name.
    private static String name(Case source) {
        var title = source.comment().lines().findFirst().filter(line -> !line.isBlank()).orElse(source.entry());
        var plain = title.replaceAll("[^ -~]|[\"\\\\?]", "");
        return plain.length() > MAX_NAME ? plain.substring(0, MAX_NAME).strip() : plain;
    }
}
