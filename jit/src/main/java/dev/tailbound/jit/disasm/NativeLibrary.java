package dev.tailbound.jit.disasm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// A shared library of the operating system, opened for the life of the process.
///
/// ```java
/// var capstone = NativeLibrary.open("libcapstone.so.4", "libcapstone4");
/// MethodHandle close = capstone.function("cs_close", FunctionDescriptor.of(JAVA_INT, ADDRESS));
/// ```
public final class NativeLibrary {
    private final String soname;
    private final SymbolLookup symbols;

    private NativeLibrary(String soname, SymbolLookup symbols) {
        this.soname = soname;
        this.symbols = symbols;
    }

    /// The library called `soname`, which the Debian package `debianPackage` installs; throws [MissingLibraryException] where there is none.
    @SuppressWarnings("restricted") // calling native code is what this class is for
    public static NativeLibrary open(String soname, String debianPackage) {
        try {
            return new NativeLibrary(soname, SymbolLookup.libraryLookup(soname, Arena.global()));
        } catch (IllegalArgumentException notFound) {
            throw new MissingLibraryException(soname, debianPackage, notFound);
        }
    }

    /// The function of this name; throws [IllegalStateException] where the library has none.
    @SuppressWarnings("restricted")
    public MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        var address = symbols.find(name)
                .orElseThrow(() -> new IllegalStateException("%s: expected a function %s, found none".formatted(soname, name)));
        return Linker.nativeLinker().downcallHandle(address, type, options);
    }

    /// What to throw for something thrown by a call of a native function: none declares a checked exception.
    public static RuntimeException unchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("a native function threw", thrown);
        };
    }
}
