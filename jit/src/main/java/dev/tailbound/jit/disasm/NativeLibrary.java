package dev.tailbound.jit.disasm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.tailbound.setup.Packages;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Optional;

/// A shared library of the operating system, never closed.
///
/// ```java
/// var capstone = NativeLibrary.open("libcapstone.so.5", "libcapstone.so.4");
/// MethodHandle close = capstone.function("cs_close", FunctionDescriptor.of(JAVA_INT, ADDRESS));
/// ```
public final class NativeLibrary {
    /// `Dl_info`: the path of the library, its base, the nearest symbol and that symbol's address.
    private static final MemoryLayout DL_INFO = MemoryLayout.sequenceLayout(4, ADDRESS);
    private static final int RTLD_NOW = 2;

    private final String soname;
    private final Optional<SymbolLookup> symbols;
    private final List<String> names;

    private NativeLibrary(String soname, Optional<SymbolLookup> symbols, List<String> names) {
        this.soname = soname;
        this.symbols = symbols;
        this.names = names;
    }

    /// The first of these that the dynamic linker can load from `LD_LIBRARY_PATH` or the system folders. The package table has a row for the first
    /// name.
    ///
    /// If none can be loaded, calls of the functions throw [MissingLibraryException]; an exception here would be wrapped by the static initialiser of
    /// a class with constants for them.
    @SuppressWarnings("restricted") // calling native code is what this class is for
    public static NativeLibrary open(String... names) {
        for (var name : names) {
            try {
                var symbols = SymbolLookup.libraryLookup(name, Arena.global());
                return new NativeLibrary(name, Optional.of(symbols), List.of(names));
            } catch (IllegalArgumentException notLoaded) {
                // the next one may exist; if none does, the dynamic linker reports the reason
            }
        }
        return new NativeLibrary(names[0], Optional.empty(), List.of(names));
    }

    /// Path of the loaded file, found by its function `function`; throws [UnusableLibraryException] if there is none.
    @SuppressWarnings("restricted") // a C string of unknown length
    public String path(String function) {
        var symbol = symbol(function).orElseThrow(() -> unusable(function));
        try (var arena = Arena.ofConfined()) {
            var info = arena.allocate(DL_INFO);
            int found = (int) system("dladdr", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)).invokeExact(symbol, info);
            return found == 0 ? soname : info.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    /// The function of this name. If it or the library is missing, a call throws [UnusableLibraryException].
    @SuppressWarnings("restricted")
    public MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        return symbol(name).map(symbol -> Linker.nativeLinker().downcallHandle(symbol, type, options)).orElseGet(() -> {
            var call = type.toMethodType();
            var refusal = MethodHandles.throwException(call.returnType(), UnusableLibraryException.class).bindTo(unusable(name));
            return MethodHandles.dropArguments(refusal, 0, call.parameterList());
        });
    }

    private Optional<MemorySegment> symbol(String function) {
        return symbols.flatMap(found -> found.find(function));
    }

    private UnusableLibraryException unusable(String function) {
        var remedy = Packages.here().remedy(List.of(names.getFirst()));
        return symbols.isEmpty() ? new MissingLibraryException(names.stream().map(NativeLibrary::whyNotLoaded).toList(), remedy)
                : new UnusableLibraryException("%s: expected a function %s, found none; %s".formatted(soname, function, remedy));
    }

    /// The dynamic linker's message: no such file, wrong architecture, or a newer C library needed.
    @SuppressWarnings("restricted")
    private static String whyNotLoaded(String soname) {
        var load = system("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
        var lastError = system("dlerror", FunctionDescriptor.of(ADDRESS)); // looked up first, as a look-up forgets the error
        try (var arena = Arena.ofConfined()) {
            var _ = (MemorySegment) load.invokeExact(arena.allocateFrom(soname), RTLD_NOW);
            var error = (MemorySegment) lastError.invokeExact();
            return error.equals(MemorySegment.NULL) ? soname + ": cannot be loaded"
                    : error.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    /// A function of the C library.
    @SuppressWarnings("restricted")
    private static MethodHandle system(String name, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /// Converts a throwable from a native call to an unchecked exception: none declares a checked one.
    public static RuntimeException unchecked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            default -> new IllegalStateException("a native function threw", thrown);
        };
    }
}
