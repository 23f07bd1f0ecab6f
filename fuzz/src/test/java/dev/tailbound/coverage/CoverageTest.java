package dev.tailbound.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.CaseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {
    private static final String HIERARCHY = """
            -- map counter array value=4 entries=1
            -- map jmp_table prog_array entries=1
            0: entry
            -- prog entry
                r6 = r1
                r1 = map[counter][0] ll
                w2 = 1
                lock *(u32 *)(r1 + 0) += w2
                r1 = r6
                call subprog_tail
                r1 = r6
                call subprog_tail
                r0 = 1
                exit
            subprog_tail:
                r2 = map[jmp_table] ll
                r3 = 0
                call bpf_tail_call
                r0 = 0
                exit
            -- ctx skb
            -- run entry
            """;

    private static Coverage of(String text) {
        var coverage = new Coverage();
        coverage.add(CaseReader.parse("test.case", text));
        return coverage;
    }

    /// A case with one program of these lines.
    private static Coverage ofBody(String... lines) {
        return of("-- map m array value=64 entries=1\n-- map jumps prog_array entries=2\n-- prog entry\n"
                + String.join("\n", lines) + "\n-- ctx skb\n-- run entry\n");
    }

    private static List<Feature> found(Coverage coverage) {
        return Stream.of(Feature.values()).filter(feature -> coverage.cases(feature) > 0).toList();
    }

    private static List<CallKind> besides(Coverage coverage, Feature feature) {
        return Stream.of(CallKind.values()).filter(feature::fits).filter(kind -> coverage.cases(feature, kind) > 0).toList();
    }

    @Test
    void the_hierarchy_is_recognised() {
        assertThat(found(of(HIERARCHY))).containsExactlyInAnyOrder(Feature.NO_STACK, Feature.NO_SAVED_REGISTER,
                Feature.SOME_SAVED_REGISTERS, Feature.ATOMIC, Feature.SELF_SLOT, Feature.CONSTANT_FILLED,
                Feature.TAIL_CALL_DEPTH_1, Feature.CYCLE, Feature.HIERARCHY, Feature.TARGET_WITH_CALLS);
    }

    @Test
    void features_are_counted_with_the_calls_of_their_own_function() {
        var coverage = of(HIERARCHY);
        assertThat(besides(coverage, Feature.ATOMIC)).containsExactly(CallKind.SUBPROGRAM);
        assertThat(besides(coverage, Feature.NO_SAVED_REGISTER)).containsExactly(CallKind.TAIL_CALL_FROM_SUBPROGRAM);
        assertThat(besides(coverage, Feature.NO_STACK)).containsExactly(CallKind.SUBPROGRAM, CallKind.TAIL_CALL_FROM_SUBPROGRAM);
    }

    @Test
    void prologues_and_epilogues_are_recognised() {
        assertThat(found(of(HIERARCHY + "-- prologue\nr2 = 0\n"))).contains(Feature.PROLOGUE).doesNotContain(Feature.EPILOGUE);
        var several = of(
                "-- prog entry\nstart:\nr0 = 0\nif r0 == 1 goto start\nif r0 == 2 goto l\nexit\nl:\nexit\n-- epilogue\nexit\n");
        assertThat(found(several)).contains(Feature.EPILOGUE, Feature.EPILOGUE_OF_EXITS, Feature.START_OVER)
                .doesNotContain(Feature.PROLOGUE, Feature.EXIT_IN_LOOP, Feature.GENERATED_KFUNC, Feature.GENERATED_IMMEDIATE);
        var loop = """
                -- prog entry
                    r0 = 0
                again:
                    r0 += 1
                    if r0 < 3 goto on
                    exit
                on:
                    goto again
                -- epilogue%s
                    r1 = 0
                    call kfunc kf_origin
                    exit
                """;
        assertThat(found(of(loop.formatted("")))).contains(Feature.EXIT_IN_LOOP, Feature.GENERATED_KFUNC);
        assertThat(found(of(loop.formatted(" calls=immediate")))).contains(Feature.GENERATED_IMMEDIATE)
                .doesNotContain(Feature.GENERATED_KFUNC);
    }

    @Test
    void instructions_are_counted_by_shape() {
        var coverage = of(HIERARCHY);
        var counts = Shape.all().stream().filter(shape -> coverage.insns(shape) > 0)
                .collect(Collectors.toMap(Shape::toString, coverage::insns));
        assertThat(counts).containsOnlyKeys("r1 = r2", "r1 = map[m][0] ll", "w1 = 7", "r1 = 7", "lock *(u32 *)(r1 + 0) += w2",
                "call target", "call bpf_tail_call", "r1 = map[m] ll", "exit");
        assertThat(counts).containsEntry("r1 = r2", 3L).containsEntry("r1 = 7", 3L).containsEntry("exit", 2L);
    }

    @Test
    void stack_depths_are_distinguished() {
        assertThat(found(ofBody("*(u8 *)(r10 - 3) = 1", "r0 = 0", "exit"))).contains(Feature.STACK_UNALIGNED, Feature.SLOT_STORE)
                .doesNotContain(Feature.NO_STACK);
        assertThat(found(ofBody("*(u64 *)(r10 - 24) = 1", "r0 = 0", "exit"))).contains(Feature.STACK_MULTIPLE_OF_8);
        assertThat(found(ofBody("*(u64 *)(r10 - 144) = 1", "r0 = 0", "exit"))).contains(Feature.STACK_MULTIPLE_OF_16,
                Feature.STACK_DEEP);
    }

    @Test
    void accessed_objects_are_distinguished() {
        assertThat(found(ofBody("r6 = r1", "r0 = *(u32 *)(r6 + 8)", "*(u32 *)(r6 + 8) = 1", "exit")))
                .contains(Feature.CONTEXT_LOAD, Feature.CONTEXT_STORE).doesNotContain(Feature.VALUE_LOAD);
        assertThat(found(ofBody("*(u64 *)(r10 - 8) = r1", "r2 = *(u64 *)(r10 - 8)", "r0 = *(u32 *)(r2 + 8)", "exit")))
                .as("through a spill").contains(Feature.CONTEXT_LOAD);
        assertThat(found(ofBody("r2 = map[m][0] ll", "r3 = 3", "r2 += r3", "r0 = *(u8 *)(r2 + 0)", "exit")))
                .contains(Feature.VALUE_LOAD, Feature.VARIABLE_OFFSET);
        var callee = ofBody("*(u64 *)(r10 - 8) = 1", "r1 = r10", "r1 += -8", "call sub", "exit", "sub:", "r0 = *(u64 *)(r1 + 0)",
                "exit");
        assertThat(besides(callee, Feature.CALLER_SLOT)).containsExactly(CallKind.NONE);
    }

    @Test
    void indices_are_distinguished() {
        assertThat(found(ofBody("r2 = map[jumps] ll", "r3 = 1", "call bpf_tail_call", "r0 = 0", "exit")))
                .contains(Feature.CONSTANT_EMPTY, Feature.EMPTY_SLOT, Feature.TAIL_CALL_DEPTH_0).doesNotContain(Feature.CYCLE);
        assertThat(found(ofBody("r2 = map[jumps] ll", "r3 = -1", "call bpf_tail_call", "r0 = 0", "exit")))
                .contains(Feature.CONSTANT_OUTSIDE, Feature.CONSTANT_UPPER_BITS);
        assertThat(found(ofBody("r2 = map[jumps] ll", "r3 = 0", "r3 += 1", "call bpf_tail_call", "r0 = 0", "exit")))
                .contains(Feature.VARIABLE_INDEX).doesNotContain(Feature.CONSTANT_EMPTY);
    }

    @Test
    void long_and_short_jumps_are_distinguished() {
        var padding = "r0 += 1\n".repeat(40);
        assertThat(found(ofBody("r0 = 0", "if r0 == 1 goto l", padding, "l:", "exit"))).contains(Feature.FORWARD_FAR)
                .doesNotContain(Feature.FORWARD_NEAR);
        assertThat(found(ofBody("r0 = 0", "l:", padding, "if r0 == 1 goto l", "exit"))).contains(Feature.BACKWARD_FAR)
                .doesNotContain(Feature.BACKWARD_NEAR);
    }

    @Test
    void counts_add_up() {
        var sum = of(HIERARCHY);
        sum.add(of(HIERARCHY));
        assertThat(sum.cases()).isEqualTo(2);
        assertThat(sum.cases(Feature.HIERARCHY)).isEqualTo(2);
        assertThat(sum.cases(Feature.ATOMIC, CallKind.SUBPROGRAM)).isEqualTo(2);
    }

    @Test
    void impossible_pairs_are_refused() {
        var coverage = new Coverage();
        assertThatThrownBy(() -> coverage.cases(Feature.HIERARCHY, CallKind.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> coverage.cases(Feature.CALLER_SLOT, CallKind.TAIL_CALL_FROM_MAIN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shapes_are_distinct() {
        assertThat(new ArrayList<>(Shape.all())).extracting(Shape::number).doesNotHaveDuplicates();
        assertThat(Shape.all()).extracting(Shape::toString).doesNotHaveDuplicates().hasSize(182);
    }

    private static final String ATTACHED = HIERARCHY.replace("-- ctx skb", """
            -- map tracers prog_array entries=1
            0: target
            -- prog watch
                r2 = map[tracers] ll
                r3 = 0
                call bpf_tail_call
                r0 = 0
                exit
            -- prog target
                r0 = 0
                exit
            -- ctx skb""");

    @Test
    void attached_programs_are_recognised() {
        var traced = of(ATTACHED + "-- attach\nfentry watch: entry subprog_tail\nfexit target: entry\n");
        assertThat(found(traced)).contains(Feature.FENTRY_SITE, Feature.FEXIT_SITE, Feature.TRACING, Feature.ENTRY_SITE,
                Feature.NESTED_TAIL_CALL, Feature.NESTED_IN_CHAIN).doesNotContain(Feature.REPLACED, Feature.SEVERAL_ATTACHED);
        assertThat(besides(traced, Feature.FENTRY_SITE)).containsExactly(CallKind.TAIL_CALL_FROM_SUBPROGRAM);
        assertThat(besides(traced, Feature.FEXIT_SITE)).containsExactly(CallKind.SUBPROGRAM);
        assertThat(found(of(ATTACHED + "-- attach\nfreplace watch: entry subprog_tail\n")))
                .contains(Feature.REPLACED, Feature.EXTENSION).doesNotContain(Feature.TRACING);
        assertThat(found(of(ATTACHED + "-- attach\nfmod_ret watch: entry subprog_tail\nfmod_ret target: entry subprog_tail\n")))
                .contains(Feature.FMOD_RET_SITE, Feature.SEVERAL_ATTACHED);
    }

    @Test
    void slots_that_change_are_recognised() {
        var events = "-- events\n";
        var cleared = of(HIERARCHY + events + "before entry 13: jmp_table[0] =\n");
        assertThat(found(cleared)).contains(Feature.SLOT_CLEARED, Feature.EVENT, Feature.EVENT_IN_SUBPROGRAM,
                Feature.DIRECT_CHANGED).doesNotContain(Feature.SLOT_FILLED, Feature.SLOT_CHANGED_AGAIN);
        assertThat(besides(cleared, Feature.EVENT)).containsExactly(CallKind.TAIL_CALL_FROM_SUBPROGRAM);
        assertThat(found(of(HIERARCHY + events + "in helper 1: jmp_table[0] =\nin helper 1: jmp_table[0] = entry\n")))
                .contains(Feature.SLOT_CLEARED, Feature.SLOT_FILLED, Feature.SLOT_CHANGED_AGAIN, Feature.EVENT_IN_HELPER)
                .doesNotContain(Feature.EVENT);
        assertThat(found(of(ATTACHED + events + "in helper 1: jmp_table[0] = target\n"))).contains(Feature.SLOT_REPLACED);
    }

    @Test
    void spilled_addresses_variable_slots_and_very_long_jumps_are_recognised() {
        assertThat(found(ofBody("r1 = map[m][0] ll", "*(u64 *)(r10 - 8) = r1", "r2 = *(u64 *)(r10 - 8)", "r0 = 0", "exit")))
                .contains(Feature.SPILLED_POINTER).doesNotContain(Feature.VARIABLE_SLOT);
        assertThat(found(ofBody("r2 = *(u32 *)(r1 + 0)", "r2 &= 7", "r3 = r10", "r3 += r2", "r0 = 0", "exit")))
                .contains(Feature.VARIABLE_SLOT).doesNotContain(Feature.SPILLED_POINTER);
        var padding = "r0 += 1\n".repeat(420);
        assertThat(found(ofBody("r0 = 0", "if r1 == 0 goto out", padding + "out:", "exit"))).contains(Feature.FORWARD_FAR,
                Feature.FORWARD_VERY_FAR);
        assertThat(found(ofBody("r0 = 0", "if r1 == 0 goto out", padding.substring(8 * 40) + "out:", "exit")))
                .contains(Feature.FORWARD_FAR).doesNotContain(Feature.FORWARD_VERY_FAR);
    }

    // Sizes

    /// The magnitudes that occur.
    private static List<Integer> magnitudes(Coverage coverage, Measure measure) {
        return IntStream.rangeClosed(0, Integer.SIZE).filter(magnitude -> coverage.occurrences(measure, magnitude) > 0).boxed()
                .toList();
    }

    @Test
    void the_sizes_of_the_hierarchy_are_counted() {
        var coverage = of(HIERARCHY);
        assertThat(coverage.occurrences(Measure.FUNCTION_SLOTS, Measure.magnitude(9))).isEqualTo(1);
        assertThat(coverage.occurrences(Measure.FUNCTION_SLOTS, Measure.magnitude(5))).isEqualTo(1);
        assertThat(magnitudes(coverage, Measure.TAIL_CALL_DEPTH)).containsExactly(1);
        assertThat(magnitudes(coverage, Measure.ARRAY_ENTRIES)).containsExactly(1);
        assertThat(magnitudes(coverage, Measure.CONSTANT_INDEX)).containsExactly(0);
        assertThat(magnitudes(coverage, Measure.JUMP_FORWARD)).isEmpty();
    }

    @Test
    void offsets_and_distances_are_counted_by_magnitude() {
        var coverage = ofBody("r1 = map[m][40] ll", "r0 = *(u64 *)(r1 - 40)", "r1 = *(u8 *)(r1 + 3)", "if r0 > 16 goto end",
                "r0 = 0", "r0 = 1", "end: exit");
        assertThat(magnitudes(coverage, Measure.VALUE_OFFSET)).containsExactly(6);
        assertThat(magnitudes(coverage, Measure.NEGATIVE_OFFSET)).containsExactly(6);
        assertThat(magnitudes(coverage, Measure.OFFSET)).containsExactly(2);
        assertThat(magnitudes(coverage, Measure.JUMP_FORWARD)).containsExactly(2);
        assertThat(magnitudes(coverage, Measure.IMMEDIATE)).containsExactly(0, 1, 5);
    }

    @ParameterizedTest
    @CsvSource({ "0x5555555555555555, 2", "0xaaaaaaaaaaaaaaaa, 2", "0x1111111111111111, 4", "0x0ff00ff00ff00ff0, 16",
        "0x7fffffff, 64",
        "-2, 64", "0x00ff00ff00ff00ff, 16", "0x12345678, 0", "0, 0", "-1, 0" })
    void repeated_rotated_runs_are_counted_by_their_period(String immediate, int period) {
        var coverage = ofBody("r0 = %s ll".formatted(immediate), "exit");
        assertThat(magnitudes(coverage, Measure.PERIOD)).isEqualTo(period == 0 ? List.of() : List.of(Measure.magnitude(period)));
    }

    @Test
    void an_argument_counts_if_it_is_read_before_it_is_written() {
        assertThat(magnitudes(ofBody("r1 = 0", "r4 = 0", "call sub", "exit", "sub: r0 = r3", "r4 = 1", "r0 += r4", "exit"),
                Measure.ARGUMENTS)).containsExactly(2);
    }
}
