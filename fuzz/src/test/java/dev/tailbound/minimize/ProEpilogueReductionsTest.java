package dev.tailbound.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import org.junit.jupiter.api.Test;

/// Prologues and epilogues shrink like programs. A finding here is a text that the case must contain.
class ProEpilogueReductionsTest {
    private static final Case SOURCE = CaseReader.parse("test", """
            -- map unused array value=4 entries=1
            -- map seen array value=8 entries=1
            -- prog entry
                r0 = 1
                exit
            -- prog other
                r0 = 2
                exit
            -- prologue other
                r6 = 5
                if r1 == 0 goto end
                r6 *= 7
                r2 = map[seen][0] ll
                goto end
            end:
            -- epilogue entry other
                r3 = 6
                if r0 == 0 goto out
                r0 *= 3
            out:
                exit
            -- ctx skb
            -- run entry
            """);

    private static String smallestWith(String statement) {
        return CasePrinter.print(new Minimizer(source -> CasePrinter.print(source).contains(statement)).minimize(SOURCE));
    }

    @Test
    void only_one_instruction_of_the_epilogue_is_left() {
        assertThat(smallestWith("r0 *= 3")).isEqualTo("""
                -- prog entry
                    exit
                -- epilogue
                    r0 *= 3
                    exit
                -- ctx skb
                -- run entry
                """);
    }

    @Test
    void a_prologue_keeps_the_start_of_the_program() {
        assertThat(smallestWith("r6 *= 7")).isEqualTo("""
                -- prog other
                    exit
                -- prologue
                    r6 *= 7
                -- ctx skb
                -- run other
                """);
    }

    @Test
    void maps_of_generated_code_are_used_and_renumbered() {
        assertThat(smallestWith("map[seen]")).isEqualTo("""
                -- map seen array value=1 entries=1
                -- prog other
                    exit
                -- prologue
                    r2 = map[seen][0] ll
                -- ctx skb
                -- run other
                """);
    }

    @Test
    void code_for_one_program_is_removed_with_it() {
        assertThat(CaseEdit.withoutProgram(SOURCE, 1).proEpilogue().prologue()).isEmpty();
        assertThat(CaseEdit.withoutProgram(SOURCE, 1).proEpilogue().epilogue().orElseThrow().programs()).containsExactly("entry");
        assertThat(CaseEdit.mergedProgram(SOURCE, 1, "entry").proEpilogue().epilogue().orElseThrow().programs())
                .containsExactly("entry");
    }
}
