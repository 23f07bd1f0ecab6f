package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.EveryInsn;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XlatedFormTest {
    private static final List<String> MAPS = List.of("m0", "m1");

    private static Case resource(String file) {
        var source = Imports.resource("xlated/" + file);
        assertThat(Forms.recognized(source)).get().extracting(Form::word).isEqualTo("xlated");
        return Imports.read(source);
    }

    private static Case read(String text) {
        return Imports.read(Imports.source(text));
    }

    @Test
    void a_log_with_subprograms_folds_repeats_and_takes_maps_from_the_state() {
        var source = resource("kernel-6.12.log");
        assertThat(Imports.text(source, 0)).isEqualTo("""
                    r6 = r1
                    r2 = map[jmp_table] ll
                    r3 = 1
                    call bpf_tail_call
                    r1 = map[test.bss][8] ll
                    r0 = *(u32 *)(r1 + 0)
                    if r0 == 5 goto l8
                    r0 = 0
                l8:
                    call subprog_10
                    exit
                subprog_10:
                    r0 = 1
                    exit
                """);
        assertThat(source.maps()).extracting(BpfMap::name).containsExactly("jmp_table", "test.bss");
        assertThat(source.maps().get(0)).isInstanceOf(BpfMap.ProgArray.class);
        assertThat(((BpfMap.Array) source.maps().get(1)).valueSize()).isEqualTo(24);
        assertThat(source.comment()).contains("guess: map test.bss is an array of one value of 24 bytes");
    }

    @Test
    void a_log_of_6_1_with_libbpfs_lines_around_it() {
        var source = resource("kernel-6.1.log");
        assertThat(source.entry()).isEqualTo("count_down");
        assertThat(source.maps()).singleElement().isInstanceOfSatisfying(BpfMap.ProgArray.class,
                array -> assertThat(array.entries()).as("key 11 is used").isEqualTo(12));
        assertThat(Imports.text(source, 0)).contains("if r2 > 3 goto l5").contains("w0 = -1").contains("r3 = 11");
    }

    @Test
    void the_table_of_live_registers_holds_the_instructions_that_the_log_never_reaches() {
        var source = resource("kernel-7.2.log");
        assertThat(source.entryProgram().size()).isEqualTo(10);
        assertThat(Imports.text(source, 0)).contains("r0 = atomic_fetch_add((u64 *)(r10 - 8), r0)")
                .contains("w0 = cmpxchg32_32(r10 - 8, w0, w1)").contains("r0 = (s16)r0").contains("gotol l9");
    }

    @Test
    void bpftool_lists_two_programs_with_functions_bytes_and_source_lines() {
        var source = resource("bpftool.txt");
        assertThat(source.programs()).extracting(Program::name).containsExactly("entry", "second");
        assertThat(source.programs().getFirst().labels()).containsValue("sub");
        assertThat(source.maps()).extracting(BpfMap::name).containsExactly("map_7", "map_9");
        assertThat(Imports.text(source, 0)).contains("r1 = map[map_9][16] ll").contains("call bpf_ktime_get_ns");
        assertThat(source.comment()).contains("guess: the listing shows code after the kernel's rewrites");
    }

    @Test
    void an_option_chooses_the_program_that_is_entered() {
        var options = new ImportOptions(Optional.empty(), Optional.of("second"), List.of(), Optional.empty());
        assertThat(Imports.read(Imports.resource("xlated/bpftool.txt"), options).entry()).isEqualTo("second");
    }

    @Test
    void a_mail_client_has_broken_and_quoted_lines() {
        assertThat(Imports.text(resource("mail.txt"), 0)).isEqualTo("""
                    r1 = 5
                    *(u64 *)(r10 - 8) = r1
                    r1 = atomic_fetch_add((u64 *)(r10 - 8), r1)
                    call bpf_ktime_get_ns
                    r0 = 0
                    exit
                """);
    }

    @Test
    void code_that_the_verifier_of_an_accepted_program_never_reached_is_filled() {
        var source = read("""
                0: (b7) r0 = 0  ; R0_w=0
                1: (55) if r0 != 0x0 goto pc+1  ; R0_w=0
                2: (05) goto pc+2
                5: (95) exit
                processed 4 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
                """);
        assertThat(Imports.text(source, 0)).isEqualTo("""
                    r0 = 0
                    if r0 != 0 goto l3
                    goto l5
                l3:
                    r0 = 0
                    exit
                l5:
                    exit
                """);
        assertThat(source.comment()).contains("guess: the log has no instructions 3..4, which the verifier never reached");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("a refused program is not filled", """
                        0: (b7) r0 = 0
                        1: (55) if r0 != 0x0 goto pc+1
                        2: (95) exit
                        R1 is bad
                        processed 3 insns
                        """, "input:2: expected instruction 3 in the listing, because instruction 1 leads to it"),
                Arguments.of("a gap that control runs into", """
                        0: (b7) r0 = 0
                        2: (95) exit
                        processed 2 insns
                        """, "input:1: expected instruction 1 in the listing, because instruction 0 leads to it"),
                Arguments.of("a gap that nothing runs into", """
                        0: (05) goto pc+1
                        2: (95) exit
                        """, "input:2: expected instruction 1 in the listing"),
                Arguments.of("another instruction of the same number", """
                        0: (b7) r0 = 0
                        1: (b7) r0 = 1
                        1: (b7) r0 = 2
                        2: (95) exit
                        """, "input:3: instruction 1: expected (b7) 'r0 = 1' again, as at line 2, found (b7) 'r0 = 2'"),
                Arguments.of("an opcode of another instruction", """
                        0: (b4) r0 = 0
                        1: (95) exit
                        """, "input:1: instruction 0: expected opcode (b7), which is that of 'r0 = 0', found (b4)"),
                Arguments.of("bytes of another instruction", """
                        0: (b7) r0 = 0
                            b7 00 00 00 01 00 00 00
                        1: (95) exit
                        """, "input:1: instruction 0: expected bytes b700000000000000"),
                Arguments.of("an instruction in the second slot", """
                        0: (18) r0 = 0x1
                        1: (b7) r0 = 0
                        2: (95) exit
                        """, "input:2: expected no instruction 1: it is the second half of the ld_imm64 at 0"),
                Arguments.of("a helper that engines do not have", """
                        0: (85) call bpf_trace_printk#6
                        1: (95) exit
                        """, "input:1: instruction 0: expected a call of one of the helpers bpf_map_lookup_elem"),
                Arguments.of("hidden addresses", """
                        0: (85) call bpf_unspec#0
                        1: (95) exit
                        """, "input:1: instruction 0: expected the name of a helper, found bpf_unspec#0"),
                Arguments.of("a register of the verifier", """
                        0: (bf) r11 = r1
                        1: (95) exit
                        """, "input:1: instruction 0: r11 and r12 are registers of the verifier"),
                Arguments.of("a per-CPU variable", """
                        0: (bf) r0 = &(void __percpu *)(r0)
                        1: (95) exit
                        """, "input:1: instruction 0: only the verifier's rewrites access per-CPU variables"),
                Arguments.of("packet access", """
                        0: (20) r0 = *(u32 *)skb[4]
                        1: (95) exit
                        """, "input:1: instruction 0: packet access"),
                Arguments.of("no instruction", """
                        0: (b7) r0 = 0
                        1: (95) leave
                        """, "input:2"),
                Arguments.of("half an instruction's line", """
                        0: (b7) r0 = 0
                        1: (95
                        """, "input:2: expected an instruction such as '12: (bf) r6 = r1', found '1: (95'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrong(String what, String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(BadInput.class).message().startsWith(message).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/* 0: (b7) r0 = 0 */", "    BPF_MOV64_IMM(0, 0),\n0: (b7) r0 = 0\n",
        "asm volatile (\"\n0: (95) exit\n",
        "from 3 to 7: R0=0", "" })
    void is_not_a_listing(String text) {
        assertThat(Forms.recognized(Imports.source(text)).filter(XlatedForm.class::isInstance)).isEmpty();
    }

    static Stream<Program> printable() {
        return EveryInsn.programs().filter(program -> switch (program.insn(0)) {
            case Insn.CallHelper(int id) -> Helper.byId(id).isPresent();
            case Insn.CallKfunc(int id, _) -> Kfunc.byId(id).isPresent();
            default -> true;
        });
    }

    @Test
    void every_instruction_reads_back_as_printed() {
        assertThat(printable()).hasSizeGreaterThan(1000).allSatisfy(program -> {
            var again = read(XlatedPrinter.print(program, MAPS));
            assertThat(Imports.text(again, 0)).isEqualTo(Imports.text(program, MAPS));
        });
    }
}
