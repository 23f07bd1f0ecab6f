package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.disasm.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Bindings to the functions of libunicorn 2 in use; each returns an error code, zero for success.
final class UnicornLibrary {
    static final String SONAME = "libunicorn.so.2";
    private static final NativeLibrary LIBRARY = NativeLibrary.open(SONAME);

    // For functions that neither block nor call back: skips the JVM's thread state transition.
    private static final Linker.Option SHORT = Linker.Option.critical(false);

    // @formatter:off
    static final MethodHandle OPEN        = function("uc_open", JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle CLOSE       = function("uc_close", ADDRESS);
    static final MethodHandle MAP_POINTER = function("uc_mem_map_ptr", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
    static final MethodHandle START       = function("uc_emu_start", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle HOOK_DELETE = function("uc_hook_del", ADDRESS, ADDRESS);
    static final MethodHandle STOP        = function("uc_emu_stop", ADDRESS);
    static final MethodHandle READ        = shortFunction("uc_reg_read", ADDRESS, JAVA_INT, ADDRESS);
    static final MethodHandle WRITE       = shortFunction("uc_reg_write", ADDRESS, JAVA_INT, ADDRESS);
    static final MethodHandle READ_BATCH  = shortFunction("uc_reg_read_batch", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    static final MethodHandle WRITE_BATCH = shortFunction("uc_reg_write_batch", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    // @formatter:on

    private static final MethodHandle VERSION = function("uc_version", ADDRESS, ADDRESS);

    // Two functions are variadic: the calling convention depends on the number of fixed arguments even without variadic ones.
    static final MethodHandle HOOK_ADD = LIBRARY.function("uc_hook_add",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(7));
    static final MethodHandle CONTROL_INT = control(JAVA_INT);
    static final MethodHandle CONTROL_RANGE = control(JAVA_LONG, JAVA_LONG);

    private static final MethodHandle STRERROR = LIBRARY.function("uc_strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private UnicornLibrary() {}

    /// The library in use; throws [dev.tailbound.jit.disasm.MissingLibraryException] if there is none.
    static LoadedLibrary library() {
        int number = number();
        return new LoadedLibrary("Unicorn", "%d.%d.%d".formatted(number >>> 24, number >> 16 & 0xff, number >> 8 & 0xff),
                LIBRARY.path("uc_version"));
    }

    /// From 2.1.0 on, virtual addresses are truncated to the physical address size unless translation is disabled.
    static boolean hasTlbTypes() {
        return number() >>> 16 >= 0x201;
    }

    /// Major, minor and patch version, eight bits each; the last eight bits are those of a release candidate.
    private static int number() {
        return error(() -> (int) VERSION.invokeExact(MemorySegment.NULL, MemorySegment.NULL));
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return LIBRARY.function(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle shortFunction(String name, MemoryLayout... arguments) {
        return LIBRARY.function(name, FunctionDescriptor.of(JAVA_INT, arguments), SHORT);
    }

    private static MethodHandle control(MemoryLayout... variadic) {
        var type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT).appendArgumentLayouts(variadic);
        return LIBRARY.function("uc_ctl", type, Linker.Option.firstVariadicArg(2));
    }

    /// A call of one of the functions above.
    @FunctionalInterface
    interface Call {
        int invoke() throws Throwable;
    }

    /// Makes a call whose failure is a bug in Tailbound; throws [UnicornException] on failure.
    static void check(String function, Call call) {
        int error = error(call);
        if (error != 0) {
            throw new UnicornException(function, error, describe(error));
        }
    }

    /// Makes a call and returns its error code.
    static int error(Call call) {
        try {
            return call.invoke();
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        }
    }

    /// The library's text for an error code.
    @SuppressWarnings("restricted") // a C string of unknown length
    static String describe(int error) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(error)).reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        }
    }
}
