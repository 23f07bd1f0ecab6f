package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Context;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs can access exactly the objects of their run, under each layout.
class MemoryTest {

    @ParameterizedTest
    @ValueSource(strings = { //
        "*(u8 *)(r10 + 0) = 1", "*(u64 *)(r10 - 7) = 1", "*(u8 *)(r10 - 513) = 1", "*(u64 *)(r10 - 516) = 1", //
        "r2 = 0; *(u8 *)(r2 + 0) = 1", "r2 = -1; *(u8 *)(r2 + 0) = 1", "r2 = *(u8 *)(r10 + 0)", //
        "r2 = map[m] ll; r2 = *(u8 *)(r2 + 0)", "r2 = map[m] ll; *(u8 *)(r2 + 0) = 1", //
        "r2 = map[jmp] ll; r2 = *(u8 *)(r2 + 0)", //
        "r2 = map[m][0] ll; r2 = *(u8 *)(r2 - 1)", "r2 = map[m][0] ll; r2 = *(u8 *)(r2 + 32)", //
        "r2 = map[m][0] ll; r2 = *(u32 *)(r2 + 8)", "r2 = map[m][0] ll; *(u8 *)(r2 + 12) = 1", //
        "r2 = map[m][0] ll; *(u8 *)(r2 + 31) = 1", "r2 = map[m][12] ll; r2 = *(u64 *)(r2 + 0)", //
        "r2 = *(u8 *)(r1 + 16)", "r2 = *(u64 *)(r1 + 0)", "r2 = *(u64 *)(r1 + 64)", "r2 = *(u8 *)(r1 + 192)",
        "r2 = *(u8 *)(r1 - 1)", //
        "*(u32 *)(r1 + 0) = 1", "*(u64 *)(r1 + 4) = 1", //
        "*(u64 *)(r10 - 16) = 0; *(u64 *)(r10 - 8) = 0; r2 = 1; lock *(u64 *)(r10 - 12) += r2", //
        "r2 = map[m][0] ll; r3 = 1; lock *(u32 *)(r2 + 2) += r3", "r2 = *(u32 *)(r1 + 8); r2 = load_acquire((u16 *)(r1 + 9))", //
        "r2 = 0; store_release((u32 *)(r1 + 50), w2)" })
    void is_out_of_bounds(String access) {
        // Two values of 10 bytes at a stride of 16.
        var scenario = Scenario.entry(access + "; r0 = 0; exit").array("m", 10, 2).progArray("jmp", 1, Map.of());
        assertThat(scenario.traps()).startsWith("MEMORY at 0:");
        assertThat(new Interpreter().runUnder(Layouts.HIGH, scenario.verified()).toString()).contains("MEMORY");
    }

    @ParameterizedTest
    @MethodSource("dev.tailbound.run.interp.Layouts#both")
    void accessible_bytes_do_not_overlap(AddressLayout layout) {
        var scenario = Scenario.entry(
                """
                        r2 = map[m][0] ll
                        *(u64 *)(r2 + 0) = 1; *(u16 *)(r2 + 8) = 2; *(u64 *)(r2 + 16) = 3; *(u16 *)(r2 + 24) = 4
                        *(u64 *)(r10 - 8) = 5; *(u64 *)(r10 - 512) = 6; *(u32 *)(r1 + 8) = 7; *(u64 *)(r1 + 60) = 8
                        r0 = *(u64 *)(r2 + 0)
                        r3 = *(u16 *)(r2 + 8); r0 <<= 4; r0 += r3; r3 = *(u64 *)(r2 + 16); r0 <<= 4; r0 += r3; r3 = *(u16 *)(r2 + 24); r0 <<= 4; r0 += r3
                        r3 = *(u64 *)(r10 - 8); r0 <<= 4; r0 += r3; r3 = *(u64 *)(r10 - 512); r0 <<= 4; r0 += r3
                        r3 = *(u32 *)(r1 + 8); r0 <<= 4; r0 += r3; r3 = *(u64 *)(r1 + 60); r0 <<= 4; r0 += r3
                        exit""")
                .array("m", 10, 2);
        var observation = Scenario.observation(new Interpreter().runUnder(layout, scenario.verified()));
        assertThat(observation.r0()).isEqualTo(0x12345678);
        assertThat(observation.maps().getFirst().toHex()).as("without padding")
                .isEqualTo("01000000000000000200" + "03000000000000000400");
    }

    @ParameterizedTest
    @CsvSource({ "0, 64", "8, 0xaabbccdd", "32, 2", "48, 3", "52, 4", "56, 5", "60, 6", "64, 0x80000000", "12, 0", "44, 0",
        "68, 0", "176, 0" })
    void the_context_shows_its_fields(int offset, long value) {
        var skb = new Context.Skb(64, 0xaabbccdd, 2, List.of(3, 4, 5, 6, 0x8000_0000));
        assertThat(Scenario.entry("r0 = *(u32 *)(r1 + %d); exit".formatted(offset)).context(skb).returns().r0()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = { 8, 32, 48, 64 })
    void writable_fields_show_in_the_observation(int offset) {
        var context = Scenario.entry("*(u32 *)(r1 + %d) = -1; r0 = 0; exit".formatted(offset)).returns().context();
        assertThat(context.toHex().substring(2 * offset, 2 * offset + 8)).isEqualTo("ffffffff");
        assertThat(context.toHex().replace("f", "0")).isEqualTo("40" + "00".repeat(Context.Skb.SIZE - 1));
    }

    @Test
    void memory_as_context_ends_where_r2_says() {
        assertThat(Scenario.entry("r0 = r2; r1 += r2; r2 = *(u8 *)(r1 - 1); r0 += r2; exit").memory("010203").returns().r0())
                .isEqualTo(6);
        assertThat(Scenario.entry("r1 += r2; r0 = *(u8 *)(r1 + 0); exit").memory("010203").traps())
                .isEqualTo("MEMORY at 0:1: read of 1 bytes at ctx+3: it has 3 bytes");
        assertThat(Scenario.entry("r0 = *(u8 *)(r1 + 0); exit").memory("").traps()).startsWith("MEMORY");
        assertThat(Scenario.entry("r0 = r2; exit").memory("").returns().r0()).isZero();
    }

    @Test
    void a_callee_reaches_its_callers_stack_by_pointer() {
        var body = "*(u64 *)(r10 - 8) = 7; r1 = r10; call sub; r1 = *(u64 *)(r10 - 8); r0 += r1; exit\n"
                + "sub: r0 = *(u64 *)(r1 - 8); *(u64 *)(r1 - 8) = 30; exit";
        assertThat(Scenario.entry(body).returns().r0()).isEqualTo(37);
    }

    @Test
    void a_stack_is_removed_with_its_frame() {
        var body = "call sub; r0 = *(u64 *)(r0 - 8); exit\nsub: *(u64 *)(r10 - 8) = 1; r0 = r10; exit";
        assertThat(Scenario.entry(body).traps()).startsWith("MEMORY at 0:1");
    }

    @Test
    void pointers_survive_spilling() {
        var body = "*(u64 *)(r10 - 8) = r1; *(u64 *)(r10 - 16) = r10; r2 = *(u64 *)(r10 - 8); r3 = *(u64 *)(r10 - 16); r3 = *(u64 *)(r3 - 8); "
                + "r0 = *(u32 *)(r2 + 0); if r2 == r3 goto same; r0 = 0\nsame: exit";
        assertThat(Scenario.entry(body).returns().r0()).isEqualTo(64);
    }
}
