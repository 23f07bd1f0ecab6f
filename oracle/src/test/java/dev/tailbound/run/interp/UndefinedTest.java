package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading an undefined register ends the run; undefined stack bytes are not comparable.
class UndefinedTest {

    @ParameterizedTest
    @ValueSource(strings = { "r0", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9" })
    void only_the_context_and_the_frame_pointer_are_defined(String register) {
        assertThat(Scenario.entry("r6 = r1; r7 = r10; r0 = 0; exit").returns().r0()).isZero();
        assertThat(Scenario.entry("r1 = %s; r0 = 0; exit".formatted(register)).traps())
                .isEqualTo("UNINITIALISED at 0:0: %s is read before it was written", register);
    }

    /// Each reads r3 through a different operand.
    @ParameterizedTest
    @ValueSource(strings = { "r2 = r3", "r2 += r3", "r3 += r2", "r3 += 1", "w3 ^= w3", "r3 = -r3", "r2 = (s8)r3", "r3 = be16 r3", //
        "if r3 == 0 goto next", "if r2 == r3 goto next", "if w2 & w3 goto next", //
        "r2 = *(u8 *)(r3 + 0)", "*(u8 *)(r3 + 0) = 1", "*(u8 *)(r1 + 48) = w3", //
        "lock *(u64 *)(r3 + 0) += r2", "lock *(u64 *)(r1 + 48) += r3", "r2 = load_acquire((u8 *)(r3 + 0))",
        "store_release((u8 *)(r1 + 48), w3)", "r0 = cmpxchg_64(r1 + 48, r0, r3)" })
    void every_operand_is_read(String insn) {
        assertThat(Scenario.entry("r0 = 0; r2 = 0; %s; next: exit".formatted(insn)).traps())
                .isEqualTo("UNINITIALISED at 0:2: r3 is read before it was written");
    }

    @Test
    void cmpxchg_reads_r0() {
        assertThat(Scenario.entry("r2 = 0; r0 = cmpxchg_64(r1 + 48, r0, r2); exit").traps())
                .startsWith("UNINITIALISED at 0:1: r0");
    }

    @Test
    void exit_reads_r0_only_in_the_main_function() {
        assertThat(Scenario.entry("exit").traps()).startsWith("UNINITIALISED at 0:0: r0");
        assertThat(Scenario.entry("call sub; r0 = 3; exit\nsub: exit").returns().r0()).isEqualTo(3);
    }

    @Test
    void a_result_that_was_not_written_stays_undefined_in_every_caller() {
        assertThat(Scenario.entry("r0 = 7; call sub; exit\nsub: exit").traps()).startsWith("UNINITIALISED at 0:2: r0");
        assertThat(Scenario.entry("call sub; exit\nsub: r0 = 7; call subsub; exit\nsubsub: exit").traps())
                .startsWith("UNINITIALISED at 0:1: r0");
    }

    @ParameterizedTest
    @ValueSource(strings = { "call sub", "call bpf_get_smp_processor_id" })
    void only_r0_of_the_caller_saved_registers_is_defined_after_a_call(String call) {
        var prelude = "r2 = 2; r3 = 3; r4 = 4; r5 = 5; r6 = 6; ";
        var sub = "; exit\nsub: r0 = 1; exit";
        assertThat(Scenario.entry(prelude + call + "; r0 += r6" + sub).returns().r0()).isGreaterThanOrEqualTo(6);
        for (int number = 1; number <= 5; number++) {
            assertThat(Scenario.entry(prelude + call + "; r0 = r" + number + sub).traps())
                    .isEqualTo("UNINITIALISED at 0:6: r%d is read before it was written", number);
        }
    }

    @Test
    void a_callee_has_only_its_arguments() {
        assertThat(Scenario.entry("r1 = 1; r2 = 2; call sub; exit\nsub: r0 = r1; r0 += r2; exit").returns().r0()).isEqualTo(3);
        for (int number : new int[]{ 0, 3, 6, 7, 8, 9 }) {
            var body = "r0 = 0; r1 = 1; r2 = 2; r6 = 6; r7 = 7; r8 = 8; r9 = 9; call sub; exit\nsub: r4 = r" + number
                    + "; r0 = 0; exit";
            assertThat(Scenario.entry(body).traps()).startsWith("UNINITIALISED at 0:9: r" + number);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *(u64 *)(r10 - 8) = 1                         | r0 = *(u64 *)(r10 - 8)  | defined
            *(u64 *)(r10 - 8) = 1                         | r0 = *(u8 *)(r10 - 1)   | defined
            *(u8 *)(r10 - 8) = 1                          | r0 = *(u8 *)(r10 - 8)   | defined
            *(u8 *)(r10 - 8) = 1                          | r0 = *(u8 *)(r10 - 7)   | undefined
            *(u8 *)(r10 - 8) = 1                          | r0 = *(u16 *)(r10 - 8)  | undefined
            *(u32 *)(r10 - 8) = 1                         | r0 = *(u64 *)(r10 - 8)  | undefined
            *(u32 *)(r10 - 8) = 1; *(u32 *)(r10 - 4) = 1  | r0 = *(u64 *)(r10 - 8)  | defined
            *(u64 *)(r10 - 8) = 1                         | r0 = *(u64 *)(r10 - 16) | undefined
            *(u64 *)(r10 - 512) = 1                       | r0 = *(u64 *)(r10 - 512)| defined
            *(u64 *)(r10 - 72) = 1; *(u64 *)(r10 - 64) = 1| r0 = *(u64 *)(r10 - 68) | defined
            *(u64 *)(r10 - 72) = 1                        | r0 = *(u64 *)(r10 - 68) | undefined
            *(u64 *)(r10 - 64) = 1                        | r0 = *(u64 *)(r10 - 68) | undefined
            r2 = 1; *(u64 *)(r10 - 8) = 0                 | lock *(u64 *)(r10 - 8) += r2; r0 = 0 | defined
            r2 = 1; *(u32 *)(r10 - 8) = 0                 | lock *(u64 *)(r10 - 8) += r2; r0 = *(u64 *)(r10 - 8) | undefined
            """)
    void stack_bytes_are_defined_by_writing_them(String write, String read, String expected) {
        var scenario = Scenario.entry("%s; %s; exit".formatted(write, read));
        var verified = scenario.array("m", 8, 1).readsUnwrittenStack().verified();
        var comparability = new Interpreter().comparability(verified);
        assertThat(comparability).isInstanceOf("defined".equals(expected) ? Comparability.Whole.class
                : Comparability.Partly.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r0 = *(u64 *)(r10 - 8); r0 &= 255; r0 >>= 8                                        | Whole[]
            *(u8 *)(r10 - 8) = 1; r0 = *(u64 *)(r10 - 8); r0 &= 255                           | Whole[]
            r0 = *(u8 *)(r10 - 8); if r0 < 256 goto l; r0 = r9; l: r0 = 0                     | Whole[]
            r0 = *(u8 *)(r10 - 8); r0 = 0                                                     | Whole[]
            r0 = *(u8 *)(r10 - 8); if r0 < 8 goto l; l: r0 = 0                                | the condition
            r1 = *(u8 *)(r10 - 8); r2 = r10; r2 += r1; r0 = *(u8 *)(r2 - 256)                 | which memory it uses
            r2 = r10; r2 += -4; r1 = map[m] ll; call bpf_map_lookup_elem; r0 = 0              | the key
            r3 = *(u32 *)(r10 - 8); r2 = map[p] ll; call bpf_tail_call; r0 = 0                | the index
            """)
    void what_is_made_of_unwritten_stack_bytes_is_not_comparable_and_a_way_that_they_decide_is_inconclusive(String body,
            String is) {
        var verified = Scenario.entry(body + "; exit").array("m", 8, 1).progArray("p", 1, Map.of()).readsUnwrittenStack()
                .verified();
        var comparability = new Interpreter().comparability(verified);
        assertThat(comparability.toString()).contains(is.startsWith("Whole") ? is
                : is
                        + " depends on stack bytes that were never written");
    }

    @Test
    void unwritten_stack_bytes_in_a_map_value_are_not_comparable() {
        var verified = Scenario
                .entry("*(u32 *)(r10 - 4) = 0; *(u8 *)(r10 - 15) = 7; r2 = r10; r2 += -4; r3 = r10; r3 += -16; r4 = 0; "
                        + "r1 = map[m] ll; call bpf_map_update_elem; r0 = 0; exit")
                .array("m", 8, 1).readsUnwrittenStack().verified();
        assertThat(new Interpreter().comparability(verified)).isInstanceOfSatisfying(Comparability.Partly.class,
                parts -> assertThat(parts.maps()).containsExactly(BitSet.valueOf(new byte[]{ (byte) 0xfd })));
    }

    @Test
    void a_later_frame_at_the_same_depth_finds_its_stack_undefined() {
        var body = "call a; call b; exit\na: *(u64 *)(r10 - 8) = 1; r0 = 0; exit\nb: r0 = *(u64 *)(r10 - 8); exit";
        assertThat(new Interpreter().comparability(Scenario.entry(body).readsUnwrittenStack().verified()))
                .isInstanceOfSatisfying(Comparability.Partly.class, parts -> assertThat(parts.r0()).isTrue());
    }

    @Test
    void a_later_run_of_the_same_interpreter_finds_everything_undefined() {
        var interpreter = new Interpreter();
        Scenario.entry("r0 = 0; r6 = 6; *(u64 *)(r10 - 8) = 1; exit").returns(interpreter);
        assertThat(Scenario.entry("r0 = r6; exit").traps(interpreter)).startsWith("UNINITIALISED");
        assertThat(Scenario.entry("r0 = *(u64 *)(r10 - 8); exit").returns(interpreter).r0()).isZero();
    }

    @Test
    void a_helper_reads_only_registers_that_are_defined() {
        assertThat(Scenario.entry("r1 = 1; r2 = 2; r3 = 3; r4 = 4; call trace; exit").traps())
                .startsWith("UNINITIALISED at 0:4: r5");
    }
}
