package dev.tailbound.jit;

/// The addresses and structure offsets of the guest that machine code refers to.
public interface Linkage {

    /// Address of the map object, what `ld_imm64` with a map loads.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// Address of one of the backend's [Backend#routines()].
    long routineAddress(int routine);

    /// `bpf_func` of a function of the program being compiled, 0 being the main one.
    long functionAddress(int subprogram);

    /// The kernel structures that an indirect tail call reads.
    ObjectLayout layout();
}
