package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.forms.c.MacroPrinter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.EveryInsn;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MacroFormTest {
    private static final FormSamples SAMPLES = new FormSamples(Forms.byWord("macros"));

    private static Program program(String text, String... maps) {
        return AsmParser.parse("prog", text, List.of(maps));
    }

    private static List<Insn> insns(Case source) {
        return source.entryProgram().insns();
    }

    @Test
    void an_entry_of_test_verifier_is_a_case_with_its_standard_map() {
        var source = SAMPLES.sample("table.c").getFirst();

        assertThat(source.name()).isEqualTo("walk: \"both\" branches");
        assertThat(source.source().entryProgram()).isEqualTo(program("""
                *(u64 *)(r10 - 8) = 0
                r2 = r10
                r2 += -8
                r1 = map[map_array_48b] ll
                call bpf_map_lookup_elem
                if r0 == 0 goto l7
                r0 = *(u32 *)(r0 + 28)
                l7: exit
                """, "map_array_48b"));
        var map = (BpfMap.Array) source.source().maps().getFirst();
        assertThat(map.init().get(0).toHex()).startsWith("1c000000").contains("12efcdab");
        assertThat(source.source().expectation()).isEqualTo(Expectation.ofRetval(0xabcdef12));
    }

    @Test
    void a_standard_program_array_brings_its_programs() {
        var source = SAMPLES.sample("table.c").get(1).source();

        assertThat(source.maps()).singleElement().isInstanceOfSatisfying(BpfMap.ProgArray.class, array -> {
            assertThat(array.entries()).isEqualTo(4);
            assertThat(array.slots()).containsOnlyKeys(0, 1, 2);
        });
        assertThat(source.programs()).extracting(Program::name).containsExactly("prog", "prog1_42", "prog1_loop", "prog1_24");
        assertThat(source.comment()).contains("guess: the context is a struct __sk_buff, not that of BPF_PROG_TYPE_XDP");
        assertThat(source.expectation().retval()).hasValue(41);
    }

    @Test
    void a_rejected_entry_expects_what_our_verifier_says_as_well() {
        assertThat(SAMPLES.sample("table.c").get(2).source().expectation().rejected()).isEqualTo("!read_ok");
    }

    @Test
    void entries_beyond_reach_are_named_in_the_first_case() {
        var cases = SAMPLES.sample("table.c");
        assertThat(cases).hasSize(3);
        assertThat(cases.getFirst().source().comment())
                .contains(
                        "left out: 'walk: with a socket map': table.c:42: .fixup_map_sockmap: maps of this type are not supported");
    }

    @Test
    void a_table_of_test_bpf_has_results_of_32_bits() {
        var cases = SAMPLES.sample("test_bpf.c");
        assertThat(cases).singleElement().satisfies(only -> {
            assertThat(only.name()).isEqualTo("SHIFT: 3 << 4");
            assertThat(only.source().expectation()).isEqualTo(Expectation.ofRetval(0x30));
            assertThat(only.source().comment()).contains("classic BPF (BPF_STMT) is not supported");
        });
    }

    @Test
    void arrays_of_which_one_tail_calls_are_the_programs_of_one_case() {
        var source = SAMPLES.sample("arrays.c").getFirst().source();

        assertThat(source.programs()).extracting(Program::name).containsExactly("caller", "callee");
        assertThat(insns(source)).isEqualTo(program("w3 = 1; r2 = map[m] ll; call bpf_tail_call; r0 = -1; exit", "m").insns());
        assertThat(source.programs().get(1).insns()).isEqualTo(program("r0 = 42; exit").insns());
        assertThat(source.maps()).singleElement().isInstanceOf(BpfMap.ProgArray.class).extracting(BpfMap::name)
                .isEqualTo("self_jmp_table");
    }

    @Test
    void a_list_in_a_mail_needs_no_declaration() {
        var source = SAMPLES.sample("mail.txt").getFirst().source();
        assertThat(insns(source)).isEqualTo(program("""
                r1 = -2147483648
                r1 s/= -1
                if w1 s<= w1 goto end
                call bpf_ktime_get_ns
                end: r0 = r1
                exit
                """).insns());
    }

    @Test
    void a_test_is_chosen_by_its_name() {
        var text = "{ \"a\", .insns = { BPF_EXIT_INSN() } }, { \"b\", .insns = { BPF_MOV64_IMM(0, 7), BPF_EXIT_INSN() } }";
        assertThat(SAMPLES.read("t", text, Optional.of("b"))).singleElement()
                .satisfies(b -> assertThat(insns(b.source())).hasSize(2));
        assertThatThrownBy(() -> SAMPLES.read("t", text, Optional.of("c"))).isInstanceOf(BadInput.class)
                .hasMessage("t: --program: expected one of a, b, found 'c'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~',
            textBlock = """
                    BPF_ALU64_IMM(BPF_LSH, BPF_REG_1, 64)             ~ t:1: insn 0 (r1 <<= 64): shift count 64 is outside 0..63
                    BPF_LD_ABS(BPF_W, 4)                              ~ t:1: insn 0: opcode 0x20 (LD ABS, packet access) is not supported
                    BPF_MOV64_IMM(BPF_REG_11, 4)                      ~ t:1: unknown constant 'BPF_REG_11'
                    BPF_MOV64_IMM(BPF_REG_1)                          ~ t:1: BPF_MOV64_IMM has 1 arguments, expected 2: DST, IMM
                    BPF_MOV64_IMM(BPF_REG_1, 1ULL << 32)              ~ t:1: imm is 0x100000000, expected 32 bits
                    BPF_MOV64_IMM(BPF_REG_1, 1 / 0)                   ~ t:1: division by 0 in a constant expression
                    BPF_EMIT_CALL(BPF_FUNC_skb_load_bytes)            ~ t:1: unknown helper 'BPF_FUNC_skb_load_bytes', expected one of BPF_FUNC_map_lookup_elem, BPF_FUNC_map_update_elem, BPF_FUNC_map_delete_elem, BPF_FUNC_ktime_get_ns, BPF_FUNC_get_prandom_u32, BPF_FUNC_get_smp_processor_id, BPF_FUNC_get_current_task, BPF_FUNC_tail_call, BPF_FUNC_trace
                    BPF_JMP_A(7)                                      ~ t:1: insn 0: target slot 8 is outside 0..0
                    BPF_EXIT_INSN(), BPF_EXIT_INSN(                   ~ t:1: '(' without its closing bracket
                    {.code = 0x95, .reg = 1}                          ~ t:1: expected one of the fields code, dst_reg, src_reg, off, imm, found 'reg'
                    {0x95, 0, 16, 0, 0}                               ~ t:1: src_reg is 16, expected 0..15
                    struct bpf_insn p[] = { }                         ~ t:1: 'p' has no instructions
                    struct bpf_insn p[] = { BPF_MAGIC(1) }            ~ t:1: unknown instruction macro 'BPF_MAGIC'
                    struct bpf_insn p[] = { BPF_EXIT_INSN() 7 }       ~ t:1: expected ',' after an instruction, found '7'
                    {"n", .fill_helper = f, .insns = {}}              ~ t:1: .fill_helper: instructions that code generates are not supported
                    {"n", .insns = {BPF_EXIT_INSN()}, .fixup_prog1 = {0}} ~ t:1: .fixup_prog1: slot 0 is no ld_imm64 of a map
                    """)
    void what_cannot_be_read_is_one_line(String text, String message) {
        assertThatThrownBy(() -> SAMPLES.only(text)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', textBlock = """
            ~0U                                                @ -1
            BPF_REG_ARG2 + 1                                   @ 3
            1 << 31                                            @ -2147483648
            (u8) 0x1ff                                         @ 255
            (__s8) 0xff                                        @ -1
            -1UL >> 63                                         @ 1
            0x80000000 > 0                                     @ 1
            -1 > 0u                                            @ 1
            sizeof(struct test_val) - sizeof(int)              @ 44
            offsetof(struct __sk_buff, cb[1])                  @ 52
            offsetof(struct __sk_buff, data_end)               @ 80
            offsetof(struct __sk_buff, gso_size)               @ 176
            '''A'''                                             @ 65
            BPF_OP(BPF_ALU64 | BPF_XOR | BPF_X)                @ 160
            1 ? 2 : 3                                          @ 2
            010 + 0b11                                         @ 11
            !5 || (3 & 2) == 2                                 @ 1
            """)
    void immediates_are_constant_expressions(String expression, int value) {
        assertThat(insns(SAMPLES.only("BPF_MOV32_IMM(BPF_REG_0, %s), BPF_EXIT_INSN(),".formatted(expression))))
                .isEqualTo(program("w0 = %d; exit".formatted(value)).insns());
    }

    @Test
    void each_instruction_is_read_back_as_it_was_printed() {
        var maps = Stream.iterate(0, i -> i + 1).limit(16).map(i -> "map_" + i).toList();
        EveryInsn.programs().forEach(program -> {
            var text = MacroPrinter.print(program, maps);
            var read = Forms.read(new Source("t", text.getBytes(StandardCharsets.UTF_8)), ImportOptions.NONE).getFirst().source();
            assertThat(withMap0(read.entryProgram())).as(text).isEqualTo(withMap0(program));
        });
    }

    /// The bytes of a program; a map has position 0 in a case that has no other.
    private static byte[] withMap0(Program program) {
        var insns = program.insns().stream().map(insn -> switch (insn) {
            case Insn.LoadMap load -> new Insn.LoadMap(load.dst(), 0);
            case Insn.LoadMapValue load -> new Insn.LoadMapValue(load.dst(), 0, load.off());
            default -> insn;
        }).toList();
        return Encoder.encode(new Program("p", insns));
    }

    @Test
    void nothing_takes_more_than_its_size_allows() {
        // Without limits, the first would take 2^24 evaluations, and the others a stack, a table or a case of that size.
        var doubled = IntStream.range(0, 24).mapToObj(i -> "#define A%d A%d + A%d\n".formatted(i, i + 1, i + 1))
                .collect(Collectors.joining()) + "#define A24 0\n";
        assertThat(insns(SAMPLES.only(doubled + "struct bpf_insn p[] = { BPF_MOV64_IMM(0, A0), BPF_EXIT_INSN() };"))).hasSize(2);
        assertRefused("struct bpf_insn p[] = { BPF_MOV64_IMM(0, %s1%s) };".formatted("(".repeat(100_000), ")".repeat(100_000)),
                "t:1: expression nested more than 64 deep");
        assertRefused("#define A A\nBPF_MOV64_IMM(0, A),", "t:1: 'A' is defined by itself, or by more than 32 definitions");
        assertRefused("{\"n\", .insns = { BPF_EXIT_INSN() } },".repeat(10_001), "t:1: more than 10000 programs");
        assertRefused(IntStream.range(0, 65).mapToObj("BPF_LD_MAP_FD(1, m%d),\n"::formatted).collect(Collectors.joining()),
                "t: 65 maps, expected at most 64");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> SAMPLES.only(text)).isInstanceOf(BadInput.class).hasMessage(message);
    }
}
