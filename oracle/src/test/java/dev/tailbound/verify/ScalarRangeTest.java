package dev.tailbound.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.verify.BranchRefinement.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares operations on ranges between corner values, in every component, with concrete operations on their members.
class ScalarRangeTest {
    // @formatter:off
    private static final long[] CORNERS = {
        0, 1, 31, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 0x1_0000_0007L, Long.MAX_VALUE, Long.MIN_VALUE, -0x8000_0000L, -5, -1 };
    // @formatter:on
    private static final List<ScalarRange> RANGES = ranges();
    private static final Map<ScalarRange, List<Long>> MEMBERS = RANGES.stream()
            .collect(Collectors.toMap(Function.identity(), ScalarRangeTest::members));

    private static List<ScalarRange> ranges() {
        var result = new ArrayList<ScalarRange>();
        result.add(ScalarRange.UNKNOWN);
        for (int i = 0; i < CORNERS.length; i++) {
            long a = CORNERS[i];
            long b = CORNERS[(i + 3) % CORNERS.length];
            result.add(ScalarRange.constant(a));
            for (var width : Width.values()) {
                long least = Bounds.unsigned(a, width);
                long greatest = Bounds.unsigned(b, width);
                result.add(ScalarRange.UNKNOWN.meet(
                        Bounds.ofUnsigned(Bounds.minUnsigned(least, greatest), Bounds.maxUnsigned(least, greatest), width),
                        width));
                long low = Bounds.signed(a, width);
                long high = Bounds.signed(b, width);
                result.add(ScalarRange.UNKNOWN.meet(Bounds.ofSigned(Math.min(low, high), Math.max(low, high), width), width));
            }
            result.add(ScalarRange.UNKNOWN.meet(new Tnum(a & ~b, b), Bounds.any(Width.W64), Width.W64));
        }
        return result.stream().distinct().toList();
    }

    private static List<Long> members(ScalarRange range) {
        var result = new ArrayList<Long>();
        for (long corner : CORNERS) {
            for (long near : new long[]{ corner, corner + 3, range.full().umin(), range.full().umax(), range.full().smin(),
                range.full().smax() }) {
                if (range.contains(near) && !result.contains(near)) {
                    result.add(near);
                }
            }
        }
        return result;
    }

    private interface Check {
        void check(ScalarRange a, ScalarRange b);
    }

    private static void forAllPairs(Check check) {
        RANGES.forEach(a -> RANGES.forEach(b -> check.check(a, b)));
    }

    private interface MemberCheck {
        void check(long x, long y);
    }

    private static void forAllMembers(ScalarRange a, ScalarRange b, MemberCheck check) {
        MEMBERS.get(a).forEach(x -> MEMBERS.get(b).forEach(y -> check.check(x, y)));
    }

    @Test
    void every_sample_has_members() {
        assertThat(RANGES).allSatisfy(range -> assertThat(MEMBERS.get(range)).isNotEmpty());
    }

