package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.forms.elf.ElfWriter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Objects that are written: what they do, and what they cannot hold.
class ElfWriterTest {
    private static Case written(Case source) {
        return Forms.read(new Source("written.o", ElfWriter.write(source)), ImportOptions.NONE).getFirst().source();
    }

    static Stream<Path> objects() {
        return ElfFormTest.withExpectations();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void an_object_that_is_read_and_written_does_the_same(Path object) {
        var source = ElfObjects.readWithSide(object);
        ElfObjects.check(written(source).withExpectation(source.expectation()));
    }

    @Test
    void a_map_whose_values_are_named_by_address_is_a_section_of_variables() {
        var source = CaseReader.parse("a.case", """
                -- map counter array value=4 entries=1
                0: 07
                -- prog main
                r1 = map[counter][0] ll
                r0 = *(u32 *)(r1 + 0)
                exit
                """);
        assertThat(written(source).maps().getFirst().name()).isEqualTo(".data.counter").isEqualTo(ElfWriter.mapName(source, 0));
    }

    @Test
    void a_chain_of_calls_is_followed_however_deep_it_is() {
        int functions = 20_000;
        var insns = new ArrayList<Insn>();
        for (int i = 1; i < functions; i++) {
            insns.addAll(List.of(new Insn.Call(2 * i), new Insn.Exit()));
        }
        insns.addAll(List.of(new Insn.Mov(Width.W64, Reg.R0, new Imm(0)), new Insn.Exit()));
        var source = new Case("", List.of(), List.of(new Program("main", insns)), "main", Context.Skb.defaults(),
                Environment.DEFAULT, Expectation.NONE);
        assertThat(written(source).programs().getFirst().insns()).isEqualTo(insns);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r1 = map[m] ll                       | contents of map m
            r1 = map[m] ll; r1 = map[m][0] ll    | map m, which has several entries or is handed to helpers, as variables
            r1 = map[wide][8] ll                 | map wide, which has several entries or is handed to helpers, as variables
            call trace                           | calls of trace, which is Tailbound's own
            call kfunc 5                         | calls of unknown kfuncs
            r1 = map[main] ll                    | two symbols with the name main
            """)
    void refuses_what_an_object_cannot_hold(String insns, String what) {
        var source = CaseReader.parse("a.case", """
                -- map %s array value=4 entries=1
                0: 07
                -- map wide array value=4 entries=3
                -- prog main
                %s
                exit
                """.formatted(insns.contains("main") ? "main" : "m", insns.replace("; ", "\n")));
        assertThatThrownBy(() -> ElfWriter.write(source)).isInstanceOf(BadInput.class)
                .hasMessage("an object cannot hold " + what);
    }
}
