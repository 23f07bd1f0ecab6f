package dev.tailbound.run.interp;

import static dev.tailbound.run.TailCallRule.ALL_ATTEMPTS;
import static dev.tailbound.run.TailCallRule.V6_1;
import static dev.tailbound.run.TailCallRule.V6_12;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.run.Observation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tail call programs with results from kernels 6.1 and 6.12, which are the same on x86-64 and arm64.
class TailCallTest {

    /// Increments the 64-bit counter at an offset and exits above a limit, which no correct engine reaches.
    private static String counted(int offset, int limit, String body) {
        return """
                    r6 = r1
                    r1 = map[counter][%d] ll
                    r0 = *(u64 *)(r1 + 0)
                    r0 += 1
                    *(u64 *)(r1 + 0) = r0
                    if r0 > %d goto enough
                    r1 = r6
                %s
                enough:
                    r0 = 0
                    exit
                """.formatted(offset, limit, body);
    }

    private static String tailCall(String map, int index) {
        return "r2 = map[%s] ll; r3 = %d; call bpf_tail_call; ".formatted(map, index);
    }

    /// A subprogram that tail-calls.
    private static String sub(String name, String map, int index) {
        return "%s: %s r0 = 0; exit\n".formatted(name, tailCall(map, index));
    }

    private static final String CHAIN = counted(0, 200, tailCall("jmp", 0) + "r0 = 1; exit");

    private static Scenario scenario(String entry, Map<Integer, String> slots) {
        return Scenario.entry(entry).array("counter", 128, 1).progArray("jmp", 4, slots);
    }

    private static void check(Scenario scenario, long r0, int counter, int counterIn61) {
        assertThat(counter(scenario.returns(new Interpreter(V6_12)), 0)).as("V6_12").isEqualTo(counter);
        assertThat(counter(scenario.returns(new Interpreter(V6_1)), 0)).as("V6_1").isEqualTo(counterIn61);
        assertThat(scenario.returns().r0()).isEqualTo(r0);
    }

    private static long counter(Observation observation, int index) {
        return longAt(observation.maps().getFirst(), index);
    }

    private static long longAt(Bytes bytes, int index) {
        return ByteBuffer.wrap(bytes.toArray()).order(ByteOrder.LITTLE_ENDIAN).getLong(8 * index);
    }

    @Test
    void a_program_tail_calls_itself_33_times() {
        check(scenario(CHAIN, Map.of(0, "entry")), 1, 34, 34);
    }

    /// The JIT of MIPS counts them, in 6.1.176 and 6.12.95; the others do not.
    @Test
    void indices_out_of_range_cost_budget_under_one_rule_only() {
        var entry = counted(0, 100, tailCall("jmp", 9) + "r1 = r6; " + tailCall("jmp", 0) + "r0 = 1; exit");
        check(scenario(entry, Map.of(0, "entry")), 1, 34, 34);
        assertThat(counter(scenario(entry, Map.of(0, "entry")).returns(new Interpreter(ALL_ATTEMPTS)), 0)).isEqualTo(17);
    }

    @Test
    void through_a_subprogram_too() {
        var entry = counted(0, 100, "call sub; r0 = 1; exit") + sub("sub", "jmp", 0);
        check(scenario(entry, Map.of(0, "entry")), 1, 34, 34);
    }

    @Test
    void through_three_levels_of_subprograms_too() {
        var entry = counted(0, 100, "call a; r0 = 1; exit") + "a: call b; r0 = 0; exit\nb: call c; r0 = 0; exit\n"
                + sub("c", "jmp", 0);
        check(scenario(entry, Map.of(0, "entry")), 1, 34, 34);
    }

    @Test
    void calls_of_other_subprograms_do_not_touch_the_count() {
        var entry = counted(0, 100, "call sub; r1 = r6; " + tailCall("jmp", 0) + "r0 = 1; exit") + "sub: r0 = 0; exit";
        check(scenario(entry, Map.of(0, "entry")), 1, 34, 34);
    }

    /// In kernel 6.1 the subprogram's tail calls no longer count after it returns.
    @ParameterizedTest
    @CsvSource({ "100, 131", "5000, 5025" })
    void two_calls_of_a_subprogram_share_one_budget(int limit, int counterIn61) {
        var entry = counted(0, limit, "call sub; r1 = r6; call sub; r0 = 1; exit") + sub("sub", "jmp", 0);
        check(scenario(entry, Map.of(0, "entry")), 1, 34, counterIn61);
    }

    @Test
    void without_a_limit_kernel_6_1_does_not_end() {
        var entry = counted(0, Integer.MAX_VALUE, "call sub; r1 = r6; call sub; r0 = 1; exit") + sub("sub", "jmp", 0);
        var scenario = scenario(entry, Map.of(0, "entry"));
        assertThat(scenario.returns()).satisfies(right -> {
            assertThat(right.r0()).isEqualTo(1);
            assertThat(right.tailCalls()).isEqualTo(33);
        });
        assertThat(scenario.traps(new Interpreter(V6_1, 1_000_000))).startsWith("RUNAWAY");
    }

