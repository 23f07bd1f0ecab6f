package dev.tailbound.isa;

/// The version of the instruction set from which on an instruction is in it, as compilers (`-mcpu=v3`) and bpf_conformance number them.
///
/// Atomic operations, calls and maps are told apart by what a runtime supports rather than by version.
public enum CpuVersion {
    V1("v1"), V2("v2"), V3("v3"), V4("v4");

    private final String word;

    CpuVersion(String word) {
        this.word = word;
    }

    /// The word of `-mcpu`.
    public String word() {
        return word;
    }

    public static CpuVersion of(Insn insn) {
        return switch (insn) {
            case Insn.Alu(_, var op, _, _) -> op == AluOp.SDIV || op == AluOp.SMOD ? V4 : V1;
            case Insn.Swap(var op, _, _) -> op == SwapOp.BSWAP ? V4 : V1;
            case Insn.Load(_, boolean signed, _, _, _) -> signed ? V4 : V1;
            case Insn.Jump(boolean far, _) -> far ? V4 : V1;
            case Insn.MovSx _ -> V4;
            case Insn.JumpIf(var width, var cond, _, _, _) -> width == Width.W32 ? V3 : isOfV2(cond) ? V2 : V1;
            case Insn.Neg _,Insn.Mov _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Store _,Insn.Atomic _,Insn.LoadAcquire _,Insn.StoreRelease _,Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _,Insn.MovPerCpu _,Insn.Exit _ ->
                V1;
        };
    }

    private static boolean isOfV2(Cond cond) {
        return switch (cond) {
            case LT, LE, SLT, SLE -> true;
            case EQ, GT, GE, SET, NE, SGT, SGE -> false;
        };
    }
}
