package dev.tailbound.jit;

/// The address space that code is linked for: where its objects lie, and where code may go.
public interface Guest {

    /// Address of the map object.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// Address of a kernel function of a module, 0 being the kernel itself, else counted from 1 in the case.
    default long kfuncAddress(int id, int module) {
        throw new UnsupportedOperationException("kfunc %d of module %d has no address".formatted(id, module));
    }

    /// The kernel structures in this guest's memory.
    ObjectLayout layout();

    /// Where the next function will lie, aligned as the guest's kernel aligns images, and within reach of a call from all others.
    long nextCode();

    /// Reserves room there for one function; throws [IllegalStateException] where none is left.
    void allocateCode(int size);

    /// Puts code into room that was reserved for it.
    void placeCode(long address, byte[] code);

    /// Address of the kernel's function that is called before a program that a trampoline runs, see [Trampoline#enter()].
    long programEnter();

    /// Address of the one that is called after it.
    long programExit();

    /// Puts code that works anywhere into the region for code, and gives its address.
    long placeRoutine(byte[] code);
}
