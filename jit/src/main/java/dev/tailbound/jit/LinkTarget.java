package dev.tailbound.jit;

/// Address space for linking: addresses of objects, and allocation of code.
public interface LinkTarget {

    /// Address of the map object.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// Address of a kfunc of a module: 0 for the kernel itself, otherwise the 1-based module number in the case.
    default long kfuncAddress(int id, int module) {
        throw new UnsupportedOperationException("kfunc %d of module %d has no address".formatted(id, module));
    }

    /// Layout of the kernel structures in this guest's memory.
    ObjectLayout layout();

    /// Address for the next function, aligned like the guest kernel's images and within call range of all others.
    long nextCode();

    /// Reserves space for one function there; throws [IllegalStateException] if there is not enough.
    void allocateCode(int size);

    /// Writes code to its reserved space.
    void placeCode(long address, byte[] code);

    /// Address of the kernel function that trampolines call before a program, see [Trampoline#enter()].
    long programEnter();

    /// Address of the kernel function that trampolines call after a program.
    long programExit();

    /// Places position-independent code in the code region; returns its address.
    long placeRoutine(byte[] code);
}
