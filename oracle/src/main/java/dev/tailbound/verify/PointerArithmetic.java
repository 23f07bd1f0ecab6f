package dev.tailbound.verify;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;

/// Checks and applies arithmetic on pointers: offsets may be added, and subtracted except from stack pointers.
final class PointerArithmetic {
    private PointerArithmetic() {}

    /// Result of an operation with at least one pointer operand.
    static AbstractValue apply(Width width, AluOp op, Reg dst, AbstractValue left, AbstractValue right,
            ExplorationFacts findings) {
        if (left instanceof Pointer a && right instanceof Pointer b) {
            if (op != AluOp.SUB) {
                throw new Rejection("%s pointer %s pointer prohibited: %s, %s", dst, op.symbol(), a, b);
            }
            // Distances within an object do not depend on its address.
            if (width == Width.W32 || !a.region().equals(b.region())) {
                findings.leakAddress();
            }
            return Scalar.unknown();
        }
        if (width == Width.W32) {
            if (op != AluOp.SUB) {
                throw new Rejection("%s 32-bit pointer arithmetic prohibited: %s on %s", dst, op.symbol(), left);
            }
            findings.leakAddress();
            return Scalar.unknown();
        }
        return switch (left) {
            case Pointer pointer when right instanceof Scalar offset -> move(op, dst, pointer, offset);
            case Scalar offset when right instanceof Pointer pointer -> {
                if (op == AluOp.SUB) {
                    throw new Rejection("%s tried to subtract pointer from scalar", dst);
                }
                yield move(op, dst, pointer, offset);
            }
            case Pointer _,Scalar _,Uninit _ -> throw new IllegalArgumentException("no pointer among " + left + ", " + right);
        };
    }

    private static Pointer move(AluOp op, Reg dst, Pointer pointer, Scalar by) {
        switch (op) {
            case ADD, SUB -> {
                if (pointer.mayBeNull()) {
                    throw new Rejection("%s pointer arithmetic on %s prohibited, null-check it first", dst, pointer.typeName());
                }
            }
            case AND, OR, XOR -> throw new Rejection("%s bitwise operator %s on pointer prohibited", dst, op.symbol());
            case MUL, DIV, SDIV, MOD, SMOD, LSH, RSH, ARSH ->
                throw new Rejection("%s pointer arithmetic with %s operator prohibited", dst, op.symbol());
        }
        switch (pointer.region()) {
            case PointerTarget.Map _,PointerTarget.Task _,PointerTarget.Packet _ -> {
                if (!by.range().isZero()) {
                    throw new Rejection("%s pointer arithmetic on %s prohibited", dst, pointer.typeName());
                }
            }
            case PointerTarget.Stack _ -> {
                if (op == AluOp.SUB) {
                    throw new Rejection("%s subtraction from stack pointer prohibited", dst);
                }
            }
            case PointerTarget.Ctx _,PointerTarget.Arguments _,PointerTarget.MapValue _,PointerTarget.Mem _,PointerTarget.View _ -> {
                // Any offset is allowed here; accesses are checked.
            }
        }
        by.markPrecise();
        return checked(dst, pointer, op == AluOp.ADD ? plus(dst, pointer, by.range()) : minus(dst, pointer, by.range()));
    }

    private static Pointer plus(Reg dst, Pointer pointer, ScalarRange by) {
        checkOffset(dst, pointer, by);
        return by.isConstant() ? pointer.plus((int) by.value())
                : new Pointer(pointer.region(), pointer.offset(),
                        ScalarArithmetic.apply(Width.W64, AluOp.ADD, pointer.variable(), by), 0);
    }

    private static Pointer minus(Reg dst, Pointer pointer, ScalarRange by) {
        checkOffset(dst, pointer, by);
        return by.isConstant() ? pointer.plus(-(int) by.value())
                : new Pointer(pointer.region(), pointer.offset(),
                        ScalarArithmetic.apply(Width.W64, AluOp.SUB, pointer.variable(), by), 0);
    }

    private static void checkOffset(Reg dst, Pointer pointer, ScalarRange by) {
        long least = by.full().smin();
        if (by.isConstant() && !isSane(by.value())) {
            throw new Rejection("math between %s pointer and %d is not allowed: %s", pointer.typeName(), by.value(), dst);
        }
        checkLeast(dst, pointer, least);
    }

    private static Pointer checked(Reg dst, Pointer before, Pointer result) {
        if (!isSane(result.offset())) {
            throw new Rejection("%s pointer offset %d is not allowed: %s", before.typeName(), result.offset(), dst);
        }
        checkLeast(dst, before, result.variable().full().smin());
        return result;
    }

    private static void checkLeast(Reg dst, Pointer pointer, long least) {
        if (least == Long.MIN_VALUE) {
            throw new Rejection("math between %s pointer and register with unbounded min value is not allowed: %s",
                    pointer.typeName(), dst);
        }
        if (!isSane(least)) {
            throw new Rejection("value %d makes %s pointer be out of bounds: %s", least, pointer.typeName(), dst);
        }
    }

    private static boolean isSane(long offset) {
        return offset > -MemoryAccess.MAX_OFFSET && offset < MemoryAccess.MAX_OFFSET;
    }
}
