package dev.tailbound.jit;

/// Where the variables of a CPU lie in its per-CPU area, whose base the guest keeps in a register of its own.
public final class PerCpu {
    /// `this_cpu_off`: the address of the area itself.
    public static final int THIS_CPU_OFF = 0;
    /// `bpf_tail_call_cnt`, 32 bits, of [dev.tailbound.jit.x86.PerCpuScheme].
    public static final int TAIL_CALL_COUNT = 64;

    private PerCpu() {}
}
