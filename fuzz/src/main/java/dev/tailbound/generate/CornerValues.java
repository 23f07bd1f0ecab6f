package dev.tailbound.generate;

import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Numbers at which arithmetic, encodings and comparisons change behaviour.
final class CornerValues {
    // @formatter:off
    private static final long[] WIDE = {
        0, 1, -1, 2, -2, 3, 7, 8, 10, 31, 32, 33, 63, 64, 65, 0x7f, 0x80, 0xff, 0x100, -0x80, -0x81,
        0x7fff, 0x8000, 0xffff, 0x10000, -0x8000, -0x8001,
        0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 0x1_0000_0000L, 0x1_0000_0001L, -0x8000_0000L, -0x8000_0001L,
        0xffff_ffff_0000_0000L, 0xffff_ffff_0000_0001L, 0x1_8000_0000L, 0x7fff_ffff_ffff_ffffL, 0x8000_0000_0000_0000L, 0x8000_0000_0000_0001L,
        0x5555_5555_5555_5555L, 0xaaaa_aaaa_aaaa_aaaaL, 0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L, 0x0000_00ff_ff00_ff00L,
    };

    // Inside and outside of one byte, arm64's add immediates (12 bits, shifted by 12) and its logical immediates (runs of ones).
    private static final int[] IMMEDIATES = {
        0, 1, -1, 2, -2, 8, 16, 31, 32, 63, 64, 127, 128, -128, -129, 255, 256, 0xfff, 0x1000, -0xfff, -0x1000, 0xf000, 0xfff000, 0x1000000,
        0x7fff, 0x8000, 0xffff, 0x10000, -0x8000, -0x8001, 0x0ff0_0ff0, 0x5555_5555, 0xaaaa_aaaa, 0x00ff_ff00, 0x7fff_fffe,
        0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_0000, 0x1234_5678,
    };
    // @formatter:on

    private static final int[] SHIFTS = { 0, 1, 8, 16, 31, 63 };

    /// Each is twice as large as the one before.
    private static final Size[] SIZES = { Size.B, Size.H, Size.W, Size.DW };

    private CornerValues() {}

    static long wide(Choices choices) {
        return switch (choices.below(9)) {
            case 0, 1, 2, 3 -> corner(choices);
            case 8 -> repeated(choices);
            case 4 -> (1L << choices.below(64)) + choices.between(-1, 1);
            case 5 -> corner(choices) << 32 | (corner(choices) & 0xffff_ffffL);
            default -> choices.bits64();
        };
    }

    private static long corner(Choices choices) {
        return WIDE[choices.below(WIDE.length)];
    }

    static int immediate(Choices choices) {
        return switch (choices.below(9)) {
            case 0, 1, 2, 3 -> choices.pick(IMMEDIATES);
            case 8 -> (int) repeated(choices);
            case 4 -> (1 << choices.below(32)) + choices.between(-1, 1);
            case 5, 6 -> choices.between(-128, 127);
            default -> (int) choices.bits64();
        };
    }

    /// A rotated run of ones, repeated with a period of 2, 4, ... or 64 bits: the logical immediates of arm64; sometimes one bit away from one.
    private static long repeated(Choices choices) {
        int period = 2 << choices.below(6);
        long bits = -1L >>> (Long.SIZE - choices.between(1, period - 1));
        for (int width = period; width < Long.SIZE; width *= 2) {
            bits |= bits << width;
        }
        bits = Long.rotateLeft(bits, choices.below(period));
        return choices.oneIn(4) ? bits ^ 1L << choices.below(Long.SIZE) : bits;
    }

    /// A shift count that is valid as an immediate.
    static int shift(Choices choices, Width width) {
        int bits = width.bits();
        return switch (choices.below(4)) {
            case 0 -> choices.pick(SHIFTS) & bits - 1;
            default -> choices.below(bits);
        };
    }

    /// A size of at most `bytes`, a power of two.
    static Size size(Choices choices, int bytes) {
        return SIZES[choices.below(Integer.numberOfTrailingZeros(bytes) + 1)];
    }
}
