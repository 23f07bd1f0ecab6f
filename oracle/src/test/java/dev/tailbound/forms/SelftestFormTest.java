package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.text.AsmParser;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelftestFormTest {
    private static final FormSamples SAMPLES = new FormSamples(Forms.byWord("selftest"));

    private static Case sample(String name) {
        return SAMPLES.sample("calls.c").stream().filter(imported -> imported.name().equals(name)).findFirst().orElseThrow()
                .source();
    }

    private static List<Insn> insns(String text, String... maps) {
        return AsmParser.parse("p", text, List.of(maps)).insns();
    }

    /// The instructions of the only function of a text, whose assembly this is.
    private static List<Insn> insns(String declarations, String assembly, String operands) {
        return SAMPLES.only("%s\nSEC(\"tc\") __naked int f(void) { asm volatile (\"%s\" :: %s); }".formatted(declarations,
                assembly, operands)).entryProgram().insns();
    }

    @Test
    void each_function_with_a_section_is_a_case() {
        assertThat(SAMPLES.sample("calls.c")).extracting(Imported::name).containsExactly("round", "weigh", "unset");
    }

    @Test
    void called_functions_become_subprograms_and_slots_programs() {
        var round = sample("round");

        assertThat(round.programs()).extracting(Program::name).containsExactly("round", "leaf", "again");
        assertThat(round.entryProgram().insns()).isEqualTo(insns("""
                r6 = r1; r7 = 6; r8 = 0
                again: r1 = 1; call twice; r8 += r0; r7 -= 1
                if r7 != 0 goto again
                if r8 == 12 goto on
                r0 = -1; exit
                on: r3 = 0; r1 = r6; r2 = map[jumps] ll; call bpf_tail_call; r0 = 100; r0 %= 7; exit
                twice: r0 = r1; r0 += r1; exit
                """, "jumps"));
        assertThat(round.programs().get(1).insns()).isEqualTo(insns("r0 = 7; exit"));
        assertThat(round.maps()).singleElement()
                .isEqualTo(new BpfMap.ProgArray("jumps", 3, new TreeMap<>(Map.of(0, "leaf", 2, "again"))));
        assertThat(round.comment()).startsWith("round and out: a loop, a call, and a slot");
    }

    @Test
    void the_oracle_gives_what_the_tags_expect() {
        for (var name : List.of("round", "weigh")) {
            var source = sample(name);
            try (var oracle = new Interpreter()) {
                var outcome = oracle.outcome(((Verdict.Accepted) Verifier.verify(source)).verified());
                var r0 = (int) ((Outcome.Returned) outcome).observation().r0();
                assertThat(source.expectation()).isEqualTo(Expectation.ofRetval(r0));
            }
        }
    }

    @Test
    void maps_have_the_sizes_of_their_types_and_variables_their_values() {
        var maps = sample("weigh").maps();
        assertThat(maps).extracting(BpfMap::name).containsExactly("weights", "pairs");
        assertThat(((BpfMap.Array) maps.get(0)).init().get(0).toHex()).isEqualTo("01000000feffffff03000000");
        assertThat(((BpfMap.Array) maps.get(1)).valueSize()).isEqualTo(16);
        assertThat(maps.get(1).entries()).isEqualTo(2);
    }

    @Test
    void a_failure_expects_what_our_verifier_says_as_well() {
        var unset = sample("unset");
        assertThat(unset.expectation()).isEqualTo(Expectation.ofRejection("!read_ok"));
        assertThat(unset.comment()).contains("guess: the context is a struct __sk_buff, not that of SEC(\"xdp\")");
    }

    @Test
    void functions_of_compiled_c_are_named_as_left_out() {
        assertThat(sample("round").comment()).contains("left out: 'compiled': calls.c:")
                .contains("expected inline assembly, or the return of a constant, in the function compiled");
    }

    @Test
    void auxiliary_functions_are_entered_by_name() {
        assertThatThrownBy(() -> SAMPLES.read("t", "SEC(\"tc\") __naked int f(void) { asm(\"exit\"); }", Optional.of("g")))
                .isInstanceOf(BadInput.class).hasMessage("t: --program: expected one of f, found 'g'");
        var text = "SEC(\"tc\") __naked int f(void) { asm(\"exit\"); } SEC(\"tc\") __auxiliary __naked int g(void) { asm(\"r0 = 1; exit\"); }";
        assertThat(SAMPLES.read("t", text, Optional.of("g")).getFirst().source().entryProgram().name()).isEqualTo("g");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', textBlock = """
            BPF_MOV64_REG(BPF_REG_1, BPF_REG_2)                             @ r1 = r2
            BPF_RAW_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1)      @ call pc+1
            BPF_JMP_IMM(BPF_JSLE, BPF_REG_1, -7, 1)                         @ if r1 s<= -7 goto +1
            BPF_JMP32_A(1)                                                  @ gotol +1
            BPF_JMP_A(-1)                                                   @ goto -1
            BPF_EMIT_CALL(BPF_FUNC_ktime_get_ns)                            @ call bpf_ktime_get_ns
            BPF_LDX_MEMSX(BPF_H, BPF_REG_1, BPF_REG_10, -2)                 @ r1 = *(s16 *)(r10 - 2)
            """)
    void an_instruction_may_be_a_number(String macro, String text) {
        assertThat(insns("", ".8byte %[insn]; r0 = 0; exit", "__imm_insn(insn, %s)".formatted(macro)))
                .isEqualTo(insns(text + "; r0 = 0; exit"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@',
            textBlock = """
                    r0 = %[n]; exit                           @ __imm_const(n, -3)                  @ r0 = -3; exit
                    *(u8*)(r1 + %[n]) = r0; exit              @ __imm_const(n, -8)                  @ *(u8 *)(r1 - 8) = r0; exit
                    r0 = %[n]; exit                           @ [n] "i" (sizeof(long))              @ r0 = 8; exit
                    call %[f]; exit                           @ [f]"i"(bpf_ktime_get_ns)            @ call bpf_ktime_get_ns; exit
                    call %[kf_weigh]; exit                    @ __imm(kf_weigh)                     @ call kfunc kf_weigh; exit
                    r0 = 1; /* ; */ r0 = 2; // 3\\nexit       @ __clobber_all                       @ r0 = 1; r0 = 2; exit
                    if r1 == 0 goto 2f; 1: exit; 2: goto 1b   @ __clobber_common, \"r6\"            @ if r1 == 0 goto a; b: exit; a: goto b
                    1: 2: goto 1b; exit                       @ __clobber_all                       @ a: goto a; exit
                    """)
    void operands_and_labels_are_replaced(String assembly, String operands, String text) {
        assertThat(insns("", assembly, operands)).isEqualTo(insns(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@',
            textBlock = """
                    r0 = %[n]; exit           @ __imm_const(m, 1)         @ t:2: '%[n]' is no operand of this asm statement
                    r0 = %0; exit             @ __imm_const(m, 1)         @ t:2: expected %[name], %= or %%, found '%0'
                    r1 = %[m] ll; exit        @ __imm_addr(m)             @ t:2: 'm' is no map or variable that this file defines
                    goto 1f; exit             @ __clobber_all             @ t:2: undefined local label '1f'
                    call bpf_loop; exit       @ __clobber_all             @ t:2: 'bpf_loop' is neither a label of this program nor a known helper
                    .8byte %[i]; exit         @ __imm_insn(i, BPF_LD_IMM64(0, 1)) @ t:2: .8byte with an instruction of two slots is not supported, use 'll'
                    .8byte 0xff; exit         @ __clobber_all             @ t:2: .8byte: opcode 0xff is unknown
                    r0 = 1                    @ __imm_reg(x)              @ t:2: expected __imm, __imm_const, __imm_addr, __imm_ptr or __imm_insn, found '__imm_reg'
                    r0 = 1                    @ [x]"r"(y)                 @ t:2: expected an operand with the constraint "i", found the string 'r'
                    """)
    void what_cannot_be_read_is_one_line(String assembly, String operands, String message) {
        assertThatThrownBy(() -> insns("", assembly, operands)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@',
            textBlock = """
                    __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096);  @ t:1: map m has the type RINGBUF, expected an array, a program array or a hash
                    __uint(type, BPF_MAP_TYPE_ARRAY); __type(value, struct no);     @ t:1: struct no is not defined here, expected its definition
                    __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, N);       @ t:1: unknown constant 'N'
                    """)
    void maps_beyond_reach_are_one_line(String fields, String message) {
        assertThatThrownBy(
                () -> insns("struct { %s } m SEC(\".maps\");".formatted(fields), "r1 = %[m] ll; exit", "__imm_addr(m)"))
                .isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void a_patch_is_read_as_what_it_leaves_behind() {
        var source = SAMPLES.only("""
                From: someone
                Subject: [PATCH] selftests/bpf: (not) a "test

                A { brace that nobody closes.
                ---
                --- /dev/null
                +++ b/progs/one.c
                @@ -0,0 +1,5 @@
                +SEC("tc")
                +__naked int one(void)
                +{
                -	asm volatile ("r0 = 2; exit;");
                +	asm volatile ("r0 = 1; exit;");
                +}
                --\s
                2.40.1
                """);
        assertThat(source.entryProgram().insns()).isEqualTo(insns("r0 = 1; exit"));
    }
}
