package dev.tailbound.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation on every pair of four-bit tnums, at the low end of the word, across bit 32 and at the sign bit.
class TnumTest {
    private static final int[] PLACES = { 0, 30, 60 };

    static Stream<Arguments> exact() {
        // @formatter:off
        return Stream.of(
            binary("plus",  Tnum::plus,  (a, b) -> a + b),
            binary("minus", Tnum::minus, (a, b) -> a - b),
            binary("and",   Tnum::and,   (a, b) -> a & b),
            binary("or",    Tnum::or,    (a, b) -> a | b),
            binary("xor",   Tnum::xor,   (a, b) -> a ^ b));
        // @formatter:on
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exact")
    void is_as_precise_as_possible(String name, BinaryOperator<Tnum> op, LongBinaryOperator concrete) {
        forAllPairs((a, b) -> {
            var results = members(a).stream().flatMap(x -> members(b).stream().map(y -> concrete.applyAsLong(x, y))).toList();
            assertThat(op.apply(a, b)).as("%s %s %s", a, name, b).isEqualTo(tightest(results));
        });
    }

    @Test
    void products_are_among_the_members() {
        forAllPairs((a, b) -> {
            var product = a.times(b);
            for (long x : members(a)) {
                for (long y : members(b)) {
                    assertThat(product.contains(x * y)).as("%s * %s = %s, member %x * %x", a, b, product, x, y).isTrue();
                }
            }
        });
    }

    @Test
    void products_of_constants_are_constants() {
        assertThat(Tnum.constant(-3).times(Tnum.constant(7))).isEqualTo(Tnum.constant(-21));
        assertThat(Tnum.UNKNOWN.times(Tnum.constant(12))).isEqualTo(new Tnum(0, -4));
        assertThat(Tnum.UNKNOWN.times(Tnum.constant(0))).isEqualTo(Tnum.constant(0));
    }

    static Stream<Arguments> unary() {
        // @formatter:off
        return Stream.of(
            row("<< 3",        t -> t.shiftLeft(3),         x -> x << 3),
            row(">> 2",        t -> t.shiftRight(2),        x -> x >>> 2),
            row("s>> 2",       t -> t.shiftRightSigned(2),  x -> x >> 2),
            row("(s8)",        t -> t.signExtend(8),        x -> (byte) x),
            row("(s32)",       t -> t.signExtend(32),       x -> (int) x),
            row("low half",    Tnum::low32,                 x -> x & 0xffff_ffffL));
        // @formatter:on
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unary")
    void moves_bits_exactly(String name, UnaryOperator<Tnum> op, LongUnaryOperator concrete) {
        for (var tnum : tnums(PLACES)) {
            assertThat(op.apply(tnum)).as("%s %s", tnum, name)
                    .isEqualTo(tightest(members(tnum).stream().map(concrete::applyAsLong).toList()));
        }
    }

    @Test
    void meets_contain_the_common_members() {
        forAllPairs((a, b) -> {
            var common = members(a).stream().filter(b::contains).toList();
            assertThat(a.contradicts(b)).as("%s contradicts %s", a, b).isEqualTo(common.isEmpty());
            if (!common.isEmpty()) {
                assertThat(a.meet(b)).as("%s meets %s", a, b).isEqualTo(tightest(common));
            }
            assertThat(a.covers(b)).as("%s covers %s", a, b).isEqualTo(members(a).containsAll(members(b)));
        });
    }

    @Test
    void intervals_share_a_prefix() {
        for (long min = 0; min < 16; min++) {
            for (long max = min; max < 16; max++) {
                assertThat(Tnum.between(min, max)).isEqualTo(tightest(LongStream.rangeClosed(min, max).boxed().toList()));
            }
        }
        assertThat(Tnum.between(0, -1)).isEqualTo(Tnum.UNKNOWN);
    }

    private static Arguments binary(String name, BinaryOperator<Tnum> op, LongBinaryOperator concrete) {
        return Arguments.of(name, op, concrete);
    }

    private static Arguments row(String name, UnaryOperator<Tnum> op, LongUnaryOperator concrete) {
        return Arguments.of(name, op, concrete);
    }

    private interface Pair {
        void check(Tnum a, Tnum b);
    }

    private static void forAllPairs(Pair check) {
        for (int place : PLACES) {
            var tnums = tnums(place);
            for (var a : tnums) {
                for (var b : tnums) {
                    check.check(a, b);
                }
            }
        }
    }

    private static List<Tnum> tnums(int... places) {
        var result = new ArrayList<Tnum>();
        for (int place : places) {
            for (long mask = 0; mask < 16; mask++) {
                for (long value = 0; value < 16; value++) {
                    if ((value & mask) == 0) {
                        result.add(new Tnum(value << place, mask << place));
                    }
                }
            }
        }
        return result;
    }

    private static List<Long> members(Tnum tnum) {
        var result = new ArrayList<Long>();
        long subset = 0;
        do {
            result.add(tnum.value() | subset);
            subset = (subset - tnum.mask()) & tnum.mask();
        } while (subset != 0);
        return result;
    }

    /// The tightest tnum that contains all values.
    private static Tnum tightest(List<Long> values) {
        long differing = 0;
        for (long value : values) {
            differing |= value ^ values.getFirst();
        }
        return new Tnum(values.getFirst() & ~differing, differing);
    }
}