    @Test
    void two_calls_that_each_start_a_chain_share_one_budget() {
        var entry = "r6 = r1; call sub; r1 = r6; call sub; r0 = 1; exit\n" + sub("sub", "jmp", 0);
        check(scenario(entry, Map.of(0, "chain")).program("chain", CHAIN), 1, 33, 66);
    }

    @Test
    void a_chain_below_a_call_leaves_nothing_for_the_caller() {
        var entry = "r6 = r1; call sub; r1 = r6; " + tailCall("jmp", 0) + "r0 = 1; exit\n" + sub("sub", "jmp", 0);
        check(scenario(entry, Map.of(0, "chain")).program("chain", CHAIN), 1, 33, 66);
    }

    @Test
    void two_programs_tail_call_each_other() {
        var scenario = scenario(counted(0, 200, tailCall("jmp", 1) + "r0 = 1; exit"), Map.of(0, "entry", 1, "other")) //
                .program("other", counted(8, 200, tailCall("jmp", 0) + "r0 = 2; exit"));
        var observation = scenario.returns();
        assertThat(observation.r0()).isEqualTo(2);
        assertThat(counter(observation, 0)).isEqualTo(17);
        assertThat(counter(observation, 1)).isEqualTo(17);
    }

    @Test
    void two_subprograms_with_different_targets() {
        var entry = "r6 = r1; call a; r1 = r6; call b; r0 = 7; exit\n" + sub("a", "jmp", 0) + sub("b", "jmp", 1);
        var scenario = scenario(entry, Map.of(0, "first", 1, "second")) //
                .program("first", counted(0, 200, "call sub; r0 = 0; exit") + sub("sub", "jmp", 0))
                .program("second", counted(8, 200, "call sub; r0 = 0; exit") + sub("sub", "jmp", 1));
        check(scenario, 7, 33, 33);
        assertThat(counter(scenario.returns(), 1)).isZero();
        assertThat(counter(scenario.returns(new Interpreter(V6_1)), 1)).isEqualTo(33);
    }

    @Test
    void two_tables_with_one_target() {
        var target = counted(0, 200, "call a; r1 = r6; call b; r0 = 0; exit") + sub("a", "jmp", 0) + sub("b", "other", 0);
        var scenario = scenario("call sub; r0 = 7; exit\n" + sub("sub", "jmp", 0), Map.of(0, "target")) //
                .progArray("other", 1, Map.of(0, "target")).program("target", target);
        check(scenario, 7, 33, 229);
    }

