package dev.tailbound.jit.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.jit.Lowered;
import dev.tailbound.text.AsmPrinter;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.Verifier;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadCodeTest {

    @Test
    void a_decided_branch_and_its_skipped_code_are_removed() {
        assertThat(text("""
                r0 = 1
                if r0 == 1 goto taken
                r0 = 2
                exit
                taken: r0 += 1
                exit""")).containsExactly("r0 = 1", "r0 += 1", "exit");
    }

    @Test
    void a_branch_that_is_never_taken_is_removed() {
        assertThat(text("""
                r0 = 1
                if r0 == 2 goto never
                exit
                never: r0 = 3
                exit""")).containsExactly("r0 = 1", "exit");
    }

    /// A single forward pass: the first `goto` becomes empty only after the second is removed.
    @Test
    void a_goto_that_becomes_empty_later_is_kept() {
        assertThat(text("""
                r0 = *(u32 *)(r1 + 0)
                if r0 == 0 goto end
                goto after
                end: goto after
                after: exit""")).containsExactly("r0 = *(u32 *)(r1 + 0)", "if r0 == 0 goto end", "goto end", "exit");
    }

    @Test
    void functions_called_only_by_dead_code_are_removed_and_origins_kept() {
        var lowered = lower("""
                r0 = 0
                if r0 == 0 goto end
                call dead
                end: call live
                exit
                dead: r0 = 1
                exit
                live: r0 = 2
                exit""");
        assertThat(lowered.subprograms()).extracting(function -> function.name() + " " + function.start() + ".." + function.end())
                .containsExactly("main 0..3", "live 3..5");
        assertThat(lowered.origin()).containsExactly(0, 3, 4, 7, 8);
    }

    private static List<String> text(String body) {
        return AsmPrinter.print(lower(body).program(), List.of()).lines().map(String::strip).filter(line -> !line.endsWith(":"))
                .toList();
    }

    private static Lowered lower(String body) {
        var verified = ((Accepted) Verifier.verify(CaseReader.parse("dead.case", "-- prog main\n" + body + "\n"))).verified();
        var source = verified.source();
        return new DeadCode().apply(Passes.ALL.without(Passes.Name.DEAD_CODE).without(Passes.Name.CONTEXT)
                .lowering(Profile.X86_64_V6_12).lower(source, source.entryProgram(), verified.facts().getFirst()));
    }
}
