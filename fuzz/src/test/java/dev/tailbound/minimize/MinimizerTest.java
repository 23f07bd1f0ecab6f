package dev.tailbound.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import dev.tailbound.text.AsmPrinter;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What minimizing promises whatever the finding is; findings here are texts that a program must contain.
class MinimizerTest {
    private static final List<String> MAPS = List.of("counter", "unused", "table");

    private static final Case SOURCE = new Case("", List.of(
            new BpfMap.Array("counter", 16, 8, new TreeMap<>(Map.of(0, Bytes.ofHex("0102030405060708"), 5, Bytes.ofHex("ff")))),
            new BpfMap.Array("unused", 4, 1, new TreeMap<>()),
            new BpfMap.ProgArray("table", 4, new TreeMap<>(Map.of(0, "entry", 2, "leaf")))),
            List.of(program("entry", """
                        r6 = r1
                        r7 = 1000
                        w7 *= w7
                        if r7 > 5 goto done
                        call sub
                        r1 = map[counter] ll
                        *(u64 *)(r10 - 64) = r7
                        r8 = *(u64 *)(r10 - 64)
                    done:
                        r0 = 7
                        exit
                    sub:
                        r2 = map[table] ll
                        call bpf_tail_call
                        r0 = 0
                        exit
                    """), program("leaf", """
                        r0 = 3
                        exit
                    """)),
            "entry", Context.Skb.defaults(), new Environment(1, 2, 3), Expectation.NONE);

    private static Program program(String name, String text) {
        return AsmParser.parse(name, text, MAPS);
    }

    private static String text(Case source) {
        var names = source.maps().stream().map(BpfMap::name).toList();
        var text = new StringBuilder();
        source.programs().forEach(program -> text.append(AsmPrinter.print(program, names)));
        return text.toString();
    }

    private static Predicate<Case> contains(String statement) {
        return source -> text(source).contains(statement);
    }

    @Test
    void only_what_the_finding_needs_is_left() {
        var smallest = new Minimizer(contains("w7 *= w7")).minimize(SOURCE);
        assertThat(text(smallest)).isEqualTo("    w7 *= w7\n    exit\n");
        assertThat(smallest.maps()).isEmpty();
        assertThat(smallest.programs()).hasSize(1);
        assertThat(smallest.environment()).isEqualTo(Environment.DEFAULT);
    }

    @Test
    void a_map_that_is_used_stays_and_shrinks() {
        var smallest = new Minimizer(contains("map[table]")).minimize(SOURCE);
        assertThat(smallest.maps()).containsExactly(new BpfMap.ProgArray("table", 1, new TreeMap<>()));
    }

    @Test
    void stack_slots_move_to_the_frame_pointer() {
        var smallest = new Minimizer(source -> text(source).contains("*(u64 *)(r10 - ")).minimize(SOURCE);
        assertThat(text(smallest)).isEqualTo("    r8 = *(u64 *)(r10 - 8)\n    exit\n");
    }

    @Test
    void minimizing_again_changes_nothing() {
        for (var statement : List.of("w7 *= w7", "call bpf_tail_call", "goto", "r8 = *", "exit")) {
            var smallest = new Minimizer(contains(statement)).minimize(SOURCE);
            assertThat(new Minimizer(contains(statement)).minimize(smallest)).as(statement).isEqualTo(smallest);
        }
    }

    @Test
    void what_nothing_smaller_shows_is_returned_unchanged() {
        assertThat(new Minimizer(SOURCE::equals).minimize(SOURCE)).isEqualTo(SOURCE);
    }

    @Test
    void every_candidate_of_every_reduction_keeps_branches_inside_the_program() {
        for (var reduction : Reductions.ALL) {
            // Program's constructor refuses any other branch, so making the candidates is the test.
            assertThat(reduction.candidates().of(SOURCE)).as(reduction.name()).isNotEmpty();
        }
    }

    @Test
    void branches_to_deleted_instructions_go_to_the_next_one() {
        var program = program("p", """
                    if r1 == 0 goto out
                    r0 = 1
                out:
                    r0 = 2
                    r0 = 3
                    exit
                """);
        var gone = new BitSet();
        gone.set(2);
        assertThat(ProgramEdit.delete(program, gone)).contains(program("p", """
                    if r1 == 0 goto out
                    r0 = 1
                out:
                    r0 = 3
                    exit
                """));
        gone.set(3, 5);
        assertThat(ProgramEdit.delete(program, gone)).isEmpty();
    }
}
