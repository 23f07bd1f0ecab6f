package dev.tailbound.run.interp;

import static dev.tailbound.isa.Width.W32;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import java.nio.ByteOrder;

/// Arithmetic of instructions on plain values (RFC 9669, section 4).
///
/// A 32-bit operation reads the low halves and zero-extends the result. Callers sign-extend immediates to 64 bits.
final class Arithmetic {

    private Arithmetic() {}

    /// RFC 9669, section 4.1: `dst op src`.
    static long alu(Width width, AluOp op, long dst, long src) {
        return switch (width) {
            case W32 -> Integer.toUnsignedLong(alu32(op, (int) dst, (int) src));
            case W64 -> alu64(op, dst, src);
        };
    }

    // Division by zero results in 0, the remainder in `dst`; Java's MIN / -1 is MIN and MIN % -1 is 0, as in the ISA. Java takes shift counts modulo
    // the width, as the ISA does.

    // @formatter:off
    private static long alu64(AluOp op, long dst, long src) {
        return switch (op) {
            case ADD  -> dst + src;
            case SUB  -> dst - src;
            case MUL  -> dst * src;
            case DIV  -> src == 0 ? 0   : Long.divideUnsigned(dst, src);
            case SDIV -> src == 0 ? 0   : dst / src;
            case MOD  -> src == 0 ? dst : Long.remainderUnsigned(dst, src);
            case SMOD -> src == 0 ? dst : dst % src;
            case OR   -> dst | src;
            case AND  -> dst & src;
            case XOR  -> dst ^ src;
            case LSH  -> dst << src;
            case RSH  -> dst >>> src;
            case ARSH -> dst >> src;
        };
    }

    private static int alu32(AluOp op, int dst, int src) {
        return switch (op) {
            case ADD  -> dst + src;
            case SUB  -> dst - src;
            case MUL  -> dst * src;
            case DIV  -> src == 0 ? 0   : Integer.divideUnsigned(dst, src);
            case SDIV -> src == 0 ? 0   : dst / src;
            case MOD  -> src == 0 ? dst : Integer.remainderUnsigned(dst, src);
            case SMOD -> src == 0 ? dst : dst % src;
            case OR   -> dst | src;
            case AND  -> dst & src;
            case XOR  -> dst ^ src;
            case LSH  -> dst << src;
            case RSH  -> dst >>> src;
            case ARSH -> dst >> src;
        };
    }
    // @formatter:on

    /// The value truncated to the width and zero-extended, as in every 32-bit write.
    static long narrow(Width width, long value) {
        return width == W32 ? value & 0xffff_ffffL : value;
    }

    /// The low bytes of the value, zero-extended.
    static long zeroExtend(Size size, long value) {
        return switch (size) {
            case B -> value & 0xff;
            case H -> value & 0xffff;
            case W -> value & 0xffff_ffffL;
            case DW -> value;
        };
    }

    /// The low bytes of the value, sign-extended to 64 bits.
    static long signExtend(Size size, long value) {
        return switch (size) {
            case B -> (byte) value;
            case H -> (short) value;
            case W -> (int) value;
            case DW -> value;
        };
    }

    /// RFC 9669, section 4.2: conversion to the host's own byte order only truncates.
    static long swap(SwapOp op, ByteOrder host, int bits, long value) {
        boolean isReversed = switch (op) {
            case LE -> host == ByteOrder.BIG_ENDIAN;
            case BE -> host == ByteOrder.LITTLE_ENDIAN;
            case BSWAP -> true;
        };
        return cut(bits, isReversed ? Long.reverseBytes(value) >>> (64 - bits) : value);
    }

    private static long cut(int bits, long value) {
        return value & (-1L >>> (64 - bits));
    }

    /// RFC 9669, section 4.3: whether `dst cond src`.
    static boolean holds(Width width, Cond cond, long dst, long src) {
        // Sign extension preserves the signed and the unsigned order of the low halves and whether they share a set bit.
        return switch (width) {
            case W32 -> holds(cond, signExtend(Size.W, dst), signExtend(Size.W, src));
            case W64 -> holds(cond, dst, src);
        };
    }

    // @formatter:off
    private static boolean holds(Cond cond, long dst, long src) {
        return switch (cond) {
            case EQ  -> dst == src;
            case NE  -> dst != src;
            case SET -> (dst & src) != 0;
            case GT  -> Long.compareUnsigned(dst, src) > 0;
            case GE  -> Long.compareUnsigned(dst, src) >= 0;
            case LT  -> Long.compareUnsigned(dst, src) < 0;
            case LE  -> Long.compareUnsigned(dst, src) <= 0;
            case SGT -> dst > src;
            case SGE -> dst >= src;
            case SLT -> dst < src;
            case SLE -> dst <= src;
        };
    }

    /// RFC 9669, section 5.3: the new value in memory; `expected` is R0, which only CMPXCHG uses.
    ///
    /// `old` and `expected` are zero-extended from the operation's size; bits of the result above that size are undefined.
    static long atomic(AtomicOp op, long old, long src, long expected) {
        return switch (op) {
            case ADD, FETCH_ADD -> old + src;
            case OR,  FETCH_OR  -> old | src;
            case AND, FETCH_AND -> old & src;
            case XOR, FETCH_XOR -> old ^ src;
            case XCHG           -> src;
            case CMPXCHG        -> old == expected ? src : old;
        };
    }
    // @formatter:on
}
