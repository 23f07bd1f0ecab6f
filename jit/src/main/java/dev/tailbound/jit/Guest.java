package dev.tailbound.jit;

/// The address space that code is linked for: where its objects lie, and where code may go.
public interface Guest {

    /// Address of the map object.
    long mapAddress(int map);

    /// Address of the value of key 0 of an array map.
    long valueAddress(int map);

    /// Address of the code of a helper.
    long helperAddress(int id);

    /// The kernel structures in this guest's memory.
    ObjectLayout layout();

    /// First address of the region for code, all of which is within reach of a call.
    long codeStart();

    /// Reserves room for one function, aligned as the guest's kernel aligns images; throws [IllegalStateException] where none is left.
    long allocateCode(int size);

    /// Puts code that works anywhere into the region for code, and gives its address.
    long placeRoutine(byte[] code);
}
