package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R0;
import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R2;
import static dev.tailbound.isa.Reg.R3;
import static dev.tailbound.isa.Reg.R4;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Transfer function of address taint: computes which result bits of each instruction depend on addresses.
///
/// A run ends as an [AddressDependence] if its path depends on an address, or if it accesses memory through a tainted value that is no pointer.
final class TaintTracker {
    private static final long UPPER_HALF = 0xffff_ffff_0000_0000L;

    private final Memory memory;
    private final List<BitSet> scalars = new ArrayList<>();
    private Helpers helpers;

    TaintTracker(Memory memory) {
        this.memory = memory;
    }

    void begin(Helpers helpers) {
        this.helpers = helpers;
        scalars.clear();
    }

    /// Marks the register as a pointer after it received the address of an object.
    void point(Frame frame, Reg reg) {
        frame.write(reg, memory.pointer(frame.read(reg)));
    }

    /// Runs the next instruction of `frame` with `perform` and updates the taint.
    void step(Insn insn, Frame frame, Runnable perform) {
        switch (insn) {
            case Insn.Alu(_, var op, var dst, Reg src) when src == dst && (op == AluOp.SUB || op == AluOp.XOR) -> perform.run();
            case Insn.Alu(var width, var op, var dst, var src) -> {
                var result = Taint.alu(width, op, frame.taint(dst), taint(frame, src));
                perform(perform, frame, dst, result);
            }
            case Insn.Mov(var width, var dst, var src) -> perform(perform, frame, dst, taint(frame, src).narrowed(width));
            case Insn.MovSx(var width, var from, var dst, var src) ->
                perform(perform, frame, dst, frame.taint(src).signExtended(width, from));
            case Insn.Neg(var width, var dst) -> perform(perform, frame, dst, frame.taint(dst).negated(width));
            case Insn.Swap(var op, var bits, var dst) ->
                perform(perform, frame, dst, frame.taint(dst).swapped(op, memory.order(), bits));
            case Insn.JumpIf(var width, var cond, var dst, var src, _) -> {
                if (Taint.decide(width, cond, frame.taint(dst), taint(frame, src)).isEmpty()) {
                    throw new AddressDependence("the condition");
                }
                perform.run();
            }
            case Insn.CallHelper helper when helper.isTailCall() -> {
                requirePointer(frame, R1);
                requirePointer(frame, R2);
                requireClean(frame.taint(R3).narrowed(Width.W32), "the index");
                perform.run();
            }
            case Insn.CallHelper(var id) -> callHelper(Helper.byId(id).orElse(null), frame, perform);
            case Insn.CallKfunc(var id, _) -> callKfunc(Kfunc.byId(id).orElse(null), frame, perform);
            case Insn.Load(var size, var signed, var dst, var base, var off) ->
                load(size, signed, dst, base, off, frame, perform);
            case Insn.LoadAcquire(var size, var dst, var base, var off) -> load(size, false, dst, base, off, frame, perform);
            case Insn.Store(var size, var base, var off, var src) -> store(size, base, off, src, frame, perform);
            case Insn.StoreRelease(var size, var base, var off, var src) -> store(size, base, off, src, frame, perform);
            case Insn.Atomic atomic -> atomic(atomic, frame, perform);
            // Frames pass on the taint of calls and exits; all others write a constant or an address.
            case Insn.Jump _,Insn.Call _,Insn.Exit _,Insn.MovPerCpu _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _ ->
                perform.run();
        }
    }

    private static void perform(Runnable perform, Frame frame, Reg dst, Taint result) {
        perform.run();
        frame.write(dst, result);
    }

    private static Taint taint(Frame frame, Operand operand) {
        return switch (operand) {
            case Reg reg -> frame.taint(reg);
            case Imm(var value) -> Taint.clean(value);
        };
    }

    private static void requirePointer(Frame frame, Reg reg) {
        var address = frame.taint(reg);
        if (!address.isClean() && address.object() == null) {
            throw new AddressDependence("which memory it uses");
        }
    }

    private static void requireClean(Taint value, String what) {
        if (!value.isClean()) {
            throw new AddressDependence(what);
        }
    }

    private void load(Size size, boolean signed, Reg dst, Reg base, int off, Frame frame, Runnable perform) {
        requirePointer(frame, base);
        long address = frame.read(base) + off;
        perform.run();
        var loaded = memory.taint(size, address, Arithmetic.zeroExtend(size, frame.read(dst)));
        // A narrow load may return a whole pointer, so the value is the register's.
        frame.write(dst, signed ? loaded.signExtended(Width.W64, size) : loaded.withValue(frame.read(dst)));
    }

    private void store(Size size, Reg base, int off, Operand src, Frame frame, Runnable perform) {
        requirePointer(frame, base);
        long address = frame.read(base) + off;
        var stored = taint(frame, src);
        perform.run();
        memory.taint(size, address, stored);
    }

