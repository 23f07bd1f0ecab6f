package dev.tailbound.jit;

/// Addresses and structure offsets of the guest for use in machine code.
public interface Linkage {

    /// Address of the map object, as loaded by `ld_imm64` with a map.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// Address of a kfunc of a module; module 0 is the kernel itself.
    default long kfuncAddress(int id, int module) {
        throw new UnsupportedOperationException("kfunc %d of module %d has no address".formatted(id, module));
    }

    /// Address of one of the backend's [Backend#routines()].
    long routineAddress(int routine);

    /// `bpf_func` of a function of the program being compiled; 0 is the main function.
    long functionAddress(int subprogram);

    /// Per-CPU offset of `this_cpu_off`, the distance from a per-CPU variable to this CPU's instance; x86-64 reads it through `gs`.
    default int thisCpuOff() {
        return PerCpu.THIS_CPU_OFF;
    }

    /// The kernel structures that an indirect tail call reads.
    ObjectLayout layout();
}
