package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.Verifier;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs attached to functions: execution order, arguments, tail call budgets, and rejected attachments.
class AttachmentTest {

    private static final String ENTRY = """
            -- map own prog_array entries=2
            0: chained
            -- map other prog_array entries=1
            -- prog entry
                r6 = r1
                r2 = 7
                call sub
                r7 = r0
                r1 = r6
                r2 = 8
                call sub
                r0 += r7
                exit
            sub:
                r6 = r2
                r2 = map[other] ll
                r3 = 0
                call bpf_tail_call
                r0 = r6
                exit
            """;

    /// Programs to be attached; the first ones trace a digit and their arguments.
    private static final Map<String, String> PROGRAMS = Map.of(
            "before", "r2 = *(u64 *)(r1 + 8); r1 = 1; r3 = 0; r4 = 0; r5 = 0; call trace; r0 = 0; exit",
            "after", "r2 = *(u64 *)(r1 + 8); r3 = *(u64 *)(r1 + 40); r1 = 2; r4 = 0; r5 = 0; call trace; r0 = 0; exit",
            "late", "r3 = *(u64 *)(r1 + 40); r1 = 3; r2 = 0; r4 = 0; r5 = 0; call trace; r0 = 0; exit",
            "guard", "r0 = *(u64 *)(r1 + 8); r2 = *(u64 *)(r1 + 40); r0 += r2; r0 -= 7; r0 *= 10; exit",
            "chained", "r2 = map[own] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit",
            "extension", "r0 = r2; r0 *= 100; exit");

    /// The entry program calls its subprogram with 7 and with 8 and adds the results.
    private static Case source(String attachments) {
        var source = new StringBuilder(attachments.contains("chained") ? ENTRY : ENTRY.replace("0: chained\n", ""));
        for (var attachment : attachments.split(";", -1)) {
            var words = attachment.strip().split("[ :]+", -1);
            if (words.length > 1 && PROGRAMS.containsKey(words[1]) && source.indexOf("prog " + words[1]) < 0) {
                source.append("-- prog %s\n%s\n".formatted(words[1], PROGRAMS.get(words[1]).replace(';', '\n')));
            }
        }
        return CaseReader.parse("f", "-- attach\n" + attachments.replace(';', '\n') + "\n" + source);
    }

    private static Observation run(String attachments) {
        var verdict = Verifier.verify(source(attachments));
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Returned) new Interpreter().outcome(((Accepted) verdict).verified())).observation();
    }

    private static String traced(Observation seen) {
        return seen.helpers().stream()
                .map(call -> call.scalars().subList(0, 3).stream().map(String::valueOf).collect(Collectors.joining(",")))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "''                                                      | 15  | ''",
            "fentry before: entry sub                                | 15  | 1,7,0 1,8,0",
            "fexit after: entry sub                                  | 15  | 2,7,7 2,8,8",
            "fentry before: entry sub;fexit after: entry sub         | 15  | 1,7,0 2,7,7 1,8,0 2,8,8",
            "fexit after: entry sub;fexit late: entry sub            | 15  | 2,7,7 3,0,7 2,8,8 3,0,8",
            "fexit late: entry sub;fexit after: entry sub            | 15  | 3,0,7 2,7,7 3,0,8 2,8,8",
            // The guard replaces the result of the second call; it returns 0 for the first.
            "fmod_ret guard: entry sub                               | 17  | ''",
            "fmod_ret guard: entry sub;fexit after: entry sub        | 17  | 2,7,7 2,8,10",
            "fexit late: entry                                       | 15  | 3,0,15",
            "freplace extension: entry sub                           | 1500 | ''",
    })
    // @formatter:on
    void programs_run_around_functions(String attachments, long r0, String trace) {
        var seen = run(attachments);
        assertThat(seen.r0()).isEqualTo(r0);
        assertThat(traced(seen)).isEqualTo(trace);
    }

    @Test
    void each_run_of_a_tracing_program_has_its_own_budget() {
        assertThat(run("fentry chained: entry sub").tailCalls()).isEqualTo(2 * 33);
    }

    @Test
    void attachments_are_printed_as_they_are_read() {
        var source = source("fentry before: entry sub;fexit late: entry");
        assertThat(CaseReader.parse("printed", CasePrinter.print(source))).isEqualTo(source);
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "fentry before: entry; fexit before: entry sub  | f:1: program before is attached twice",
            "kprobe before: entry                           | f:2: expected fentry, fmod_ret, fexit, freplace, found 'kprobe'",
            "fentry befor: entry                            | f:2: unknown program 'befor'",
            "fentry before: entri                           | f:2: unknown program 'entri'",
            "fentry before: entry sub sub                   | 'f:2: expected KIND PROGRAM: TARGET [SUBPROGRAM], found ''fentry before: entry sub sub'''",
            "fentry before: entry su                        | f:2: entry has no subprogram 'su'",
    })
    // @formatter:on
    void mistakes_are_named(String attachments, String message) {
        assertThatThrownBy(() -> source(attachments)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "fentry entry: entry                                 | program entry: fentry program cannot be entered by the run",
            "fentry before: entry sub;fexit after: before        | program after: Cannot recursively attach fexit to before, which is fentry",
            "fentry after: entry sub                             | program after insn 1 (r3 = *(u64 *)(r1 + 40)): invalid bpf_context access off=40 size=8: expected reads of 8 bytes at a multiple of 8 below 40",
            "fentry before: entry                                | program before insn 0 (r2 = *(u64 *)(r1 + 8)): invalid bpf_context access off=8 size=8: not initialised at every call of the traced function",
            "fexit guard: entry sub                              | 'program guard insn 5 (exit): At program exit the register R0 has smin=-9223372036854775808 smax=9223372036854775806 should have been in [0, 0]: fexit program'",
            "freplace extension: entry                           | 'program extension: freplace of entry, expected one of its subprograms'",
            "freplace extension: entry sub;fexit after: entry sub | 'program extension: Cannot attach freplace to entry sub, which is in use (EBUSY)'",
    })
    // @formatter:on
    void forbidden_attachments_are_refused(String attachments, String message) {
        assertThat(((Verdict.Rejected) Verifier.verify(source(attachments))).message()).isEqualTo(message);
    }
}
