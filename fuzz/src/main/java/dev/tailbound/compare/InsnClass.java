package dev.tailbound.compare;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Width;
import java.util.Locale;

/// The kind of an instruction without its operands, as signatures name it: `alu32-mul`, `jmp64-sgt`, `tail-call`.
public final class InsnClass {
    private InsnClass() {}

    public static String of(Insn insn) {
        return switch (insn) {
            case Insn.Alu i -> "alu" + bits(i.width()) + lower(i.op());
            case Insn.Neg i -> "alu" + bits(i.width()) + "neg";
            case Insn.Mov i -> "alu" + bits(i.width()) + "mov";
            case Insn.MovSx i -> "alu" + bits(i.width()) + "movsx" + i.from().bits();
            case Insn.Swap i -> i.op().symbol() + i.bits();
            case Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _ -> "ld-imm64";
            case Insn.Load i -> (i.signed() ? "ldsx" : "ldx") + i.size().bits();
            case Insn.Store i -> (i.src() instanceof Imm ? "st" : "stx") + i.size().bits();
            case Insn.Atomic i -> "atomic" + i.size().bits() + "-" + lower(i.op());
            case Insn.LoadAcquire i -> "load-acquire" + i.size().bits();
            case Insn.StoreRelease i -> "store-release" + i.size().bits();
            case Insn.Jump i -> i.far() ? "gotol" : "ja";
            case Insn.JumpIf i -> "jmp" + bits(i.width()) + "j" + lower(i.cond());
            case Insn.Call _ -> "call";
            case Insn.CallHelper i when i.isTailCall() -> "tail-call";
            case Insn.CallHelper i -> Helper.byId(i.id()).map(Helper::symbol).orElse("helper-" + i.id());
            case Insn.CallKfunc i -> Kfunc.byId(i.id()).map(Kfunc::symbol).orElse("kfunc-" + i.id());
            case Insn.MovPerCpu _ -> "mov-percpu";
            case Insn.Exit _ -> "exit";
        };
    }

    private static String bits(Width width) {
        return width.bits() + "-";
    }

    private static String lower(Enum<?> op) {
        return op.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
