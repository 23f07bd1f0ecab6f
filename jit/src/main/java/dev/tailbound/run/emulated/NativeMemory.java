package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tailbound.jit.disasm.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Compares native memory with the C library: for kilobytes twice as fast as [MemorySegment#mismatch] of JDK 25.
final class NativeMemory {
    private static final MethodHandle MEMCMP = memcmp();

    private NativeMemory() {}

    @SuppressWarnings("restricted") // calls native code
    private static MethodHandle memcmp() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow("memcmp"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG), Linker.Option.critical(false));
    }

    /// The first `length` bytes are equal.
    static boolean isSame(MemorySegment one, MemorySegment other, long length) {
        try {
            return (int) MEMCMP.invokeExact(one.asSlice(0, length), other.asSlice(0, length), length) == 0;
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        }
    }
}
