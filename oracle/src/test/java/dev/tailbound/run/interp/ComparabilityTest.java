package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Comparability.Nothing;
import dev.tailbound.run.interp.Comparability.Partly;
import dev.tailbound.run.interp.Comparability.Whole;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparabilityTest {

    private static Comparability of(Scenario scenario) {
        var interpreter = new Interpreter();
        var verified = scenario.leaksAddresses().verified();
        return interpreter.comparability(verified);
    }

    private static Partly partly(Scenario scenario) {
        var comparability = of(scenario);
        assertThat(comparability).isInstanceOf(Partly.class);
        return (Partly) comparability;
    }

    @ParameterizedTest
    @ValueSource(strings = { "r0 = r10", "r0 = r1", "r0 = map[m] ll", "r0 = map[m][8] ll", "w0 = w10", "r0 = r10; r0 &= 8",
        "r0 = r1; r0 >>= 63", "r0 = map[m][0] ll; r0 -= r1", "r0 = r1; r0 *= 2", "r0 = r1; r0 /= 3", "r0 = r1; r0 %= 5",
        "r0 = r10; r0 = -r0", "r0 = r10; r0 ^= 7", "r0 = r10; r0 = bswap64 r0", "r0 = (s8)r10", "r0 = 1; r2 = r10; r0 <<= r2",
        "r0 = r10; r0 |= 15", "r0 = r1; w0 s>>= 3", "*(u64 *)(r10 - 8) = r1; r0 = *(u8 *)(r10 - 5)",
        "*(u64 *)(r10 - 8) = 0; r0 = r10; lock *(u64 *)(r10 - 8) += r0; r0 = *(u64 *)(r10 - 8)",
        "r2 = map[m][0] ll; *(u64 *)(r2 + 0) = r10; r0 = *(u64 *)(r2 + 0); r0 >>= 10; r0 &= 1",
        "*(u64 *)(r10 - 8) = 8; r0 = r1; r2 = 9; r0 = cmpxchg_64(r10 - 8, r0, r2); r0 = *(u64 *)(r10 - 8)",
        "r0 = *(u32 *)(r1 + 76)", "call bpf_get_current_task" })
    void a_result_that_depends_on_addresses_is_not_comparable(String compute) {
        assertThat(partly(Scenario.entry(compute + "\nend: exit").array("m", 16, 1)).r0()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "r0 = 1", "r0 = r10; r0 -= r10", "r0 = r10; r0 ^= r0", "r0 = r10; r0 &= 0", "r0 = r1; r0 <<= 61",
        "r0 = r10; w0 -= w10", "r0 = r10; r0 |= -1", "r0 = r1; r0 *= 0", "r0 = 0; if r10 & 7 goto end; r0 = 1",
        "r0 = 0; if r10 > 0 goto end; r0 = 1", "r0 = 0; r1 &= 0xff; if r1 < 256 goto end; r0 = 1",
        "r2 = r10; r2 += -8; r0 = 0; if r2 s< r10 goto end; r0 = 1", "r0 = *(u32 *)(r1 + 80); r2 = *(u32 *)(r1 + 76); r0 -= r2",
        "*(u64 *)(r10 - 8) = r1; *(u64 *)(r10 - 8) = 0; r0 = *(u64 *)(r10 - 8)", "r0 = r10; r2 = r10; r2 += -8; r0 -= r2",
        "r0 = r1; r0 &= 7", "r0 = 0; if r10 == 0 goto end; r0 = 1", "r0 = 0; if r10 == r1 goto end; r0 = 1",
        "r0 = 1; r2 = map[m] ll; r3 = map[m][0] ll; if r2 != r3 goto end; r0 = 0" })
    void a_result_that_is_equal_at_all_addresses_is_comparable(String compute) {
        assertThat(of(Scenario.entry(compute + "\nend: exit").array("m", 16, 1))).isEqualTo(new Whole());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { //
        "if r10 > r1 goto end            | entry insn 1: the condition depends on an address",
        "if w10 > w1 goto end            | entry insn 1: the condition depends on an address",
        "if w10 == w1 goto end           | entry insn 1: the condition depends on an address",
        "if w10 s> -1 goto end           | entry insn 1: the condition depends on an address",
        "if r1 s> 0 goto end             | entry insn 1: the condition depends on an address",
        "if r1 & 8 goto end              | entry insn 1: the condition depends on an address",
        "if r1 == 8 goto end             | entry insn 1: the condition depends on an address",
        "r2 = r10; r3 = r10; r3 &= 1023; r2 += r3; *(u8 *)(r2 + 0) = 1 | entry insn 5: which memory it uses depends on an address",
        "*(u64 *)(r10 - 8) = r10; r1 = map[m] ll; r2 = r10; r2 += -8; call bpf_map_lookup_elem | entry insn 6: the key depends on an address",
        "r2 = map[jmp] ll; r3 = r10; r3 >>= 9; call bpf_tail_call | entry insn 5: the index depends on an address" })
    void a_path_that_depends_on_addresses_is_not_comparable(String code, String reason) {
        var scenario = Scenario.entry("r0 = 0; " + code + "; r0 = 1\nend: exit").array("m", 16, 1).progArray("jmp", 1, Map.of());
        assertThat(of(scenario)).isEqualTo(new Nothing(reason));
    }

    @Test
    void a_pointer_keeps_its_object_through_memory_and_calls() {
        var body = "*(u64 *)(r10 - 8) = r10; r1 = r10; call sub; r2 = *(u64 *)(r10 - 8); r0 -= r2; exit\nsub: r0 = r1; exit";
        assertThat(of(Scenario.entry(body))).isEqualTo(new Whole());
    }

    @Test
    void the_stack_of_another_call_is_another_object() {
        var body = "call sub; r6 = r0; call sub; r0 -= r6; exit\nsub: r0 = r10; exit";
        assertThat(partly(Scenario.entry(body)).r0()).isTrue();
    }

    @Test
    void an_address_in_a_map_masks_its_whole_word() {
        var parts = partly(Scenario.entry("r2 = map[m][0] ll; *(u64 *)(r2 + 8) = r10; *(u64 *)(r2 + 0) = -1; r0 = 0; exit")
                .array("m", 20, 1));
        assertThat(parts.r0()).isFalse();
        assertThat(parts.maps()).containsExactly(bits(8, 16));
        assertThat(parts.context()).isEqualTo(bits(0, 0));
    }

    @Test
    void an_address_in_the_context_or_in_a_scalar_is_masked() {
        var parts = partly(Scenario.entry(
                "*(u64 *)(r1 + 56) = r10; r2 = r10; r1 = 1; r3 = 3; r4 = 4; r5 = r10; call trace; exit"));
        assertThat(parts.context()).isEqualTo(bits(56, 64));
        var second = bits(1, 2);
        second.set(4);
        assertThat(parts.scalars()).containsExactly(second);
    }

    @Test
    void masked_observations_of_different_layouts_are_equal() {
        var scenario = Scenario.entry("""
                r6 = r1; r7 = map[m][0] ll; *(u64 *)(r7 + 8) = r10; *(u64 *)(r7 + 0) = 5; *(u64 *)(r1 + 48) = r10
                r1 = r10; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; r0 = r10; exit""").array("m", 16, 1).leaksAddresses()
                .verified();
        var interpreter = new Interpreter();
        var low = interpreter.runUnder(AddressLayout.LOW, scenario);
        var high = interpreter.runUnder(Layouts.HIGH, scenario);
        var comparability = interpreter.comparability(scenario);
        var masked = comparability.comparable(Scenario.observation(low));
        assertThat(low).isNotEqualTo(high);
        assertThat(masked).isEqualTo(comparability.comparable(Scenario.observation(high)));
        assertThat(masked.maps().getFirst().toHex()).as("what is comparable stays").isEqualTo("05" + "00".repeat(15));
        assertThat(masked.helpers().getFirst().scalars()).containsExactly(0L, 2L, 3L, 4L, 5L);
    }

    @Test
    void masking_keeps_extra_helper_calls_of_an_engine() {
        var comparability = partly(Scenario.entry("r1 = r10; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; exit"));
        var twice = Scenario.entry("r1 = r10; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; "
                + "r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; exit")
                .returns();
        var masked = comparability.comparable(twice);
        assertThat(masked.helpers()).hasSize(2);
        assertThat(masked.helpers().getLast().scalars()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @ParameterizedTest
    @ValueSource(strings = { "if r10 > r1 goto other; r0 = 0; exit\nother: r0 = *(u64 *)(r10 + 8); exit",
        "if r10 > r1 goto other; r0 = 0; exit\nother: call bpf_get_prandom_u32; exit",
        "if r10 > r1 goto other; r0 = 0; exit\nother: r2 = map[jmp] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit" })
    void a_run_on_another_path_is_not_comparable(String body) {
        var scenario = Scenario.entry(body).progArray("jmp", 1, Map.of(0, "target")).program("target", "r0 = 0; exit");
        assertThat(of(scenario)).isInstanceOf(Nothing.class);
    }

    @Test
    void the_same_trap_is_comparable() {
        assertThat(of(Scenario.entry("r0 = *(u64 *)(r10 + 8); exit"))).isEqualTo(new Whole());
    }

    @Test
    void a_second_run_is_made_only_if_addresses_leak() {
        var runs = new AtomicInteger();
        var interpreter = new Interpreter(TailCallRule.V6_12, 100, (program, insn, registers) -> runs.incrementAndGet());
        var tight = Scenario.entry("r0 = 1; exit").verified();
        interpreter.outcome(tight);
        assertThat(interpreter.comparability(tight)).isEqualTo(new Whole());
        assertThat(runs).hasValue(2);
    }

    @ParameterizedTest
    @MethodSource("dev.tailbound.run.interp.Layouts#both")
    void each_object_has_its_own_window(AddressLayout layout) {
        var lowHalves = new HashSet<Integer>();
        for (int object = 0; object < 1000; object++) {
            long base = layout.base(object);
            assertThat(base & 7).isZero();
            assertThat(lowHalves.add((int) base)).as("low half of %#x", base).isTrue();
            for (long offset : List.of(0L, 1L, 511L, (1L << 28) - 1)) {
                assertThat(layout.objectNear(base + offset)).isEqualTo(object);
            }
        }
        for (long nowhere : new long[]{ 0, -1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE }) {
            assertThat(Long.compareUnsigned(layout.objectNear(nowhere), 1000)).as("%#x", nowhere).isPositive();
        }
    }

    private static BitSet bits(int from, int to) {
        var bits = new BitSet();
        bits.set(from, to);
        return bits;
    }
}