    /// Slot 1 is empty, index 9 is out of range: only kernel 6.1 counts an empty slot, no kernel counts an index out of range.
    @ParameterizedTest
    @CsvSource(textBlock = """
            1,  1, 33, 32
            1, 10, 33, 23
            1, 32, 33,  1
            1, 33, 33,  0
            1, 40, 33,  0
            9,  1, 33, 33
            9, 10, 33, 33
            9, 33, 33, 33
            9, 40, 33, 33
            -1, 33, 33, 33
            """)
    void failing_tail_calls_leave_this_much_of_the_budget(int index, int attempts, int left, int leftIn61) {
        var entry = "r6 = r1; " + (tailCall("jmp", index) + "r1 = r6; ").repeat(attempts) + tailCall("jmp", 0) + "r0 = 1; exit";
        check(scenario(entry, Map.of(0, "chain")).program("chain", CHAIN), 1, left, leftIn61);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0x0,                80
            0x1,                81
            0x3,                153
            0x4,                153
            0xffffffff,         153
            0x80000000,         153
            0x100000000,        80
            0x100000001,        81
            0xffffffff00000000, 80
            """)
    void the_index_is_the_low_half_unsigned(String index, long r0) {
        var entry = "r3 = %s ll; r2 = map[jmp] ll; call bpf_tail_call; r0 = 153; exit".formatted(index);
        var scenario = scenario(entry, Map.of(0, "a", 1, "b")).program("a", "r0 = 80; exit").program("b", "r0 = 81; exit");
        assertThat(scenario.returns().r0()).isEqualTo(r0);
    }

    @Test
    void a_target_returns_to_the_caller_of_the_subprogram_it_replaced() {
        var entry = """
                r6 = map[counter][0] ll; r7 = 0x707; r8 = 0x808; r9 = 0x909; *(u64 *)(r10 - 8) = 8
                call sub
                *(u64 *)(r6 + 0) = r0; *(u64 *)(r6 + 8) = r7; *(u64 *)(r6 + 16) = r8; *(u64 *)(r6 + 24) = r9
                r1 = *(u64 *)(r10 - 8); *(u64 *)(r6 + 32) = r1
                r0 = 17; exit
                sub: r6 = 1; r7 = 2; r2 = map[jmp] ll; r3 = 0; call bpf_tail_call
                r0 = 34; exit
                """;
        var target = "r6 = 0x1006; r7 = 0x1007; r8 = 0x1008; r9 = 0x1009; *(u64 *)(r10 - 8) = -1; *(u64 *)(r10 - 304) = -1; "
                + "r0 = 0xfedcba9876543210 ll; exit";
        var taken = scenario(entry, Map.of(0, "target")).program("target", target).returns();
        assertThat(taken.r0()).isEqualTo(17);
        assertThat(counter(taken, 0)).as("all 64 bits").isEqualTo(0xfedcba9876543210L);
        assertThat(new long[]{ counter(taken, 1), counter(taken, 2), counter(taken, 3), counter(taken, 4) }) //
                .containsExactly(0x707, 0x808, 0x909, 8);
        assertThat(counter(scenario(entry, Map.of()).returns(), 0)).as("fallen through").isEqualTo(34);
    }

    @Test
    void a_target_starts_with_the_context_alone() {
        var target = "r0 = *(u32 *)(r1 + 0); exit";
        assertThat(scenario(tailCall("jmp", 0) + "r0 = 1; exit", Map.of(0, "target")).program("target", target).returns().r0())
                .isEqualTo(64);
        for (int number : new int[]{ 0, 2, 3, 4, 5, 6, 7, 8, 9 }) {
            var before = "r0 = 0; r4 = 4; r5 = 5; r6 = 6; r7 = 7; r8 = 8; r9 = 9; " + tailCall("jmp", 0) + "r0 = 1; exit";
            var trap = scenario(before, Map.of(0, "target")).program("target", "r0 = r%d; exit".formatted(number)).traps();
            assertThat(trap).isEqualTo("UNINITIALISED at 1:0: r%d is read before it was written", number);
        }
    }

    @Test
    void a_target_of_a_program_with_memory_does_not_get_the_length() {
        var scenario = scenario("r6 = r2; " + tailCall("jmp", 0) + "r0 = 1; exit", Map.of(0, "target")).memory("0102");
        assertThat(scenario.program("target", "r0 = *(u16 *)(r1 + 0); exit").returns().r0()).isEqualTo(0x0201);
        assertThat(scenario.program("target", "r0 = r2; exit").traps()).startsWith("UNINITIALISED at 1:0");
    }

    @Test
    void the_stack_of_a_target_is_undefined_though_its_predecessor_wrote_there() {
        var entry = "*(u64 *)(r10 - 8) = 1; " + tailCall("jmp", 0) + "r0 = 1; exit";
        var verified = scenario(entry, Map.of(0, "target")).program("target", "r0 = *(u64 *)(r10 - 8); exit")
                .readsUnwrittenStack().verified();
        assertThat(new Interpreter().comparability(verified)).isInstanceOfSatisfying(Comparability.Partly.class,
                parts -> assertThat(parts.r0()).isTrue());
    }

    @ParameterizedTest
    @CsvSource({ "r0, UNINITIALISED", "r1, UNINITIALISED", "r2, UNINITIALISED", "r3, UNINITIALISED", "r4, UNINITIALISED",
        "r5, UNINITIALISED" })
    void falling_through_leaves_no_caller_saved_register(String register, String trap) {
        var entry = "r0 = 0; r4 = 4; r5 = 5; %s r6 = %s; r0 = 0; exit".formatted(tailCall("jmp", 3), register);
        assertThat(scenario(entry, Map.of()).traps()).startsWith(trap).endsWith(register + " is read before it was written");
    }

    @Test
    void falling_through_keeps_callee_saved_registers_and_the_stack() {
        var entry = "r6 = 5; *(u64 *)(r10 - 8) = 6; " + tailCall("jmp", 3) + "r0 = *(u64 *)(r10 - 8); r0 += r6; exit";
        assertThat(scenario(entry, Map.of()).returns().r0()).isEqualTo(11);
    }

    @Test
    void arguments_of_the_wrong_kind_trap() {
        assertThat(scenario("r1 = r10; " + tailCall("jmp", 0) + "r0 = 0; exit", Map.of()).traps())
                .startsWith("MEMORY at 0:3: tail call with r1");
        assertThat(scenario("r2 = 0; r3 = 0; call bpf_tail_call; r0 = 0; exit", Map.of()).traps())
                .contains("is not the address of a map");
        assertThat(scenario(tailCall("counter", 0) + "r0 = 0; exit", Map.of()).traps()).contains("map counter is an array");
    }

    @Test
    void calls_nest_8_deep_after_each_tail_call() {
        var calls = "s1: call s2; exit\ns2: call s3; exit\ns3: call s4; exit\ns4: call s5; exit\ns5: call s6; exit\ns6: call s7; exit\n";
        var entry = counted(0, 200, "call s1; r0 += 1; exit") + calls + sub("s7", "jmp", 0);
        var observation = scenario(entry, Map.of(0, "entry")).returns();
        assertThat(observation.r0()).isEqualTo(34);
        assertThat(counter(observation, 0)).isEqualTo(34);
    }
}
