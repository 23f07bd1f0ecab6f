package dev.tailbound.verify;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;

/// Which registers some way through the code still reads before it writes them; in the others, states may differ.
final class Liveness {
    private static final int CALLER_SAVED = (1 << 6) - 1;
    private static final int ARGUMENTS = CALLER_SAVED & ~1;

    private final ControlFlow flow;
    private final int[] live;

    Liveness(ControlFlow flow, CallGraph calls) {
        this.flow = flow;
        live = new int[flow.size()];
        // A call reads what its callee does.
        for (int function : calls.calleesFirst()) {
            boolean changed = true;
            while (changed) {
                changed = false;
                for (int i = flow.end(function) - 1; i >= flow.start(function); i--) {
                    int before = before(i);
                    changed |= before != live[i];
                    live[i] = before;
                }
            }
        }
    }

    /// The registers live before an instruction, as a set of [Reg#bit()]s.
    int at(int insn) {
        return live[insn];
    }

    private int before(int at) {
        var insn = flow.insn(at);
        int after = insn.fallsThrough() ? live[at + 1] : 0;
        return switch (insn) {
            case Insn.Alu i -> after | i.dst().bit() | bit(i.src());
            case Insn.Neg i -> after | i.dst().bit();
            case Insn.Mov i -> (after & ~i.dst().bit()) | bit(i.src());
            case Insn.MovSx i -> (after & ~i.dst().bit()) | i.src().bit();
            case Insn.Swap i -> after | i.dst().bit();
            case Insn.LoadImm64 i -> after & ~i.dst().bit();
            case Insn.LoadMap i -> after & ~i.dst().bit();
            case Insn.LoadMapValue i -> after & ~i.dst().bit();
            case Insn.Load i -> (after & ~i.dst().bit()) | i.base().bit();
            case Insn.Store i -> after | i.base().bit() | bit(i.src());
            // The register that receives the old value is an operand, too.
            case Insn.Atomic i -> after | i.base().bit() | i.src().bit() | (i.op() == AtomicOp.CMPXCHG ? Reg.R0.bit() : 0);
            case Insn.LoadAcquire i -> (after & ~i.dst().bit()) | i.base().bit();
            case Insn.StoreRelease i -> after | i.base().bit() | i.src().bit();
            case Insn.Jump i -> live[i.target()];
            case Insn.JumpIf i -> after | live[i.target()] | i.dst().bit() | bit(i.src());
            case Insn.Call i -> (after & ~CALLER_SAVED) | (live[i.target()] & ARGUMENTS);
            case Insn.CallHelper i -> (after & ~CALLER_SAVED) | Helper.byId(i.id()).map(h -> HelperSignature.of(h).registers())
                    .orElse(ARGUMENTS);
            case Insn.Exit _ -> Reg.R0.bit();
        };
    }

    private static int bit(Operand operand) {
        return operand instanceof Reg reg ? reg.bit() : 0;
    }
}
