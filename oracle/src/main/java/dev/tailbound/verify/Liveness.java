package dev.tailbound.verify;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;

/// Which registers some way through the code still reads before it writes them; in the others, states may differ.
final class Liveness {
    private static final int CALLER_SAVED = (1 << 6) - 1;
    private static final int ARGUMENTS = CALLER_SAVED & ~1;

    private final ControlFlow flow;
    private final AttachmentRole role;
    private final int[] live;
    // The branches to each instruction, as lists through `otherBranch`; entries are indices plus one, 0 ends a list.
    private final int[] branchTo;
    private final int[] otherBranch;

    /// In `role`'s sites all arguments are live: whoever is attached there may read them.
    Liveness(ControlFlow flow, AttachmentRole role) {
        this.flow = flow;
        this.role = role;
        live = new int[flow.size()];
        branchTo = new int[flow.size()];
        otherBranch = new int[flow.size()];
        for (int i = 0; i < flow.size(); i++) {
            if (flow.insn(i) instanceof Insn.Branch branch) {
                otherBranch[i] = branchTo[branch.target()];
                branchTo[branch.target()] = i + 1;
            }
        }
        settle();
    }

    // From the end on; what an instruction learns it passes to those that it can follow.
    private void settle() {
        var open = new int[flow.size()];
        var isOpen = new boolean[flow.size()];
        int count = 0;
        for (int i = 0; i < flow.size(); i++) {
            open[count++] = i;
            isOpen[i] = true;
        }
        while (count > 0) {
            int at = open[--count];
            isOpen[at] = false;
            int before = before(at);
            if (before == live[at]) {
                continue;
            }
            live[at] = before;
            if (at > 0 && flow.insn(at - 1).fallsThrough() && !isOpen[at - 1]) {
                open[count++] = at - 1;
                isOpen[at - 1] = true;
            }
            for (int branch = branchTo[at] - 1; branch >= 0; branch = otherBranch[branch] - 1) {
                if (!isOpen[branch]) {
                    open[count++] = branch;
                    isOpen[branch] = true;
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
            case Insn.Call i -> (after & ~CALLER_SAVED) | (role.isSite(flow.functionOf(i.target())) ? ARGUMENTS
                    : live[i.target()] & ARGUMENTS);
            case Insn.CallHelper i -> (after & ~CALLER_SAVED) | Helper.byId(i.id()).map(h -> HelperSignature.of(h).registers())
                    .orElse(ARGUMENTS);
            case Insn.CallKfunc i -> (after & ~CALLER_SAVED) | Kfunc.byId(i.id()).map(KfuncCall::registers).orElse(ARGUMENTS);
            case Insn.MovPerCpu i -> (after & ~i.dst().bit()) | i.src().bit();
            case Insn.Exit _ -> flow.isHandover(at) ? Reg.R1.bit() : Reg.R0.bit();
        };
    }

    private static int bit(Operand operand) {
        return operand instanceof Reg reg ? reg.bit() : 0;
    }
}
