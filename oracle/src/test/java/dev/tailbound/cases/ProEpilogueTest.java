package dev.tailbound.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProEpilogueTest {
    private static final String SAMPLE = """
            -- map seen array value=8 entries=1
            -- module near
            -- prog entry
                r0 = 0
                exit
            -- prog other
                r0 = 1
                exit
            -- prologue
                if r1 == 0 goto end
                r2 = map[seen][0] ll
                goto end
            end:
            -- epilogue entry module=near calls=immediate
            again:
                r0 += 1
                if r0 s< 9 goto again
                exit
            -- ctx skb
            -- run entry
            """;

    @Test
    void sections_are_printed_as_they_were_read() {
        assertThat(CasePrinter.print(parse(SAMPLE))).isEqualTo(SAMPLE);
    }

    @Test
    void a_section_without_names_is_for_all_programs() {
        var generated = parse(SAMPLE).proEpilogue();
        assertThat(generated.prologueOf("entry")).isPresent().isEqualTo(generated.prologueOf("other"));
        assertThat(generated.epilogueOf("entry")).isPresent();
        assertThat(generated.epilogueOf("other")).isEmpty();
    }

    /// The program, the prologue, the jump into the program, the epilogue.
    @Test
    void positions_cover_program_prologue_and_epilogue() {
        var whole = parse(SAMPLE).whole(0);
        assertThat(List.of(whole.entry(), whole.step(), whole.epilogueStart(), whole.insns().size())).containsExactly(2, 5, 6, 9);
        assertThat(whole.insn(2)).isInstanceOfSatisfying(Insn.JumpIf.class, jump -> assertThat(jump.target()).isEqualTo(5));
        assertThat(whole.insn(5)).isEqualTo(new Insn.Jump(false, 0));
        assertThat(whole.insn(7)).isInstanceOfSatisfying(Insn.JumpIf.class, jump -> assertThat(jump.target()).isEqualTo(6));
        assertThat(List.of(whole.place(1), whole.place(4), whole.place(5), whole.place(7))).containsExactly("insn 1",
                "prologue insn 3", "start", "epilogue insn 1");
        assertThat(whole.text(7, List.of("seen"))).isEqualTo("if r0 s< 9 goto again");
    }

    @Test
    void a_program_without_generated_code_is_plain() {
        var plain = parse("-- prog entry\nr0 = 0\nexit\n-- epilogue entry\nexit\n-- prog other\nr0 = 1\nexit\n").whole(1);
        assertThat(plain.isPlain()).isTrue();
        assertThat(plain.entry()).isZero();
        assertThat(plain.insns()).isEqualTo(plain.program().insns());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    -- prologue#                      | demo.case:4: prologue has no instructions
                    -- prologue#end:                  | demo.case:4: prologue has no instructions
                    -- epilogue#                      | demo.case:5: program epilogue has no instructions
                    -- prologue nobody#r2 = 0         | demo.case:4: unknown program 'nobody', expected one of [entry]
                    -- prologue entry entry#r2 = 0    | demo.case:4: prologue names a program twice: [entry, entry]
                    -- epilogue#r0 = x#exit           | demo.case:5: expected a register, a number, a load or an operation, found 'x'
                    -- prologue#goto nowhere          | demo.case:5: undefined label 'nowhere'
                    -- epilogue module=nothing#exit   | demo.case:4: unknown module 'nothing', expected one of []
                    -- epilogue calls=directly#exit   | demo.case:4: calls: expected kfunc or immediate, found 'directly'
                    -- epilogue calls=kfunc entry#exit | demo.case:4: expected module=N, calls=N, found 'entry'
                    -- epilogue route=kfunc#exit      | demo.case:4: expected module=N, calls=N, found 'route=kfunc'
                    -- epilogue#call kfunc nobody#exit | demo.case:5: unknown kfunc 'nobody', expected one of bpf_kfunc_st_ops_inc10
                    -- epilogue#call kfunc kf_note off 3#exit | demo.case:4: epilogue calls kf_note off 3, expected no offset: module=NAME names the module
                    -- epilogue#exit#-- epilogue entry#exit | demo.case:6: '-- epilogue entry' is given twice, first at line 4
                    """)
    void malformed_sections_name_line_and_rule(String section, String message) {
        assertThatThrownBy(() -> parse("-- prog entry\nr0 = 0\nexit\n" + section.replace('#', '\n') + "\n"))
                .isInstanceOf(BadInput.class).hasMessageContaining(message);
    }

    private static Case parse(String text) {
        return CaseReader.parse("demo.case", text);
    }
}
