package dev.tailbound.verify;

import dev.tailbound.isa.Reg;
import java.util.Arrays;

/// Decides whether a fully explored state covers a new one, so that the new state need not be explored (state pruning).
///
/// Compares only what influenced the explored paths: precise numbers, and stack slots that were read. With a [StateObserver], every number counts.
final class Subsumption {
    private final boolean claims;
    // Registers that share an object in the explored state must share one in the new state: this maps objects of the one to objects of the other.
    private Object[] explored = new Object[16];
    private Object[] counterpart = new Object[16];
    private int pairs;

    Subsumption(boolean claims) {
        this.claims = claims;
    }

    /// The explored state covers the current one; both belong to the same instruction.
    boolean covers(PathState explored, PathState now) {
        if (!sameCalls(explored, now)) {
            return false;
        }
        pairs = 0;
        for (int i = explored.depth() - 1; i >= 0; i--) {
            if (!coversRegisters(explored.frame(i), now.frame(i)) || !coversStack(explored.frame(i), now.frame(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameCalls(PathState a, PathState b) {
        if (a.depth() != b.depth()) {
            return false;
        }
        for (int i = 0; i < a.depth(); i++) {
            if (a.frame(i).callSite() != b.frame(i).callSite()) {
                return false;
            }
        }
        return true;
    }

    private boolean coversRegisters(FrameState explored, FrameState now) {
        for (int i = 0; i < Reg.R10.number(); i++) {
            if (!covers(explored.register(i), now.register(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean covers(AbstractValue explored, AbstractValue now) {
        return switch (explored) {
            case Uninit _ -> true;
            case Scalar scalar -> now instanceof Scalar other && covers(scalar, other);
            case Pointer pointer -> now instanceof Pointer other && covers(pointer, other);
        };
    }

    private boolean covers(Scalar explored, Scalar now) {
        if (!explored.isDemanded() && !claims) {
            return true;
        }
        return explored.range().covers(now.range()) && (explored.range().isConstant() || pair(explored, now));
    }

    private boolean covers(Pointer explored, Pointer now) {
        boolean alike = explored.offset() == now.offset() && explored.region().equals(now.region())
                && explored.variable().covers(now.variable()) && explored.mayBeNull() == now.mayBeNull();
        return alike && (!explored.mayBeNull() || pair(explored.nullId(), now.nullId()));
    }

    private boolean coversStack(FrameState explored, FrameState now) {
        for (int i = 0; i < explored.slotCount(); i++) {
            var slot = explored.slot(i);
            if (slot != null && slot.isRead() && !covers(slot, now.slot(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean covers(StackSlot explored, StackSlot now) {
        if (now == null || (explored.written() & ~now.written()) != 0) {
            return false;
        }
        if ((explored.looseZeros() & ~now.zero()) != 0) {
            return false;
        }
        return switch (explored.spilled()) {
            case Pointer pointer -> now.spilled() instanceof Pointer other && covers(pointer, other);
            case Scalar scalar when now.spilled() instanceof Scalar other && explored.spilledBytes() == now.spilledBytes() ->
                covers(scalar, other);
            case Scalar scalar -> !now.holdsPointer() && !scalar.isDemanded() && !claims;
            case Uninit _ -> throw new IllegalStateException("uninitialised value on the stack");
            case null -> !now.holdsPointer();
        };
    }

    private boolean pair(Object explored, Object now) {
        for (int i = 0; i < pairs; i++) {
            if (this.explored[i].equals(explored)) {
                return counterpart[i].equals(now);
            }
        }
        if (pairs == counterpart.length) {
            this.explored = Arrays.copyOf(this.explored, 2 * pairs);
            counterpart = Arrays.copyOf(counterpart, 2 * pairs);
        }
        this.explored[pairs] = explored;
        counterpart[pairs++] = now;
        return true;
    }

    /// Copies the marks of the explored state to the covered one and thus to its origins.
    static void demandAlike(PathState explored, PathState now) {
        for (int i = 0; i < explored.depth(); i++) {
            var then = explored.frame(i);
            var frame = now.frame(i);
            for (int reg = 0; reg < Reg.R10.number(); reg++) {
                demandAlike(then.register(reg), frame.register(reg));
            }
            for (int index = 0; index < then.slotCount(); index++) {
                var slot = then.slot(index);
                if (slot != null && slot.isRead()) {
                    frame.slot(index).markRead();
                    if (slot.looseZeros() != 0) {
                        frame.slot(index).demandZeros();
                    }
                    demandAlike(slot.spilled(), frame.slot(index).spilled());
                }
            }
        }
    }

    private static void demandAlike(AbstractValue explored, AbstractValue now) {
        if (explored instanceof Scalar scalar && scalar.isDemanded() && now instanceof Scalar other) {
            other.markPrecise();
        }
    }

    /// The states agree in everything that can still be read, so a path from one to the other can repeat forever.
    static boolean same(PathState a, PathState b) {
        if (!sameCalls(a, b)) {
            return false;
        }
        for (int i = a.depth() - 1; i >= 0; i--) {
            if (!same(a.frame(i), b.frame(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(FrameState a, FrameState b) {
        for (int i = 0; i < Reg.R10.number(); i++) {
            // Kept states have dead registers cleared.
            if (a.register(i) != Uninit.UNINIT && !same(a.register(i), b.register(i))) {
                return false;
            }
        }
        for (int i = 0; i < Math.max(a.slotCount(), b.slotCount()); i++) {
            var slot = a.slot(i);
            var other = b.slot(i);
            if (slot != other && (slot == null || other == null || !same(slot, other))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(StackSlot a, StackSlot b) {
        boolean alike = a.written() == b.written() && a.zero() == b.zero() && a.spilledBytes() == b.spilledBytes();
        return alike && (a.spilledBytes() == 0 || same(a.spilled(), b.spilled()));
    }

    private static boolean same(AbstractValue a, AbstractValue b) {
        return switch (a) {
            case Scalar scalar -> b instanceof Scalar other && scalar.range().equals(other.range());
            case Pointer pointer -> b instanceof Pointer other && pointer.equals(new Pointer(other.region(), other.offset(),
                    other.variable(), pointer.mayBeNull() == other.mayBeNull() ? pointer.nullId() : other.nullId()));
            case Uninit _ -> b instanceof Uninit;
        };
    }
}
