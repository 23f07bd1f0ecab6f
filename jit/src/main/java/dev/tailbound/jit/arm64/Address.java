package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Size;

/// A memory operand.
public sealed interface Address {

    /// `[base, #offset]`, the unsigned scaled form.
    record Offset(Register base, int offset) implements Address {

        /// The offset can be encoded in an access of this size: non-negative, a multiple of the size, at most 4095 times the size.
        static boolean fits(int offset, Size size) {
            return offset >= 0 && offset % size.bytes() == 0 && offset / size.bytes() <= 0xfff;
        }
    }

    /// `[base, index]`, or `[base, index, sxtx]`, which is the same address for a 64-bit index.
    record Indexed(Register base, Register index, boolean sxtx) implements Address {
        public Indexed(Register base, Register index) {
            this(base, index, false);
        }
    }
}
