package dev.tailbound.generate;

import dev.tailbound.cases.Context.Skb;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.Arrays;

/// Rows that load from and store to map values, the stack and the context.
final class MemoryRows {
    private static final Size[] SIZES = Size.values();
    private static final Skb.Field[] FIELDS = Skb.Field.values();
    /// Fields that a case can set. The others are 0, and only test the kernel's way of loading them.
    private static final Skb.Field[] SETTABLE = { Skb.Field.LEN, Skb.Field.MARK, Skb.Field.PRIORITY, Skb.Field.CB };
    private static final Skb.Field[] WRITABLE = Arrays.stream(SETTABLE).filter(Skb.Field::writable).toArray(Skb.Field[]::new);

    private MemoryRows() {}

    /// Memory to access: a register and an offset from it.
    record Access(Reg base, int off) {}

    /// Bytes of a map value or of a caller's slot, through an existing pointer register or a new one.
    static Access access(FunctionBuilder f, Size size, boolean alignedByKind, int excluded) {
        boolean aligned = alignedByKind || f.options.target().aligned();
        int bytes = size.bytes();
        int known = f.state.pointersTo(bytes, aligned) & ~excluded;
        if (known != 0 && f.choices.below(3) > 0) {
            var base = Reg.of(f.choices.bitOf(known));
            var pointer = f.state.pointer(base);
            // Even without a need for alignment, most accesses are aligned, like those of compilers.
            boolean lineUp = pointer.holds(bytes, true)
                    && (aligned || pointer.kind() == PointerBounds.Kind.STACK || f.choices.below(4) > 0);
            int first = pointer.first(bytes, lineUp);
            int step = lineUp ? bytes : 1;
            return new Access(base, first + step * f.choices.below((pointer.last(bytes) - first) / step + 1));
        }
        var map = f.choices.pick(f.world.data());
        if (map.valueSize() < bytes) {
            map = f.world.data().getFirst();
        }
        int step = aligned || f.choices.below(4) > 0 ? bytes : 1;
        int off = step * f.choices.below((map.valueSize() - bytes) / step + 1);
        int displacement = displacement(f, map.valueSize(), off);
        var base = f.target(excluded);
        f.emit(new Insn.LoadMapValue(base, map.map(), off - displacement));
        f.state.setPointer(base, PointerBounds.value(map.map(), map.valueSize(), off - displacement));
        return new Access(base, displacement);
    }

    /// The part of an offset in the instruction, not in the address: none, all of it, or any distance from another byte of the value.
    private static int displacement(FunctionBuilder f, int valueSize, int off) {
        return switch (f.choices.weighted(4, 4, 1)) {
            case 0 -> 0;
            case 1 -> Math.min(off, Short.MAX_VALUE);
            default -> f.choices.between(Math.max(off - valueSize + 1, Short.MIN_VALUE), Math.min(off, Short.MAX_VALUE));
        };
    }

    /// The loaded value may overwrite its own address.
    private static Reg loadTarget(FunctionBuilder f, Reg base) {
        return (f.reserved & base.bit()) == 0 && base != Reg.R10 && f.choices.oneIn(4) ? base : f.target(base.bit());
    }

    static void load(FunctionBuilder f) {
        var size = f.choices.pick(SIZES);
        load(f, size, access(f, size, false, 0));
    }

    private static void load(FunctionBuilder f, Size size, Access access) {
        var dst = loadTarget(f, access.base());
        f.emit(new Insn.Load(size, signed(f, size), dst, access.base(), access.off()));
        f.state.setScalar(dst);
    }

    static boolean signed(FunctionBuilder f, Size size) {
        return size != Size.DW && f.options.v4() && f.choices.oneIn(3);
    }

    static void store(FunctionBuilder f) {
        var size = f.choices.pick(SIZES);
        var src = f.source();
        var access = access(f, size, false, src instanceof Reg reg ? reg.bit() : 0);
        store(f, size, access, src);
    }

    private static void store(FunctionBuilder f, Size size, Access access, Operand src) {
        f.emit(new Insn.Store(size, access.base(), access.off(), src));
        if (size == Size.DW && src instanceof Reg reg) {
            f.state.observed(reg);
        }
    }

