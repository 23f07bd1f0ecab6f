package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyzkallerFormTest {
    private static final FormSamples SAMPLES = new FormSamples(Forms.byWord("syzkaller"));

    private static List<Insn> insns(String text, String... maps) {
        return AsmParser.parse("p", text, List.of(maps)).insns();
    }

    private static List<Insn> loaded(int count, String insns) {
        return SAMPLES.only("r0 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x%x, &(0x7f0000000040)=%s, 0x0}, 0x94)\n"
                .formatted(count, insns)).entryProgram().insns();
    }

    @Test
    void the_program_that_is_run_is_entered_and_slots_bring_others() {
        var source = SAMPLES.sample("tail.syz").getFirst().source();

        assertThat(source.programs()).extracting(Program::name).containsExactly("r4", "r2");
        assertThat(source.maps()).containsExactlyInAnyOrder(
                new BpfMap.Array("r1", 8, 2, new TreeMap<>(Map.of(1, Bytes.ofHex("2a")))),
                new BpfMap.ProgArray("r0", 2, new TreeMap<>(Map.of(1, "r2"))));
        assertThat(source.entryProgram().insns()).isEqualTo(insns("""
                r0 = 0x10000000d ll
                r6 = map[r1][8] ll
                r7 = *(u64 *)(r6 + 0)
                if r7 == 42 goto +5
                r8 = r1
                r2 = map[r0] ll
                r3 = 1
                call bpf_tail_call
                r0 |= 6
                exit
                """, "r1", "r0"));
        assertThat(source.programs().get(1).insns()).isEqualTo(insns("r0 = 7; r1 = 0; exit"));
    }

    @Test
    void a_c_reproducer_is_what_it_writes_to_memory() {
        var source = SAMPLES.sample("repro.c").getFirst().source();

        assertThat(source.programs()).extracting(Program::name).containsExactly("r2", "r1");
        assertThat(source.maps()).containsExactly(new BpfMap.ProgArray("r0", 2, new TreeMap<>(Map.of(1, "r1"))));
        assertThat(source.entryProgram().insns())
                .isEqualTo(insns("r2 = map[r0] ll; r3 = 1; call bpf_tail_call; r0 = -1; exit", "r0"));
        assertThat(source.programs().get(1).insns()).isEqualTo(insns("r0 = 7; exit"));
    }

    @Test
    void a_program_is_chosen_by_its_result() {
        var text = """
                r0 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x2, &(0x7f0000000040)="b7000000010000009500"}, 0x94)
                r1 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x2, &(0x7f0000000040)="b7000000020000009500"}, 0x94)
                """;
        assertThat(SAMPLES.read("t", text, Optional.empty())).extracting(Imported::name).containsExactly("r0", "r1");
        assertThat(SAMPLES.read("t", text, Optional.of("r1")).getFirst().source().entryProgram().insns())
                .isEqualTo(insns("r0 = 2; exit"));
    }

    @Test
    void defaults_may_be_left_out() {
        assertThat(loaded(3, "@framed={{}, []}")).isEqualTo(insns("r0 = 0 ll; exit"));
    }

    @Test
    void a_tail_call_is_an_instruction_of_its_own() {
        var text = "@framed={{AUTO, AUTO, AUTO, AUTO, 0x0}, [@tail_call={{AUTO, AUTO, AUTO, AUTO, r9}, AUTO, AUTO, AUTO}], AUTO}";
        assertThat(loaded(8, text))
                .isEqualTo(insns("r0 = 0 ll; r2 = map[r9] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit", "r9"));
    }

    @Test
    void results_in_blobs_are_maps() {
        var text = "ANY=[@ANYBLOB=\"18120000\", @ANYRES32=r3, @ANYBLOB=\"0000000000000000b70000000100000095\"]";
        assertThat(loaded(4, text)).isEqualTo(insns("r2 = map[r3] ll; r0 = 1; exit", "r3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`',
            textBlock = """
                    2 ! "b7"                         ! t:1: the program has 2 instructions, found 1 slots
                    1 ! "b"                          ! t:1: expected pairs of hex digits, found the string 'b'
                    1 ! @raw=[@magic={0x1}]          ! t:1: instruction '@magic' is not supported, expected one of alu, btf_id, call, cb_func, exit, func, generic, initr0, jmp, kfunc, ldst, map, map_fd, map_idx, map_idx_val, map_val, map_value
                    1 ! @raw=[@exit={1, 2, 3, 4, 5}] ! t:1: instruction of 5 fields, expected at most 4
                    1 ! @raw=[@exit={z}]             ! t:1: expected a number, found 'z'
                    1 ! @ringbuf={{}}                ! t:1: expected @framed or @raw instructions, found '@ringbuf'
                    1 ! ANY=[@ANYHEX="00"]           ! t:1: expected ANYBLOB, ANYRES16, ANYRES32 or ANYRES64, found 'ANYHEX'
                    1 ! @raw=[@generic={0xff}]       ! t:1: insn 0: opcode 0xff is unknown
                    """)
    void what_cannot_be_read_is_one_line(int count, String insns, String message) {
        assertThatThrownBy(() -> loaded(count, insns)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void a_map_of_another_type_is_one_line() {
        var text = """
                r0 = bpf$MAP_CREATE(0x0, &(0x7f0000000000)=ANY=[@ANYBLOB="1b00000000000000000000000010"], 0x48)
                r1 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x3, &(0x7f0000000040)=@raw=[@map_fd={0x18, 0x1, 0x1, 0x0, r0}, @exit]}, 0x94)
                """;
        assertThatThrownBy(() -> SAMPLES.only(text)).isInstanceOf(BadInput.class)
                .hasMessage("t:1: map r0 has type 27, expected 2 (array) or 3 (program array)");
    }

    @Test
    void a_load_without_instructions_leaves_the_others() {
        var text = """
                r0 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x2, &(0x7f0000000040)="b7000000010000009500"}, 0x94)
                r1 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x1, 0x2, &(0x7f0000000040)}, 0x94)
                """;
        assertThat(SAMPLES.read("t", text, Optional.empty())).singleElement().satisfies(only -> {
            assertThat(only.name()).isEqualTo("r0");
            assertThat(only.source().comment()).contains(
                    "left out: 'r1': t:2: bpf$PROG_LOAD: the instructions are not stated here");
        });
    }
}