    private void atomic(Insn.Atomic insn, Frame frame, Runnable perform) {
        requirePointer(frame, insn.base());
        var size = insn.size();
        long address = frame.read(insn.base()) + insn.off();
        var src = frame.taint(insn.src());
        var expected = insn.fetched() == R0 ? frame.taint(R0) : Taint.clean(0);
        var old = memory.taint(size, address, memory.load(size, address));
        perform.run();
        memory.taint(size, address, Taint.atomic(size, insn.op(), old, src, expected));
        if (insn.fetched() != null) {
            frame.write(insn.fetched(), old);
        }
    }

    private void callHelper(Helper helper, Frame frame, Runnable perform) {
        if (helper == null) {
            perform.run();
            return;
        }
        switch (helper) {
            case MAP_LOOKUP_ELEM -> {
                requireKey(frame);
                perform.run();
                if (frame.read(R0) != 0) {
                    point(frame, R0);
                }
            }
            case MAP_UPDATE_ELEM -> update(frame, perform);
            case MAP_DELETE_ELEM -> {
                requireKey(frame);
                perform.run();
            }
            case GET_CURRENT_TASK -> {
                perform.run();
                point(frame, R0);
            }
            case TRACE -> {
                var numbers = tainted(Helpers.numbers(helper), 0, frame);
                perform.run();
                observe(numbers);
            }
            case KTIME_GET_NS, GET_PRANDOM_U32, GET_SMP_PROCESSOR_ID -> perform.run();
            case TAIL_CALL -> throw new IllegalArgumentException("a tail call is no call");
        }
        observe(new BitSet());
    }

    private void update(Frame frame, Runnable perform) {
        requireKey(frame);
        requirePointer(frame, R3);
        requireClean(frame.taint(R4), "the flags");
        long map = frame.read(R1);
        int key = (int) memory.load(Size.W, frame.read(R2));
        long value = frame.read(R3);
        perform.run();
        if (frame.read(R0) == 0) {
            memory.taintUpdated(memory.mapAt(map), key, value);
        }
    }

    private void requireKey(Frame frame) {
        requirePointer(frame, R1);
        requirePointer(frame, R2);
        long key = frame.read(R2);
        requireClean(memory.taint(Size.W, key, memory.load(Size.W, key)), "the key");
    }

    private void callKfunc(Kfunc kfunc, Frame frame, Runnable perform) {
        if (kfunc == null) {
            perform.run();
            return;
        }
        // The module is the first recorded scalar.
        var numbers = tainted(Helpers.numbers(kfunc), 1, frame);
        var first = frame.taint(R1);
        switch (kfunc) {
            case INC10 -> increment(10, first, frame, perform);
            case INC100 -> increment(100, first, frame, perform);
            case WEIGH -> {
                var sum = first;
                for (int i = 2; i <= R4.number(); i++) {
                    var weighed = Taint.alu(Width.W64, AluOp.MUL, frame.taint(Reg.of(i)), Taint.clean(i));
                    sum = Taint.alu(Width.W64, AluOp.ADD, sum, weighed);
                }
                perform(perform, frame, R0, sum);
            }
            case ORIGIN -> {
                perform.run();
                var upper = Taint.alu(Width.W64, AluOp.AND, first, Taint.clean(UPPER_HALF));
                frame.write(R0, upper.withValue(frame.read(R0)));
            }
            case NOTE -> perform.run();
            case CAST, RDONLY -> perform(perform, frame, R0, first);
        }
        observe(numbers);
    }

    private void increment(long by, Taint pointer, Frame frame, Runnable perform) {
        requirePointer(frame, R1);
        var old = memory.taint(Size.DW, pointer.value(), memory.load(Size.DW, pointer.value()));
        var sum = Taint.alu(Width.W64, AluOp.ADD, old, Taint.clean(by));
        perform(perform, frame, R0, sum);
        memory.taint(Size.DW, pointer.value(), sum);
    }

    /// Positions, counted from `start`, of the registers that depend on addresses.
    private static BitSet tainted(List<Reg> registers, int start, Frame frame) {
        var positions = new BitSet();
        for (int i = 0; i < registers.size(); i++) {
            positions.set(start + i, !frame.taint(registers.get(i)).isClean());
        }
        return positions;
    }

    /// Keeps the tainted positions of the last call if it was recorded.
    private void observe(BitSet numbers) {
        if (scalars.size() < helpers.calls().size()) {
            scalars.add(numbers);
        }
    }

    /// Comparable parts of the run's observation; `last` is the frame of the final exit.
    Comparability comparability(Case source, Frame last) {
        var maps = new ArrayList<BitSet>();
        for (int map = 0; map < source.maps().size(); map++) {
            maps.add(source.maps().get(map) instanceof BpfMap.Array array ? memory.taintedValues(map, array) : new BitSet());
        }
        return Comparability.of(!last.taint(R0).isClean(), maps, memory.taintedContext(), scalars);
    }
}