    /// Makes a pointer with an offset known only at run time, with bounds that the verifier recognises.
    static void variableOffset(FunctionBuilder f) {
        var map = f.choices.pick(f.world.data());
        var index = f.target();
        f.emit(new Insn.Mov(f.width(), index, f.scalar()));
        f.state.setScalar(index);
        f.state.observed(index);
        var base = f.target(index.bit());
        f.emit(new Insn.LoadMapValue(base, map.map(), 0));
        var pointer = PointerBounds.value(map.map(), map.valueSize(), 0);

        // At least one byte is accessible at the greatest offset.
        int bits = f.choices.below(Integer.SIZE - Integer.numberOfLeadingZeros(map.valueSize()));
        int most = (1 << bits) - 1;
        int step = 1;
        switch (f.choices.below(4)) {
            case 0 -> f.emit(new Insn.Alu(f.width(), AluOp.AND, index, new Imm(most)));
            case 1 -> {
                if (bits == 0) {
                    f.emit(new Insn.Mov(f.width(), index, new Imm(0)));
                } else {
                    f.emit(new Insn.Alu(Width.W64, AluOp.RSH, index, new Imm(64 - bits)));
                }
            }
            case 2 -> {
                int scale = Math.min(bits, f.choices.below(4));
                step = 1 << scale;
                f.emit(new Insn.Alu(f.width(), AluOp.AND, index, new Imm(most >> scale)));
                f.emit(new Insn.Alu(Width.W64, AluOp.LSH, index, new Imm(scale)));
            }
            default -> {
                step = 8;
                f.emit(new Insn.Alu(f.width(), AluOp.AND, index, new Imm(most & -8)));
            }
        }
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, base, index));
        f.state.forget(index.bit());
        f.state.setPointer(base, pointer.plusAtMost(most & -step, step));
    }

    static boolean canStep(FunctionBuilder f) {
        return (f.state.pointersOf(PointerBounds.Kind.MAP_VALUE) & ~f.reserved) != 0;
    }

    /// Moves a pointer within its map value.
    static void stepPointer(FunctionBuilder f) {
        var reg = Reg.of(f.choices.bitOf(f.state.pointersOf(PointerBounds.Kind.MAP_VALUE) & ~f.reserved));
        var pointer = f.state.pointer(reg);
        int distance = f.choices.between(pointer.low(), Math.max(pointer.low(), pointer.high() - 1));
        boolean back = f.choices.oneIn(3);
        f.emit(new Insn.Alu(Width.W64, back ? AluOp.SUB : AluOp.ADD, reg, new Imm(back ? -distance : distance)));
        f.state.setPointer(reg, pointer.plus(distance));
    }

    // Stack

    static boolean hasFilledSlot(FunctionBuilder f) {
        return f.state.slots != 0;
    }

    static void loadSlot(FunctionBuilder f) {
        int position = f.choices.bitOf(f.state.slots);
        var slot = f.frame.slot(position);
        var size = partOf(f, slot.size());
        if (size == slot.size()) {
            f.state.freshSlots &= ~(1 << position);
        }
        load(f, size, new Access(Reg.R10, slot.off() + partAt(f, slot, size)));
    }

    static boolean hasSlot(FunctionBuilder f) {
        return writableSlots(f) != 0;
    }

    private static int writableSlots(FunctionBuilder f) {
        return f.frame.atLeast(Size.B) & ~f.reservedSlots;
    }

    static void storeSlot(FunctionBuilder f) {
        int position = f.choices.bitOf(writableSlots(f));
        var slot = f.frame.slot(position);
        boolean filled = (f.state.slots & 1 << position) != 0;
        f.keepSlot(position);
        var size = filled ? partOf(f, slot.size()) : slot.size();
        store(f, size, new Access(Reg.R10, slot.off() + partAt(f, slot, size)), f.source());
        f.fillSlot(position);
    }

    static boolean hasQuietSlot(FunctionBuilder f) {
        return (f.state.slots & ~f.reservedSlots) != 0;
    }

    /// Accesses a part of a filled slot at an offset known only at run time.
    static void variableSlot(FunctionBuilder f) {
        int position = f.choices.bitOf(f.state.slots & ~f.reservedSlots);
        var slot = f.frame.slot(position);
        var size = CornerValues.size(f.choices, slot.size().bytes());
        boolean store = f.choices.oneIn(2);
        if (store) {
            f.keepSlot(position);
        }
        var index = f.target();
        f.emit(new Insn.Mov(f.width(), index, f.scalar()));
        f.state.setScalar(index);
        f.state.observed(index);
        f.emit(new Insn.Alu(f.width(), AluOp.AND, index, new Imm((slot.size().bytes() - 1) & -size.bytes())));
        var base = f.target(index.bit());
        f.emit(new Insn.Mov(Width.W64, base, Reg.R10));
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, base, index));
        f.state.forget(index.bit() | base.bit());
        if (store) {
            f.emit(new Insn.Store(size, base, slot.off(), f.immediate()));
            f.fillSlot(position);
        } else {
            load(f, size, new Access(base, slot.off()));
        }
    }

    static boolean hasWordSlot(FunctionBuilder f) {
        return (f.frame.atLeast(Size.DW) & ~f.reservedSlots) != 0;
    }

    /// Spills an address and fills it again. The slot then gets a number, since all slots contain numbers.
    static void spillPointer(FunctionBuilder f) {
        int position = f.choices.bitOf(f.frame.atLeast(Size.DW) & ~f.reservedSlots);
        int off = f.frame.slot(position).off();
        f.keepSlot(position);
        var size = f.choices.pick(SIZES);
        var access = access(f, size, false, 0);
        var pointer = f.state.pointer(access.base());
        f.emit(new Insn.Store(Size.DW, Reg.R10, off, access.base()));
        var filled = f.target(access.base().bit());
        f.emit(new Insn.Load(Size.DW, false, filled, Reg.R10, off));
        f.state.setPointer(filled, pointer);
        f.emit(new Insn.Store(Size.DW, Reg.R10, off, f.immediate()));
        f.fillSlot(position);
        load(f, size, new Access(filled, access.off()));
    }

    private static Size partOf(FunctionBuilder f, Size whole) {
        return f.choices.oneIn(3) ? CornerValues.size(f.choices, whole.bytes()) : whole;
    }

    private static int partAt(FunctionBuilder f, StackPlan.Slot slot, Size size) {
        return size.bytes() * f.choices.below(slot.size().bytes() / size.bytes());
    }

    // Context

    /// Whether the context has readable fields.
    static boolean hasContext(FunctionBuilder f) {
        var purpose = f.world.purpose();
        return f.options.context() && f.hasContext() && !(purpose.isTracing() && purpose.words().isEmpty());
    }

    static boolean mayStoreContext(FunctionBuilder f) {
        return hasContext(f) && !f.world.purpose().isTracing();
    }

    static void loadContext(FunctionBuilder f) {
        var base = f.context();
        if (f.world.purpose().isTracing()) {
            loadWord(f, base, f.choices.pick(f.world.purpose().words()));
            return;
        }
        var field = f.choices.pick(f.choices.oneIn(4) ? FIELDS : SETTABLE);
        var size = f.choices.pick(SIZES);
        if (size == Size.DW && field != Skb.Field.CB) {
            size = Size.W;
        }
        load(f, size, new Access(base, offset(f, field, size)));
    }

    /// Reads most of a tracing program's arguments.
    static void loadWords(FunctionBuilder f) {
        for (int word : f.world.purpose().words()) {
            if (hasContext(f) && f.choices.below(4) > 0) {
                loadWord(f, f.context(), word);
            }
        }
    }

    private static void loadWord(FunctionBuilder f, Reg base, int word) {
        load(f, Size.DW, new Access(base, Size.DW.bytes() * word));
    }

    static void storeContext(FunctionBuilder f) {
        var base = f.context();
        // Kernels before 6.4, which do not know version 4 either, accept no constants here.
        var src = f.options.v4() ? f.source(base.bit()) : f.scalar(base.bit());
        var field = f.choices.pick(WRITABLE);
        var size = field == Skb.Field.CB ? f.choices.pick(SIZES) : Size.W;
        store(f, size, new Access(base, offset(f, field, size)), src);
    }

    /// Context accesses are aligned to their size.
    private static int offset(FunctionBuilder f, Skb.Field field, Size size) {
        return field.offset() + size.bytes() * f.choices.below(field.length() / size.bytes());
    }
}
