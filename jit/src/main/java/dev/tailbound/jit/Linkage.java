package dev.tailbound.jit;

/// The addresses and structure offsets of the guest that machine code refers to.
public interface Linkage {

    /// Address of the map object, what `ld_imm64` with a map loads.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// Address of a kernel function of a module, 0 being the kernel itself.
    default long kfuncAddress(int id, int module) {
        throw new UnsupportedOperationException("kfunc %d of module %d has no address".formatted(id, module));
    }

    /// Address of one of the backend's [Backend#routines()].
    long routineAddress(int routine);

    /// `bpf_func` of a function of the program being compiled, 0 being the main one.
    long functionAddress(int subprogram);

    /// Where this CPU keeps the distance from a per-CPU variable to its own instance of it; x86-64 reads it through `gs`.
    default int thisCpuOff() {
        return PerCpu.THIS_CPU_OFF;
    }

    /// The kernel structures that an indirect tail call reads.
    ObjectLayout layout();
}
