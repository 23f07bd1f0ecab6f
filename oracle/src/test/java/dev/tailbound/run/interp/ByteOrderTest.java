package dev.tailbound.run.interp;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Reg;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Stepper.Value.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory, conversions and the context of big-endian targets.
class ByteOrderTest {
    private static final long VALUE = 0x8182_8384_8586_8788L;

    /// A store width, a load width and every place at which a load of it lies in the eight bytes around the store.
    static Stream<Arguments> accesses() {
        var sizes = List.of(1, 2, 4, 8);
        return sizes.stream().flatMap(stored -> sizes.stream().flatMap(loaded -> Stream.iterate(0, at -> at + loaded <= 8,
                at -> at + loaded).map(at -> Arguments.of(stored, loaded, at))));
    }

    /// The same through a buffer of the Java library.
    private static long expected(ByteOrder order, int stored, int loaded, int at) {
        var buffer = ByteBuffer.allocate(8).order(order);
        switch (stored) {
            case 1 -> buffer.put(0, (byte) VALUE);
            case 2 -> buffer.putShort(0, (short) VALUE);
            case 4 -> buffer.putInt(0, (int) VALUE);
            default -> buffer.putLong(0, VALUE);
        }
        return switch (loaded) {
            case 1 -> Byte.toUnsignedLong(buffer.get(at));
            case 2 -> Short.toUnsignedLong(buffer.getShort(at));
            case 4 -> Integer.toUnsignedLong(buffer.getInt(at));
            default -> buffer.getLong(at);
        };
    }

