package dev.tailbound.verify;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;

/// Live registers before each instruction. States may differ in dead registers.
final class Liveness {
    private final ControlFlow flow;
    private final AttachmentRole role;
    private final int[] live;
    // Branches to each instruction, as linked lists through `otherBranch`; entries are indices plus one, 0 ends a list.
    private final int[] branchTo;
    private final int[] otherBranch;

    /// At `role`'s attach points all arguments are live: attached programs may read them.
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

    // Backward worklist: a changed instruction requeues its predecessors.
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
        int before = (after & ~insn.writes()) | insn.reads();
        return switch (insn) {
            case Insn.Jump i -> live[i.target()];
            case Insn.JumpIf i -> before | live[i.target()];
            case Insn.Call i -> before | (role.isSite(flow.functionOf(i.target())) ? Reg.ARGUMENTS
                    : live[i.target()] & Reg.ARGUMENTS);
            case Insn.CallHelper i ->
                before | Helper.byId(i.id()).map(h -> HelperSignature.of(h).registers()).orElse(Reg.ARGUMENTS);
            case Insn.CallKfunc i -> before | Kfunc.byId(i.id()).map(KfuncCall::registers).orElse(Reg.ARGUMENTS);
            case Insn.Exit _ -> flow.isHandover(at) ? Reg.R1.bit() : Reg.R0.bit();
            case Insn.Alu _,Insn.Neg _,Insn.Mov _,Insn.MovSx _,Insn.Swap _,Insn.MovPerCpu _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Load _,Insn.Store _,Insn.Atomic _,Insn.LoadAcquire _,Insn.StoreRelease _ ->
                before;
        };
    }
}
