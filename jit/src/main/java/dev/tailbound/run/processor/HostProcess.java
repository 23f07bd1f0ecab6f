package dev.tailbound.run.processor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The main class of the process that executes instructions: reads trials from standard input, writes effects to standard output. An exception of
/// the processor ends it.
@SuppressWarnings("restricted") // it runs machine code
final class HostProcess {
    // Numbers of Linux on x86-64: arch_prctl(2), mmap(2).
    private static final long SYS_ARCH_PRCTL = 158;
    private static final long ARCH_SET_GS = 0x1001;
    private static final int PROT_READ_WRITE_EXECUTE = 7;
    private static final int MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE = 0x2 | 0x20 | 0x10_0000;

    /// Exit code after a failure that is no exception of the processor.
    private static final int FAILED = 3;

    private final MemorySegment pages;
    private final MethodHandle enter;
    private final MethodHandle control;
    private long gsBase;

    private HostProcess() throws Throwable {
        var linker = Linker.nativeLinker();
        var mmap = linker.downcallHandle(linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        long mapped = (long) mmap.invokeExact(Trial.CODE, (long) Harness.BYTES, PROT_READ_WRITE_EXECUTE,
                MAP_PRIVATE_ANONYMOUS_FIXED_NOREPLACE, -1, 0L);
        if (mapped != Trial.CODE) {
            throw new IOException("mmap of executable memory at 0x%x: refused".formatted(Trial.CODE));
        }
        pages = MemorySegment.ofAddress(Trial.CODE).reinterpret(Harness.BYTES);
        MemorySegment.copy(Harness.code(), 0, pages, JAVA_BYTE, 0, Trial.PAGE);
        enter = linker.downcallHandle(MemorySegment.ofAddress(Trial.CODE), FunctionDescriptor.ofVoid());
        control = linker.downcallHandle(linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS), Linker.Option.firstVariadicArg(1));
    }

    public static void main(String... none) {
        try {
            serve();
        } catch (Throwable failure) { // invoking native code declares it
            System.err.println(failure.getMessage());
            System.exit(FAILED);
        }
    }

    private static void serve() throws Throwable {
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new BufferedOutputStream(System.out));
        var process = new HostProcess();
        out.writeInt(Wire.READY);
        while (true) {
            out.flush();
            int count;
            try {
                count = in.readInt();
            } catch (EOFException _) {
                return; // the parent has ended
            }
            for (int i = 0; i < count; i++) {
                Wire.write(out, process.run(Wire.trial(in)));
            }
        }
    }

    private Effect.Done run(Trial trial) throws Throwable {
        if (trial.gsBase() != gsBase) {
            long error = (long) control.invokeExact(SYS_ARCH_PRCTL, ARCH_SET_GS, MemorySegment.ofAddress(trial.gsBase()));
            if (error != 0) {
                throw new IOException("arch_prctl(ARCH_SET_GS, 0x%x): error %d".formatted(trial.gsBase(), error));
            }
            gsBase = trial.gsBase();
        }
        long from = trial.start() - Trial.CODE;
        MemorySegment.copy(trial.code(), 0, pages, JAVA_BYTE, from, trial.code().length);
        int jump = Harness.jump();
        pages.set(JAVA_INT.withByteAlignment(1), jump, (int) from - jump - Integer.BYTES);
        for (int i = 0; i < Trial.REGISTERS; i++) {
            pages.set(JAVA_LONG, Harness.STATE + 8L * i, trial.registers()[i]);
        }
        pages.set(JAVA_LONG, Harness.FLAGS, trial.flags() | 0x202); // IF and a bit that is always set
        long window = Trial.WINDOW - Trial.CODE;
        MemorySegment.copy(trial.window(), 0, pages, JAVA_BYTE, window, Trial.WINDOW_BYTES);

        enter.invokeExact();

        var registers = new long[Trial.REGISTERS];
        for (int i = 0; i < Trial.REGISTERS; i++) {
            registers[i] = pages.get(JAVA_LONG, Harness.STATE + 8L * i);
        }
        return new Effect.Done(registers, pages.get(JAVA_LONG, Harness.FLAGS) & Trial.FLAGS,
                pages.get(JAVA_INT, Harness.JUMPED) != 0, pages.asSlice(window, Trial.WINDOW_BYTES).toArray(JAVA_BYTE));
    }
}