    @ParameterizedTest
    @EnumSource(AluOp.class)
    void results_are_inside(AluOp op) {
        for (var width : Width.values()) {
            forAllPairs((a, b) -> {
                var range = ScalarArithmetic.apply(width, op, a, b);
                forAllMembers(a, b, (x, y) -> assertInside(range, concrete(width, op, x, y), width, a, op, b, "of", x, y));
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Cond.class)
    void decisions_hold(Cond cond) {
        for (var width : Width.values()) {
            forAllPairs((a, b) -> {
                var decision = BranchRefinement.decide(width, cond, a, b);
                forAllMembers(a, b, (x, y) -> {
                    if (decision == (concrete(width, cond, x, y) ? Decision.NEVER : Decision.ALWAYS)) {
                        throw new AssertionError("%s %s %s, %s: %s, but %d, %d".formatted(a, cond, b, width, decision, x, y));
                    }
                });
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Cond.class)
    void refinements_keep_matching_members(Cond cond) {
        for (var width : Width.values()) {
            forAllPairs((a, b) -> {
                if (BranchRefinement.decide(width, cond, a, b) == Decision.EITHER) {
                    var holding = BranchRefinement.refine(width, cond, true, a, b);
                    var failing = BranchRefinement.refine(width, cond, false, a, b);
                    forAllMembers(a, b, (x, y) -> {
                        boolean holds = concrete(width, cond, x, y);
                        var refined = holds ? holding : failing;
                        assertInside(refined.dst(), x, "dst", width, a, cond, b, holds, "of", x, y);
                        assertInside(refined.src(), y, "src", width, a, cond, b, holds, "of", x, y);
                    });
                }
            });
        }
    }

    @Test
    void truncations_and_extensions_keep_the_members() {
        for (var range : RANGES) {
            for (long x : MEMBERS.get(range)) {
                assertInside(range.low32(), x & 0xffff_ffffL, "low half of", range, "of", x);
                assertInside(range.truncate(Size.B), x & 0xff, "byte of", range, "of", x);
                assertInside(range.truncate(Size.H), x & 0xffff, "halfword of", range, "of", x);
                assertInside(range.signExtend(8), (byte) x, "(s8)", range, "of", x);
                assertInside(range.signExtend(16), (short) x, "(s16)", range, "of", x);
                assertInside(range.signExtend(32), Bounds.signed(x, Width.W32), "(s32)", range, "of", x);
            }
        }
    }

    @Test
    void covering_ranges_hold_each_others_members() {
        forAllPairs((a, b) -> {
            if (b.covers(a)) {
                MEMBERS.get(a).forEach(x -> assertInside(b, x, b, "covers", a, "of", x));
            }
        });
    }

    // Programs need this to pass bounds checks.
    @Test
    void components_refine_each_other() {
        assertThat(ScalarRange.UNKNOWN.meet(Bounds.ofUnsigned(0, 7, Width.W64), Width.W64).low().umax()).isEqualTo(7);
        assertThat(ScalarRange.UNKNOWN.meet(Bounds.ofUnsigned(0, 7, Width.W32), Width.W32).low32().full().smax()).isEqualTo(7);
        assertThat(ScalarRange.UNKNOWN.meet(Bounds.ofSigned(-4, 3, Width.W64), Width.W64).low())
                .isEqualTo(new Bounds(0, 0xffff_ffffL, -4, 3));
        var masked = ScalarArithmetic.apply(Width.W64, AluOp.AND, ScalarRange.UNKNOWN, ScalarRange.constant(56));
        assertThat(masked.full()).isEqualTo(new Bounds(0, 56, 0, 56));
        var scaled = ScalarArithmetic.apply(Width.W64, AluOp.MUL, ScalarRange.loaded(Size.B, false), ScalarRange.constant(24));
        assertThat(scaled.full().umax()).isEqualTo(24 * 255);
        assertThat(scaled.bits().max() & 7).isZero();
    }

    @Test
    void contradictions_are_empty() {
        var odd = ScalarRange.UNKNOWN.meet(new Tnum(1, -2), Bounds.any(Width.W64), Width.W64);
        assertThat(odd.meet(new Tnum(0, -2), Bounds.any(Width.W64), Width.W64).isNone()).isTrue();
        assertThat(ScalarRange.constant(3).meet(Bounds.ofUnsigned(4, 9, Width.W32), Width.W32).isNone()).isTrue();
    }

    private static void assertInside(ScalarRange range, long value, Object... what) {
        if (!range.contains(value)) {
            throw new AssertionError("%s: %d is not in %s".formatted(Arrays.toString(what), value, range));
        }
    }

    private static long concrete(Width width, AluOp op, long x, long y) {
        boolean wide = width == Width.W64;
        long a = wide ? x : (int) x;
        long b = wide ? y : (int) y;
        int count = (int) y & width.bits() - 1;
        long result = switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case OR -> a | b;
            case AND -> a & b;
            case XOR -> a ^ b;
            case LSH -> a << count;
            case RSH -> Bounds.unsigned(a, width) >>> count;
            case ARSH -> a >> count;
            case DIV -> b == 0 ? 0 : Long.divideUnsigned(Bounds.unsigned(a, width), Bounds.unsigned(b, width));
            case MOD -> b == 0 ? a : Long.remainderUnsigned(Bounds.unsigned(a, width), Bounds.unsigned(b, width));
            case SDIV -> b == 0 ? 0 : a / b;
            case SMOD -> b == 0 ? a : a % b;
        };
        return Bounds.unsigned(result, width);
    }

    private static boolean concrete(Width width, Cond cond, long x, long y) {
        int unsigned = Long.compareUnsigned(Bounds.unsigned(x, width), Bounds.unsigned(y, width));
        int signed = Long.compare(Bounds.signed(x, width), Bounds.signed(y, width));
        return switch (cond) {
            case EQ -> unsigned == 0;
            case NE -> unsigned != 0;
            case SET -> Bounds.unsigned(x & y, width) != 0;
            case GT -> unsigned > 0;
            case GE -> unsigned >= 0;
            case LT -> unsigned < 0;
            case LE -> unsigned <= 0;
            case SGT -> signed > 0;
            case SGE -> signed >= 0;
            case SLT -> signed < 0;
            case SLE -> signed <= 0;
        };
    }
}
