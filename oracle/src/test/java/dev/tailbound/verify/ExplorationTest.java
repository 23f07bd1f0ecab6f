package dev.tailbound.verify;

import static dev.tailbound.verify.Programs.entry;
import static dev.tailbound.verify.Programs.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// State pruning: limits the number of explored paths, but never skips a relevant one.
class ExplorationTest {
    private static final String INPUT = "r6 = r1; r9 = *(u32 *)(r6 + 8); r7 = 0; r8 = 0;";

    /// Number of observed instructions, as a measure of work.
    private static int steps(Case source) {
        var met = new ArrayList<Integer>();
        assertThat(Verifier.verify(source, (_, insn, _) -> met.add(insn))).isInstanceOf(Verdict.Accepted.class);
        return met.size();
    }

    @Test
    void numbers_that_do_not_matter_do_not_multiply_paths() {
        // 2^60 combinations if every value of R7 mattered.
        var body = new StringBuilder(INPUT);
        for (int bit = 0; bit < 60; bit++) {
            body.append("r9 = *(u32 *)(r6 + 8); if r9 & 1 goto l%1$d; r7 += %1$d; r8 ^= r7; l%1$d:".formatted(bit));
        }
        assertThat(facts(body + "r0 = r7; r0 += r8; exit").leaksAddresses()).isFalse();
    }

