package dev.tailbound.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import org.junit.jupiter.api.Test;

/// An instruction accesses the context on all paths or on none, because context accesses are rewritten.
class ContextPointerTest {
    private static Verdict verify(String body) {
        return Verifier.verify(CaseReader.parse("a.case", "-- prog main\n" + body + "\n"));
    }

    @Test
    void accesses_to_the_context_are_recorded() {
        var verdict = verify("r2 = *(u32 *)(r1 + 8)\n*(u64 *)(r10 - 8) = r2\n*(u32 *)(r1 + 48) = r2\nr0 = 0\nexit");
        assertThat(((Verdict.Accepted) verdict).verified().facts().getFirst().contextAccesses().stream()).containsExactly(0, 2);
    }

    @Test
    void an_instruction_accesses_the_context_on_all_paths_or_none() {
        var verdict = verify("""
                r3 = r10
                r3 += -8
                *(u64 *)(r10 - 8) = 0
                r2 = *(u32 *)(r1 + 0)
                if r2 == 0 goto read
                r1 = r3
                read: r0 = *(u32 *)(r1 + 0)
                exit""");
        assertThat(((Verdict.Rejected) verdict).reason()).contains("same insn cannot be used with different pointers");
    }
}
