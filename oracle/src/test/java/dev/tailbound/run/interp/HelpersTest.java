package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Environment;
import dev.tailbound.isa.Helper;
import dev.tailbound.run.Observation.HelperCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HelpersTest {

    /// Calls a map helper with a key and a value of 0x2a bytes; `m` has three values of 11 bytes at a stride of 16.
    private static Scenario onMap(String helper, int key, String flags, String rest) {
        return Scenario.entry("""
                r0 = 0x2a2a2a2a2a2a2a2a ll; *(u64 *)(r10 - 24) = r0; *(u64 *)(r10 - 16) = r0
                *(u32 *)(r10 - 4) = %d
                r1 = map[m] ll; r2 = r10; r2 += -4; r3 = r10; r3 += -24; r4 = %s ll
                call %s
                %s
                exit""".formatted(key, flags, helper, rest)).array("m", 11, 3).progArray("jmp", 1, Map.of());
    }

    @ParameterizedTest
    @CsvSource({ "0, 0", "1, 11", "2, 22" })
    void lookup_returns_the_address_of_the_value(int key, int offset) {
        var found = onMap("bpf_map_lookup_elem", key, "0",
                "if r0 == 0 goto none; *(u8 *)(r0 + 0) = 1; *(u8 *)(r0 + 10) = 2; r0 = 7\nnone:").returns();
        assertThat(found.r0()).isEqualTo(7);
        assertThat(found.maps().getFirst().toHex())
                .isEqualTo("00".repeat(offset) + "01" + "00".repeat(9) + "02" + "00".repeat(22 - offset));
        assertThat(onMap("bpf_map_lookup_elem", key, "0", "r0 = *(u8 *)(r0 + 11)").traps()).startsWith("MEMORY");
    }

    @ParameterizedTest
    @ValueSource(ints = { 3, -1, Integer.MIN_VALUE, Integer.MAX_VALUE })
    void lookup_out_of_range_returns_null(int key) {
        assertThat(onMap("bpf_map_lookup_elem", key, "0", "").returns().r0()).isZero();
    }

    /// The order of the checks in the kernel's array_map_update_elem: unknown flags, key, BPF_NOEXIST, BPF_F_LOCK.
    @ParameterizedTest
    @CsvSource(textBlock = """
            0,          0,   0
            2,          0,   0
            1,          2,   0
            0,          1, -17
            0,          3, -22
            0,          4, -22
            0,          5, -17
            0,          6, -22
            0,          8, -22
            0, 0x100000000, -22
            0, 0xffffffffffffffff, -22
            3,          0,  -7
            3,          1,  -7
            3,          2,  -7
            3,          3, -22
            3,          4,  -7
            -1,         0,  -7
            """)
    void update_returns_the_kernels_results(int key, String flags, long result) {
        var observation = onMap("bpf_map_update_elem", key, flags, "").returns();
        assertThat(observation.r0()).isEqualTo(result);
        var expected = result == 0 ? "00".repeat(11 * key) + "2a".repeat(11) + "00".repeat(22 - 11 * key) : "00".repeat(33);
        assertThat(observation.maps().getFirst()).isEqualTo(Bytes.ofHex(expected));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 2, 3 })
    void delete_is_refused(int key) {
        assertThat(onMap("bpf_map_delete_elem", key, "0", "").returns().r0()).isEqualTo(-22);
    }

    @ParameterizedTest
    @ValueSource(strings = { "bpf_map_lookup_elem", "bpf_map_update_elem", "bpf_map_delete_elem" })
    void map_helpers_require_an_array(String helper) {
        var body = "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r3 = r10; r4 = 0; r1 = %s; call %s; exit";
        assertThat(Scenario.entry(body.formatted("map[jmp] ll", helper)).progArray("jmp", 1, Map.of()).traps())
                .isEqualTo("MEMORY at 0:6: map jmp is a program array, expected an array");
        assertThat(Scenario.entry(body.formatted("map[m][0] ll", helper)).array("m", 8, 1).traps())
                .contains("is not the address of a map");
        assertThat(Scenario.entry(body.formatted("map[m] ll; r1 += 8", helper)).array("m", 8, 1).traps())
                .contains("is not the address of a map");
        assertThat(Scenario.entry(body.formatted("r10", helper)).array("m", 8, 1).traps())
                .contains("is not the address of a map");
    }

    /// The first outputs of SplitMix64 for seed 0 are published: e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f.
    @Test
    void prandom_is_the_upper_half_of_splitmix64() {
        var body = "call bpf_get_prandom_u32; r6 = r0; call bpf_get_prandom_u32; r7 = r0; call bpf_get_prandom_u32; r6 <<= 32; r6 |= r7; %s; exit";
        assertThat(Scenario.entry(body.formatted("r0 = r0")).returns().r0()).isEqualTo(0x06c45d18);
        assertThat(Scenario.entry(body.formatted("r0 = r6")).returns().r0()).isEqualTo(0xe220a839_6e789e6aL);
        assertThat(Scenario.entry(body.formatted("r0 = r6")).environment(new Environment(1, 0, 0)).returns().r0())
                .isNotEqualTo(0xe220a839_6e789e6aL);
    }

    @Test
    void time_and_processor_come_from_the_case_and_restart_with_each_run() {
        var scenario = Scenario.entry(
                "call bpf_ktime_get_ns; r6 = r0; call bpf_ktime_get_ns; r6 *= r0; call bpf_get_smp_processor_id; r0 += r6; exit")
                .environment(new Environment(0, 1000, -1));
        var interpreter = new Interpreter();
        assertThat(scenario.returns(interpreter).r0()).isEqualTo(1000 * 1001 + 0xffff_ffffL);
        assertThat(scenario.returns(interpreter).r0()).isEqualTo(1000 * 1001 + 0xffff_ffffL);
    }

    @Test
    void calls_that_no_kernel_inlines_are_recorded_with_their_scalars() {
        var observation = onMap("bpf_map_update_elem", 0, "2", """
                r1 = map[m] ll; r2 = r10; r2 += -4; call bpf_map_lookup_elem
                r1 = map[m] ll; r2 = r10; r2 += -4; call bpf_map_delete_elem
                r1 = 1; r2 = -2; r3 = 3; r4 = 0xffffffff ll; r5 = 5; call trace
                r6 = r0; call bpf_get_smp_processor_id; r0 = r6""").returns();
        assertThat(observation.r0()).as("result of trace").isZero();
        assertThat(observation.helpers()).containsExactly( //
                new HelperCall(Helper.MAP_UPDATE_ELEM.id(), List.of(2L)), //
                new HelperCall(Helper.MAP_DELETE_ELEM.id(), List.of()), //
                new HelperCall(Helper.TRACE.id(), List.of(1L, -2L, 3L, 0xffff_ffffL, 5L)));
    }

    @Test
    void tail_calls_are_not_recorded() {
        assertThat(Scenario.entry("r2 = map[jmp] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit")
                .progArray("jmp", 1, Map.of(0, "target")).program("target", "r0 = 1; exit").returns().helpers()).isEmpty();
    }

    @Test
    void an_unknown_helper_traps() {
        assertThat(Scenario.entry("call 6; exit").traps()).isEqualTo(
                "EXCEPTION at 0:0: call of helper 6, which no engine offers");
    }
}