    @Test
    void all_programs_of_a_case_share_a_step_limit() {
        var programs = IntStream.range(0, 9).mapToObj(i -> """
                -- prog p%d
                    r6 = 0
                l:  r6 += 1
                    if r6 != 450000 goto l
                    r0 = 0
                    exit
                """.formatted(i)).collect(Collectors.joining());
        assertThat(Verifier.verify(CaseReader.parse("case", programs))).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.message()).startsWith("program p8 insn ").endsWith(
                        ": the programs of the case are too large together. Processed more than 8000000 insn: too complex"));
    }

    @Test
    void stack_slots_that_are_not_read_do_not_multiply_paths() {
        var body = new StringBuilder(INPUT);
        for (int bit = 0; bit < 60; bit++) {
            body.append("r9 = *(u32 *)(r6 + 8); if r9 & 1 goto l%1$d; *(u64 *)(r10 - %2$d) = %1$d; l%1$d:".formatted(bit, 8 + bit
                    * 8));
        }
        assertThat(facts(body + "r0 = 0; exit").subprograms().getFirst().stackDepth()).isEqualTo(480);
    }

    @Test
    void neither_do_slots_that_were_read_before_the_join() {
        var body = new StringBuilder(INPUT);
        for (int bit = 0; bit < 60; bit++) {
            body.append(
                    "r9 = *(u32 *)(r6 + 8); if r9 & 1 goto l%1$d; *(u64 *)(r10 - %2$d) = r6; r1 = *(u64 *)(r10 - %2$d); l%1$d:"
                            .formatted(bit, 8 + bit * 8));
        }
        assertThat(facts(body + "r0 = 0; exit").subprograms().getFirst().stackDepth()).isEqualTo(480);
    }

    @Test
    void a_number_that_bounds_an_access_later_keeps_paths_apart() {
        assertThat(Verifier.verify(entry(INPUT
                + "r7 = 1; if r9 == 0 goto l; r7 = 16; l: r8 = map[m][0] ll; r8 += r7; r0 = *(u8 *)(r8 + 0); exit")))
                .isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.reason()).contains("off=16"));
        assertThat(Verifier.verify(entry(INPUT
                + "r7 = 16; if r9 == 0 goto l; r7 = 1; l: r8 = map[m][0] ll; r8 += r7; r0 = *(u8 *)(r8 + 0); exit")))
                .isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.reason()).contains("off=16"));
    }

    @Test
    void so_does_one_that_it_was_computed_from() {
        assertThat(Verifier.verify(entry(INPUT + """
                r7 = 2
                if r9 == 0 goto l
                r7 = 1
                l: *(u64 *)(r10 - 8) = r7
                call f
                r1 = *(u64 *)(r10 - 8)
                r1 <<= 3
                r8 = map[m][0] ll
                r8 += r1
                r0 = *(u8 *)(r8 + 0)
                exit
                f: r0 = 0
                exit"""))).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.reason()).contains(
                "off=16"));
    }

    @Test
    void so_does_one_that_decides_a_branch() {
        assertThat(Verifier.verify(
                entry(INPUT + "r7 = 1; if r9 == 0 goto l; r7 = 2; l: r8 = 0; r0 = 0; if r7 == 1 goto k; r0 = r5; k: exit")))
                .isInstanceOfSatisfying(Verdict.Rejected.class,
                        rejected -> assertThat(rejected.reason()).contains("R5 !read_ok"));
    }

    @Test
    void so_does_a_pair_of_copies_bounded_through_one_of_them() {
        assertThat(Verifier.verify(entry(INPUT + """
                r7 = r9
                if r9 == 7 goto l
                r7 = *(u32 *)(r6 + 32)
                l: r0 = 0
                if r9 > 8 goto k
                r8 = map[m][0] ll
                r8 += r7
                r0 = *(u8 *)(r8 + 0)
                k: exit"""))).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> assertThat(rejected.reason()).contains(
                "unbounded"));
    }

    @Test
    void so_do_bytes_written_and_kinds_of_pointers() {
        assertThat(
                facts(INPUT + "if r9 == 0 goto l; *(u64 *)(r10 - 8) = 6; l: r0 = *(u64 *)(r10 - 8); exit").readsUnwrittenStack())
                .isTrue();
        assertThat(Verifier.verify(entry(INPUT + "r7 = r6; if r9 == 0 goto l; r7 = map[p] ll; l: r0 = *(u32 *)(r7 + 0); exit")))
                .isInstanceOf(Verdict.Rejected.class);
        assertThat(Verifier.verify(entry(INPUT + "r7 = map[p] ll; if r9 == 0 goto l; r7 = r6; l: r0 = *(u32 *)(r7 + 0); exit")))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void a_branch_in_a_long_loop_at_most_doubles_the_work() {
        var loop = INPUT
                + "r7 = 2000; l: r9 = *(u32 *)(r6 + 8); if r9 & 1 goto k; r8 += 3; k: r7 -= 1; if r7 != 0 goto l; r0 = r8; exit";
        assertThat(facts(loop).reached().cardinality()).isEqualTo(12);
    }

    @Test
    void a_long_path_ends_although_not_all_its_states_are_kept() {
        assertThat(facts("r0 = 0; l: r0 += 1; if r0 < 200000 goto l; exit").reached().cardinality()).isEqualTo(4);
    }

    @Test
    void code_may_be_laid_out_backwards() {
        assertThat(facts("r0 = 0; goto c; a: r1 = r0; exit; b: r0 = 1; goto a; c: r2 = 1; goto b").reached().cardinality())
                .isEqualTo(8);
    }

    @Test
    void observers_see_every_path() {
        var met = new ArrayList<String>();
        Verifier.verify(entry("r2 = *(u8 *)(r1 + 0); r0 = 100; if r2 > 9 goto l; r0 = r1; l: exit"),
                (program, insn, registers) -> {
                    if (insn == 4) {
                        met.add(program + " " + registers.getFirst());
                    }
                    assertThat(registers).hasSize(11);
                });
        assertThat(met).containsExactly("0 ctx", "0 100");
    }

    @Test
    void dead_registers_are_observed_as_uninitialised() {
        Verifier.verify(entry("r2 = 5; r0 = 1; exit"), (_, insn, registers) -> {
            var claims = registers.stream().filter(value -> value != Uninit.UNINIT).map(Object::toString).toList();
            assertThat(claims).isEqualTo(insn == 2 ? List.of("1") : List.of());
        });
    }

    @Test
    void loops_are_met_in_every_round() {
        assertThat(steps(entry("r0 = 0; l: r0 += 1; if r0 < 10 goto l; exit"))).isEqualTo(1 + 2 * 10 + 1);
    }
}
