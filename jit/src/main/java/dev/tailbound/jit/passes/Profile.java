package dev.tailbound.jit.passes;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Architecture;
import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.PerCpu;
import dev.tailbound.jit.SkBuff;

/// Architecture and kernel properties that passes depend on.
///
/// @param cpuId     the stage that inlines `bpf_get_smp_processor_id`
/// @param cpuNumber address of the per-CPU variable with the CPU number
/// @param currentTask address of the per-CPU variable for inlining `bpf_get_current_task`; 0 if it is not inlined
/// @param cpuMove   width of the move that loads such an address
/// @param layout    of the kernel structures
/// @param skb       layout of the context
public record Profile(CpuId cpuId, int cpuNumber, int currentTask, Width cpuMove, ObjectLayout layout, SkBuff skb) {

    /// The stage that inlines a helper.
    public enum CpuId {
        NONE, VERIFIER, JIT
    }

    // @formatter:off
    public static final Profile X86_64_V6_1  = new Profile(CpuId.NONE,   PerCpu.CPU_NUMBER, 0,                   Width.W32, ObjectLayout.V6_1,  SkBuff.X86_64_V6_1);
    public static final Profile X86_64_V6_12 = new Profile(CpuId.VERIFIER, PerCpu.CPU_NUMBER, 0,                   Width.W32, ObjectLayout.V6_12, SkBuff.X86_64_V6_12);
    public static final Profile X86_64_V7_2  = new Profile(CpuId.VERIFIER, PerCpu.CPU_NUMBER, PerCpu.CURRENT_TASK, Width.W64, ObjectLayout.V7_2,  SkBuff.X86_64_V6_12);
    public static final Profile ARM64_V6_1   = new Profile(CpuId.NONE,   0,                 0,                   Width.W32, ObjectLayout.V6_1,  SkBuff.ARM64_V6_1);
    public static final Profile ARM64_V6_12  = new Profile(CpuId.JIT,      0,                 0,                   Width.W32, ObjectLayout.V6_12, SkBuff.ARM64_V6_12);
    public static final Profile ARM64_V7_2   = new Profile(CpuId.JIT,      0,                 0,                   Width.W32, ObjectLayout.V7_2,  SkBuff.ARM64_V6_12);
    // @formatter:on

    public static Profile of(Architecture architecture, KernelRelease release) {
        return switch (architecture) {
            case X86_64 -> switch (release) {
                case V6_1 -> X86_64_V6_1;
                case V6_12 -> X86_64_V6_12;
                case V7_2 -> X86_64_V7_2;
            };
            case ARM64 -> switch (release) {
                case V6_1 -> ARM64_V6_1;
                case V6_12 -> ARM64_V6_12;
                case V7_2 -> ARM64_V7_2;
            };
        };
    }

    /// The same with other addresses of the variables.
    public Profile withVariables(int cpuNumberAt, int currentTaskAt) {
        return new Profile(cpuId, cpuNumberAt, currentTaskAt, cpuMove, layout, skb);
    }

    /// Kernels up to 6.1 do not have `bpf_fastcall`.
    boolean knowsFastcall() {
        return cpuId != CpuId.NONE;
    }

    /// The call is to a `bpf_fastcall` function and will be inlined; `inlines` if the verifier inlines.
    boolean leavesRegisters(Insn call, boolean inlines) {
        return switch (call) {
            case Insn.CallHelper(int id) -> Helper.byId(id).map(Helper::isFastcall).orElse(false)
                    && (cpuId == CpuId.JIT || (cpuId == CpuId.VERIFIER && inlines));
            case Insn.CallKfunc(int id, _) -> inlines && Kfunc.byId(id).map(Kfunc::isFastcall).orElse(false);
            default -> false;
        };
    }
}
