package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Objects of clang 14, clang 19 and GCC 12 become the programs that libbpf makes of them.
class ElfFormTest {
    private static final String CLANG = ".clang-19.v4.o";

    private static Path object(String name) {
        return ElfObjects.FOLDER.resolve(name);
    }

    private static Case read(String name, ImportOptions options) {
        return ElfObjects.read(object(name), options);
    }

    private static ImportOptions entering(String program) {
        return new ImportOptions(Optional.empty(), Optional.of(program), List.of(), Optional.empty());
    }

    private static List<String> programs(Case source) {
        return source.programs().stream().map(Program::name).toList();
    }

    static Stream<Path> withExpectations() {
        return ElfObjects.in(ElfObjects.FOLDER).stream().filter(object -> ElfObjects.side(object).isPresent());
    }

    @ParameterizedTest
    @MethodSource("withExpectations")
    void an_object_does_what_its_source_says(Path object) {
        ElfObjects.check(ElfObjects.readWithSide(object));
    }

    @Test
    void every_compiler_is_there() {
        assertThat(withExpectations().map(object -> object.getFileName().toString().split("\\.", 2)[1]).distinct())
                .containsExactly("clang-14.v1.o", "clang-14.v3.o", "clang-19.v2.o", "clang-19.v4.o", "gcc.o");
    }

    @Test
    void subprograms_follow_each_program_in_the_order_in_which_calls_reach_them() {
        var source = read("programs" + CLANG, ImportOptions.NONE);
        assertThat(programs(source)).containsExactly("main_program", "first", "second");
        assertThat(source.entry()).isEqualTo("main_program");
        assertThat(source.programs().getFirst().labels().values()).filteredOn(label -> !label.startsWith("l"))
                .containsExactly("jump", "note", "weigh");
        assertThat(source.programs().getLast().labels().values()).filteredOn(label -> !label.startsWith("l"))
                .containsExactly("note", "weigh");
    }

    @Test
    void slots_of_an_initializer_bring_their_programs_and_other_programs_and_maps_are_left_out() {
        var source = read("programs" + CLANG, ImportOptions.NONE);
        assertThat(source.maps()).extracting(BpfMap::name).containsExactly("chain", "seen");
        assertThat(((BpfMap.ProgArray) source.maps().getFirst()).slots()).isEqualTo(Map.of(0, "first", 3, "second"));
        assertThat(source.comment()).contains(
                "guess: the case enters main_program of the programs first, main_program, prints, second, " + "unrelated",
                "left out, as no slot names them: prints, unrelated");
    }

    @Test
    void another_program_can_be_entered() {
        var source = read("programs" + CLANG, entering("unrelated"));
        assertThat(programs(source)).containsExactly("unrelated", "first", "second");
        assertThat(source.comment()).contains(
                "guess: program unrelated, of type XDP, is given a struct __sk_buff as its context");
    }

    @Test
    void slots_that_options_fill_bring_their_programs() {
        var slots = Stream.of("jmp_table[0]=target0", "jmp_table[1]=target1").map(SlotFill::parse).toList();
        var source = read("filled" + CLANG, new ImportOptions(Optional.empty(), Optional.empty(), slots, Optional.empty()));
        assertThat(programs(source)).containsExactly("entry", "target0", "target1");
        assertThat(((BpfMap.ProgArray) source.maps().getFirst()).slots()).isEqualTo(Map.of(0, "target0", 1, "target1"));
    }

    @Test
    void an_array_that_nothing_fills_says_how_to_fill_it() {
        assertThat(read("filled" + CLANG, ImportOptions.NONE).comment()).contains(
                "guess: map jmp_table is empty; --slot jmp_table[KEY]=PROGRAM fills it",
                "guess: the case enters target0 of the programs");
    }

    @Test
    void global_variables_are_maps_of_their_sections_with_contents() {
        var maps = read("globals" + CLANG, ImportOptions.NONE).maps();
        assertThat(maps).extracting(BpfMap::name).containsExactly("pairs", "hash", ".bss", ".data", ".rodata", ".rodata.cst32");
        assertThat(((BpfMap.Array) maps.get(3)).init().get(0).toHex()).startsWith(
                "05000000" + "0a000000" + "14000000" + "1e000000" + "28000000" + "00000000" + "00000000" + "09000000");
        assertThat(((BpfMap.Array) maps.get(0)).valueSize()).isEqualTo(12);
    }

    @Test
    void a_function_whose_symbol_is_no_name_has_that_of_its_type() {
        assertThat(read("kfuncs" + CLANG, ImportOptions.NONE).programs().getFirst().labels().values()).contains("odd");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    ring_buffer     | map ring is of type RINGBUF, which is not supported: expected an array, a per-CPU array or a program array
                    deletes         | map hash is of type HASH, which is not supported: except with keys of 4 bytes and programs that delete nothing
                    wide_key        | map wide_hash is of type HASH, which is not supported: except with keys of 4 bytes and programs that delete nothing
                    unknown_kfunc   | (function unknown_kfunc, insn 1): 'some_kfunc' is extern and no kfunc that Tailbound knows
                    kernel_variable | (function kernel_variable, insn 0): 'some_variable' is extern (.kconfig or .ksyms), which is not supported
                    callback        | (function callback, insn 1): the address of function 'called_back' (callback) is not supported
                    core            | (function core, insn 0): depends on the kernel's types (CO-RE), which is not supported
                    helper          | program helper: insn 2: helper 6 is not supported, expected one of 1 (bpf_map_lookup_elem)
                    address         | section .data holds addresses, which is not supported
                    nothing         | expected one of the programs ring_buffer, deletes, wide_key, unknown_kfunc, kernel_variable, callback, core, helper
                    """)
    void refuses_what_it_cannot_run(String program, String message) {
        assertThatThrownBy(() -> read("refused" + CLANG, entering(program))).isInstanceOf(BadInput.class)
                .hasMessageStartingWith("refused" + CLANG + ": ").hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    legacy.gcc.o          | map definitions in section maps are not supported, as in libbpf 1.0: expected section .maps
                    big-endian.o          | expected a little-endian object (clang -target bpfel), found byte order 2 (big-endian, not supported yet)
                    """)
    void refuses_other_objects(String name, String message) {
        assertThatThrownBy(() -> read(name, ImportOptions.NONE)).isInstanceOf(BadInput.class).hasMessage(name + ": " + message);
    }
}
