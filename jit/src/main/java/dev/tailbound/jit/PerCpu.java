package dev.tailbound.jit;

/// Offsets of variables in a CPU's per-CPU area, whose base is in a dedicated register of the guest.
public final class PerCpu {
    /// `this_cpu_off`: the address of the area itself.
    public static final int THIS_CPU_OFF = 0;
    /// `bpf_tail_call_cnt`, 32 bits, of [dev.tailbound.jit.x86.PerCpuScheme].
    public static final int TAIL_CALL_COUNT = 64;

    /// `cpu_number`, 32 bits.
    public static final int CPU_NUMBER = 128;
    /// `current_task`: the address of the current task.
    public static final int CURRENT_TASK = 136;
    /// `struct task_struct` of the current task; arm64 has its address in `sp_el0`.
    public static final int TASK = 1024;
    /// Offset of the CPU number in the task, in kernels 6.12 and 7.2.
    public static final int TASK_CPU_V6_12 = 16;
    public static final int TASK_CPU_V7_2 = 24;

    private PerCpu() {}
}
