package dev.tailbound.jit.x86;

import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;

/// Selects x86-64 instructions for each BPF instruction.
public class FunctionEmitter {
    private final AluEmitter arithmetic;
    private final MemoryEmitter memory;
    private final ControlFlowEmitter control;
    private final Lowered lowered;
    private final Linkage linkage;

    public FunctionEmitter(AluEmitter arithmetic, MemoryEmitter memory, ControlFlowEmitter control, Lowered lowered,
            Linkage linkage) {
        this.arithmetic = arithmetic;
        this.memory = memory;
        this.control = control;
        this.lowered = lowered;
        this.linkage = linkage;
    }

    public void select(int index, Insn insn) {
        switch (insn) {
            case Insn.Alu i -> arithmetic.alu(i);
            case Insn.Neg i -> arithmetic.neg(i);
            case Insn.Mov i -> arithmetic.mov(i);
            case Insn.MovSx i -> arithmetic.movSx(i);
            case Insn.Swap i -> arithmetic.swap(i);
            case Insn.LoadImm64(var dst, var value) -> arithmetic.loadImm64(Register.of(dst), value);
            case Insn.LoadMap(var dst, var map) -> arithmetic.loadImm64(Register.of(dst), linkage.mapAddress(map));
            case Insn.LoadMapValue(var dst, var map, var off) ->
                arithmetic.loadImm64(Register.of(dst), linkage.valueAddress(map) + off);
            case Insn.Load(var size, var signed, var dst, var base, var off) -> memory.load(size, signed, dst, base, off);
            case Insn.Store(var size, var base, var off, var src) -> memory.store(size, base, off, src);
            case Insn.Atomic i -> memory.atomic(i);
            case Insn.LoadAcquire(var size, var dst, var base, var off) -> memory.load(size, false, dst, base, off);
            case Insn.StoreRelease(var size, var base, var off, var src) -> memory.store(size, base, off, src);
            case Insn.Jump i -> control.jump(index, i);
            case Insn.JumpIf i -> control.jumpIf(index, i);
            case Insn.Call(var target) -> control.call(linkage.functionAddress(lowered.subprogramAt(target)));
            case Insn.CallHelper i when i.isTailCall() ->
                lowered.slot(index).ifPresentOrElse(control::tailCall, control::tailCall);
            case Insn.CallHelper(var id) -> control.callHelper(linkage.helperAddress(id));
            case Insn.CallKfunc i -> control.callKfunc(linkage.kfuncAddress(i.id(), lowered.module(i)), i);
            case Insn.MovPerCpu(var dst, var src) ->
                arithmetic.movPerCpu(Register.of(dst), Register.of(src), linkage.thisCpuOff());
            case Insn.Exit _ -> control.exit(index);
        }
    }
}