    @ParameterizedTest
    @MethodSource("accesses")
    void a_load_in_another_width_sees_the_bytes_of_the_store(int stored, int loaded, int at) {
        for (var order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            for (var memory : List.of("r2 = map[m][0] ll", "r2 = r10; r2 += -8")) {
                var body = "%s; r3 = 0; *(u64 *)(r2 + 0) = r3; r3 = 0x%x ll; *(u%d *)(r2 + 0) = %s3; r0 = *(u%d *)(r2 + %d); exit"
                        .formatted(memory, VALUE, 8 * stored, stored == 8 ? "r" : "w", 8 * loaded, at);
                assertThat(run(Scenario.entry(body).array("m", 8, 1), order).r0()).as("%s: %s", order, body)
                        .isEqualTo(expected(order, stored, loaded, at));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *(u16 *)(r2 + 0) = 0x1234; r0 = *(u8 *)(r2 + 0)                          | 12
            *(u64 *)(r2 + 0) = -2; r0 = *(u8 *)(r2 + 7)                              | fe
            *(u32 *)(r2 + 0) = 0x81020304; r0 = *(s16 *)(r2 + 0)                     | ffffffffffff8102
            w3 = 1; lock *(u32 *)(r2 + 0) += w3; r0 = *(u64 *)(r2 + 0)               | 100000000
            w3 = 1; lock *(u32 *)(r2 + 4) += w3; r0 = *(u64 *)(r2 + 0)               | 1
            w3 = 5; w3 = atomic_fetch_add((u32 *)(r2 + 4), w3); r0 = *(u8 *)(r2 + 7) | 5
            w0 = 0; w3 = 9; w0 = cmpxchg32_32(r2 + 0, w0, w3); r0 = *(u8 *)(r2 + 3)  | 9
            """)
    void immediates_sign_extension_and_atomics_follow_it(String body, String result) {
        var scenario = Scenario.entry("r2 = map[m][0] ll; " + body + "; exit").array("m", 8, 1);
        assertThat(Long.toHexString(run(scenario, BIG_ENDIAN).r0())).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(ints = { 16, 32, 64 })
    void to_le_and_to_be_trade_places(int bits) {
        for (var ops : List.of(List.of("le", "be"), List.of("be", "le"), List.of("bswap", "bswap"))) {
            var results = ops.stream().map(op -> Scenario.entry("r0 = 0x%x ll; r0 = %s%d r0; exit".formatted(VALUE, op, bits)))
                    .toList();
            assertThat(run(results.getFirst(), BIG_ENDIAN).r0()).as(ops.toString())
                    .isEqualTo(run(results.getLast(), LITTLE_ENDIAN).r0());
        }
    }

    @Test
    void narrow_loads_of_the_context_see_the_upper_bytes_first() {
        var skb = new Context.Skb(64, 0x11223344, 0x55667788, List.of(1, 2, 3, 4, 5));
        var scenario = Scenario.entry("""
                r0 = *(u8 *)(r1 + 8)
                r2 = *(u16 *)(r1 + 10)
                r0 <<= 16
                r0 |= r2
                r2 = *(u32 *)(r1 + 32)
                r0 <<= 32
                r0 |= r2
                exit""").context(skb);
        assertThat(run(scenario, BIG_ENDIAN).r0()).isEqualTo(0x0011_3344_5566_7788L);
        assertThat(run(scenario, LITTLE_ENDIAN).r0()).isEqualTo(0x0044_1122_5566_7788L);
    }

    @Test
    void a_memory_context_is_bytes() {
        var scenario = Scenario.entry("r0 = *(u32 *)(r1 + 0); exit").memory("01020304");
        assertThat(run(scenario, BIG_ENDIAN).r0()).isEqualTo(0x0102_0304);
        assertThat(run(scenario, LITTLE_ENDIAN).r0()).isEqualTo(0x0403_0201);
    }

    @Test
    void helpers_read_keys_and_copy_values_in_it() {
        var scenario = Scenario.entry("""
                *(u32 *)(r10 - 4) = 1
                *(u64 *)(r10 - 16) = 0x1234
                r1 = map[m] ll
                r2 = r10
                r2 += -4
                r3 = r10
                r3 += -16
                r4 = 0
                call bpf_map_update_elem
                r0 = 0
                exit""").array("m", 8, 2);
        assertThat(run(scenario, BIG_ENDIAN).maps()).containsExactly(Bytes.ofHex("0000000000000000" + "0000000000001234"));
    }

    @Test
    void initial_values_are_numbers_of_the_size_of_a_word() {
        var value = "0100000002000000";
        var body = "r2 = map[m][0] ll; r0 = *(u64 *)(r2 + 0); exit";
        assertThat(run(Scenario.entry(body).array("m", value), BIG_ENDIAN).r0()).isEqualTo(0x2_0000_0001L);
        assertThat(run(Scenario.entry(body).words("m", value, 4), BIG_ENDIAN).r0()).isEqualTo(0x1_0000_0002L);
        assertThat(run(Scenario.entry(body).words("m", value, 1), BIG_ENDIAN).r0()).isEqualTo(0x0100_0000_0200_0000L);
        assertThat(run(Scenario.entry(body).words("m", value, 4), LITTLE_ENDIAN).r0()).isEqualTo(0x2_0000_0001L);
    }

    @ParameterizedTest
    @CsvSource({ "LITTLE_ENDIAN, 1", "BIG_ENDIAN, 6" })
    void a_byte_that_depends_on_addresses_lies_where_the_number_has_it(String name, int at) {
        var order = name.equals("BIG_ENDIAN") ? BIG_ENDIAN : LITTLE_ENDIAN;
        var scenario = Scenario.entry("r3 = r10; r3 &= 0xff00; r2 = map[m][0] ll; *(u64 *)(r2 + 0) = r3; r0 = 0; exit")
                .array("m", 8, 1).leaksAddresses();
        var tainted = new BitSet();
        tainted.set(at);
        assertThat(new Interpreter().comparability(scenario.verified(order))).isInstanceOfSatisfying(Comparability.Partly.class,
                partly -> assertThat(partly.maps()).containsExactly(tainted));
        var loaded = "r3 = r10; r3 &= 0xff00; *(u64 *)(r10 - 8) = r3; r0 = *(u8 *)(r10 - %d); exit";
        assertThat(new Interpreter().comparability(Scenario.entry(loaded.formatted(8 - at)).leaksAddresses().verified(order)))
                .isInstanceOf(Comparability.Partly.class);
        assertThat(new Interpreter().comparability(Scenario.entry(loaded.formatted(1 + at)).leaksAddresses().verified(order)))
                .isInstanceOf(Comparability.Whole.class);
    }

    @Test
    void a_stored_pointer_stays_a_pointer() {
        var run = new Stepper(
                Scenario.entry("*(u64 *)(r10 - 8) = r10; r2 = *(u64 *)(r10 - 8); r0 = 0; exit").verified(BIG_ENDIAN),
                TailCallRule.V6_12);
        assertThat(run.step()).isTrue();
        assertThat(run.step()).isTrue();
        assertThat(run.next()).isEqualTo(new Where(0, 2));
        assertThat(run.register(0, Reg.R2)).isEqualTo(Optional.of(new Pointer(new Place(new Place.Owner.Stack(0), 512))));
        assertThat(run.pointer(new Place.Owner.Stack(0), 504)).isEqualTo(Optional.of(new Place(new Place.Owner.Stack(0), 512)));
    }

    @Test
    void one_interpreter_runs_cases_of_both_orders() {
        var scenario = Scenario.entry("*(u64 *)(r10 - 8) = 1; r0 = *(u8 *)(r10 - 8); exit");
        try (var oracle = new Interpreter()) {
            for (var order : List.of(BIG_ENDIAN, LITTLE_ENDIAN, BIG_ENDIAN)) {
                assertThat(Scenario.observation(oracle.outcome(scenario.verified(order))).r0()).isEqualTo(order == BIG_ENDIAN ? 0
                        : 1);
            }
        }
    }

    @Test
    void turning_the_words_of_values_twice_changes_nothing() {
        var bytes = Bytes.ofHex("000102030405060708090a0b0c0d0e0f");
        for (int word = 1; word <= 8; word *= 2) {
            var array = new BpfMap.Array("m", 16, 1, new TreeMap<>(), word);
            assertThat(array.inMemory(array.inMemory(bytes, BIG_ENDIAN), BIG_ENDIAN)).isEqualTo(bytes);
            assertThat(array.inMemory(bytes, LITTLE_ENDIAN)).isEqualTo(bytes);
        }
        assertThat(new BpfMap.Array("m", 16, 1, new TreeMap<>(), 4).inMemory(bytes, BIG_ENDIAN).toHex())
                .isEqualTo("03020100070605040b0a09080f0e0d0c");
    }

    private static Observation run(Scenario scenario, ByteOrder order) {
        return Scenario.observation(new Interpreter().outcome(scenario.verified(order)));
    }
}
