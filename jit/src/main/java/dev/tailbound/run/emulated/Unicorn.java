package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tailbound.jit.disasm.NativeLibrary;
import dev.tailbound.run.emulated.HostIsa.Register;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One emulated processor of libunicorn 2: registers, memory shared with Java, hooks, and stopping from outside.
///
/// ```java
/// var processor = new Unicorn(Cpu.X86_64, arena);
/// processor.map(0x10000, code, Unicorn.READ | Unicorn.EXECUTE);
/// int error = processor.start(0x10000, 0x10005);
/// ```
///
/// Costs with libunicorn 2.0.1 (2.1.4 runs code about 20 % slower): a start 0.2 us, 2.2 us more if it ends at `until`; a reached hook 30 ns;
/// translation 0.5 to 1 us per instruction; opening 0.3 ms. One thread at a time may use it, except for [#stop()].
final class Unicorn implements AutoCloseable {
    static final int READ = 1;
    static final int WRITE = 2;
    static final int EXECUTE = 4;

    // enum uc_hook_type
    private static final int HOOK_INTERRUPT = 1;
    private static final int HOOK_CODE = 1 << 2;
    private static final int HOOK_MEMORY_INVALID = 0x3f0;

    // enum uc_control_type in bits 0..25, the number of arguments from bit 26, "write" in bit 30
    private static final int CONTROL_CPU_MODEL = 7 | 1 << 26 | 1 << 30;
    private static final int CONTROL_REMOVE_CACHE = 9 | 2 << 26 | 1 << 30;
    private static final int CONTROL_TLB_TYPE = 12 | 1 << 26 | 1 << 30;
    /// `UC_TLB_VIRTUAL` of `enum uc_tlb_type`: each virtual address is the physical one.
    private static final int TLB_VIRTUAL = 1;

    private static final FunctionDescriptor CODE_CALLBACK = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    private static final FunctionDescriptor MEMORY_CALLBACK = FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_LONG,
            JAVA_INT, JAVA_LONG, ADDRESS);
    private static final FunctionDescriptor INTERRUPT_CALLBACK = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS);

    /// Called before an instruction runs, with its address.
    @FunctionalInterface
    interface CodeHook {
        void reached(long address);
    }

    /// Called for a denied memory access, before the guest stops; `type` is an `enum uc_mem_type`.
    @FunctionalInterface
    interface MemoryHook {
        void denied(int type, long address, int size);
    }

    /// The same as called by native code: the result says whether to retry.
    @FunctionalInterface
    interface MemoryCallback {
        boolean denied(int type, long address, int size);
    }

    /// Called when the processor raises an exception, with its number: the vector on x86, QEMU's `EXCP_` number on arm64.
    @FunctionalInterface
    interface InterruptHook {
        void raised(int number);
    }

    private final Cpu cpu;
    private final Arena arena;
    private final MemorySegment cell;
    private final List<Runnable> setup = new ArrayList<>();
    private MemorySegment handle;
    private Throwable thrownInHook;

    /// Opens an emulator whose hooks and buffers live as long as `arena`.
    Unicorn(Cpu cpu, Arena arena) {
        this.cpu = cpu;
        this.arena = arena;
        this.cell = arena.allocate(JAVA_LONG);
        this.handle = open();
    }

    private MemorySegment open() {
        UnicornLibrary.check("uc_open", () -> (int) UnicornLibrary.OPEN.invokeExact(cpu.arch(), cpu.mode(), cell));
        var opened = cell.get(ADDRESS, 0);
        UnicornLibrary.check("uc_ctl(cpu model)",
                () -> (int) UnicornLibrary.CONTROL_INT.invokeExact(opened, CONTROL_CPU_MODEL, cpu.model()));
        if (UnicornLibrary.hasTlbTypes()) {
            UnicornLibrary.check("uc_ctl(TLB type)",
                    () -> (int) UnicornLibrary.CONTROL_INT.invokeExact(opened, CONTROL_TLB_TYPE, TLB_VIRTUAL));
        }
        return opened;
    }

    /// Frees all translated code: closes and reopens the emulator with the same guest memory and hooks and with initial registers. Hooks are reused
    /// because new ones would have to be compiled by the JVM.
    void renew() {
        close();
        handle = open();
        setup.forEach(Runnable::run);
    }

    private void setUp(Runnable step) {
        step.run();
        setup.add(step);
    }

    /// Makes `memory` the guest's memory at `address`, without a copy; both start and end at page boundaries.
    void map(long address, MemorySegment memory, int protection) {
        setUp(() -> UnicornLibrary.check("uc_mem_map_ptr",
                () -> (int) UnicornLibrary.MAP_POINTER.invokeExact(handle, address, memory.byteSize(), protection, memory)));
    }

    long read(Register register) {
        UnicornLibrary.check("uc_reg_read", () -> (int) UnicornLibrary.READ.invokeExact(handle, register.id(), cell));
        return cell.get(JAVA_LONG, 0);
    }

    void write(Register register, long value) {
        cell.set(JAVA_LONG, 0, value);
        UnicornLibrary.check("uc_reg_write", () -> (int) UnicornLibrary.WRITE.invokeExact(handle, register.id(), cell));
    }

    /// Registers to be read and written together in one call.
    Batch batch(Collection<Register> registers) {
        return new Batch(registers);
    }

    /// Runs from `begin` until `until` is reached, the guest is stopped, or it faults. Returns the library's error code: zero unless it faulted.
    ///
    /// Stopping in a hook avoids retranslating the block at `until` on each run.
    ///
    /// After a memory fault the program counter is the start of the translated block, or in some versions the instruction; after an exception it is
    /// exact.
    int start(long begin, long until) {
        return start(begin, until, 0);
    }

    /// The same, stopped after `count` instructions. A processor that counts once must always count, because counting is part of the translated code.
    int start(long begin, long until, long count) {
        int error = UnicornLibrary.error(() -> (int) UnicornLibrary.START.invokeExact(handle, begin, until, 0L, count));
        if (thrownInHook != null) {
            var thrown = thrownInHook;
            thrownInHook = null;
            throw NativeLibrary.unchecked(thrown);
        }
        return error;
    }

    /// Stops the guest: in a code hook before the instruction, from another thread at the end of a block. Has no effect if nothing runs, so another
    /// thread must repeat it until the run has ended.
    void stop() {
        UnicornLibrary.check("uc_emu_stop", () -> (int) UnicornLibrary.STOP.invokeExact(handle));
    }

    /// Drops the translations of `[from, to)`.
    ///
    /// Needed after patching code from Java, because the emulator does not see such writes. Flushing the whole cache instead touches each page of a 1
    /// GiB buffer and takes at least 14 ms.
    void forget(long from, long to) {
        UnicornLibrary.check("uc_ctl(remove cache)",
                () -> (int) UnicornLibrary.CONTROL_RANGE.invokeExact(handle, CONTROL_REMOVE_CACHE, from, to));
    }

    /// Hooks the instructions that start in `[from, to)`.
    void onCode(long from, long to, CodeHook hook) {
        var callback = callback(hook);
        setUp(() -> addHook(HOOK_CODE, from, to - 1, callback));
    }

    /// Hooks single instructions; the set can change between runs.
    Watch watch(CodeHook hook) {
        return new Watch(callback(hook));
    }

    private MemorySegment callback(CodeHook hook) {
        CodeHook guarded = address -> guard(() -> hook.reached(address));
        return callback(CODE_CALLBACK, callee(CodeHook.class, "reached", guarded, CODE_CALLBACK, 1));
    }

    /// Hooks all accesses to memory that is unmapped or does not permit the access.
    void onDenied(MemoryHook hook) {
        MemoryCallback guarded = (type, address, size) -> {
            guard(() -> hook.denied(type, address, size));
            return false;
        };
        var callback = callback(MEMORY_CALLBACK, callee(MemoryCallback.class, "denied", guarded, MEMORY_CALLBACK, 1, 2, 3));
        setUp(() -> addHook(HOOK_MEMORY_INVALID, 1, 0, callback));
    }

    /// `read of 8 bytes at 0x10`, for the arguments of a [MemoryHook].
    static String describeDenied(int type, long address, int size) {
        // enum uc_mem_type
        return switch (type) {
            case 19, 23 -> "read of %d bytes at 0x%x".formatted(size, address);
            case 20, 22 -> "write of %d bytes at 0x%x".formatted(size, address);
            default -> "jump to 0x%x".formatted(address);
        };
    }

    /// Hooks processor exceptions except undefined instructions. The hook must stop the guest, which otherwise ignores the exception.
    void onInterrupt(InterruptHook hook) {
        InterruptHook guarded = number -> guard(() -> hook.raised(number));
        var callback = callback(INTERRUPT_CALLBACK, callee(InterruptHook.class, "raised", guarded, INTERRUPT_CALLBACK, 1));
        setUp(() -> addHook(HOOK_INTERRUPT, 1, 0, callback));
    }

    @SuppressWarnings("restricted") // native code calls back
    private MemorySegment callback(FunctionDescriptor type, MethodHandle callee) {
        return Linker.nativeLinker().upcallStub(callee, type, arena);
    }

    // A range with end below start means all addresses.
    private MemorySegment addHook(int kind, long from, long to, MemorySegment callback) {
        UnicornLibrary.check("uc_hook_add",
                () -> (int) UnicornLibrary.HOOK_ADD.invokeExact(handle, cell, kind, callback, MemorySegment.NULL, from, to));
        return cell.get(ADDRESS, 0);
    }

    /// Adapts the hook's only method to a callback; it receives the callback's arguments at the given positions.
    private static <H> MethodHandle callee(Class<H> kind, String method, H hook, FunctionDescriptor callback, int... positions) {
        var type = callback.toMethodType();
        var passed = Arrays.stream(positions).mapToObj(type::parameterType).toArray(Class<?>[]::new);
        try {
            var target = MethodHandles.lookup().findVirtual(kind, method, MethodType.methodType(type.returnType(), passed));
            return MethodHandles.permuteArguments(target.bindTo(hook), type, positions);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(kind + " has no method " + method, impossible);
        }
    }

    /// Runs a hook's body. Exceptions must not cross native frames (the JVM would exit), so they are rethrown after the guest has stopped.
    private void guard(Runnable body) {
        try {
            body.run();
        } catch (Throwable thrown) {
            thrownInHook = thrown;
            stop();
        }
    }

    @Override
    public void close() {
        UnicornLibrary.check("uc_close", () -> (int) UnicornLibrary.CLOSE.invokeExact(handle));
    }

    /// Hooked instructions.
    final class Watch {
        private final MemorySegment callback;
        private final Map<Long, MemorySegment> hooks = new HashMap<>();

        private Watch(MemorySegment callback) {
            this.callback = callback;
            setUp(hooks::clear);
        }

        /// Hooks the instructions at the keys and those at the values.
        void at(Map<Long, Long> addresses) {
            if (!addresses.isEmpty() || !hooks.isEmpty()) {
                var both = new HashSet<>(addresses.keySet());
                both.addAll(addresses.values());
                at(both);
            }
        }

        /// Sets the addresses at which the hook is called.
        void at(Set<Long> addresses) {
            if (hooks.keySet().equals(addresses)) {
                return;
            }
            hooks.values().forEach(hook -> UnicornLibrary.check("uc_hook_del",
                    () -> (int) UnicornLibrary.HOOK_DELETE.invokeExact(handle, hook)));
            hooks.clear();
            for (long address : addresses) {
                hooks.put(address, addHook(HOOK_CODE, address, address, callback));
                forget(address, address + 1); // hooks are translated with the code
            }
        }
    }

    /// A fixed list of registers with a buffer for their values.
    final class Batch {
        private final int count;
        private final MemorySegment registers;
        private final MemorySegment values;
        private final MemorySegment pointers;

        private Batch(Collection<Register> registers) {
            this.count = registers.size();
            this.registers = arena.allocateFrom(JAVA_INT, registers.stream().mapToInt(Register::id).toArray());
            this.values = arena.allocate(JAVA_LONG, count);
            this.pointers = arena.allocate(ADDRESS, count);
            for (int i = 0; i < count; i++) {
                pointers.setAtIndex(ADDRESS, i, values.asSlice(i * JAVA_LONG.byteSize()));
            }
        }

        int size() {
            return count;
        }

        /// The buffered value of the register at this position.
        long get(int position) {
            return values.getAtIndex(JAVA_LONG, position);
        }

        void set(int position, long value) {
            values.setAtIndex(JAVA_LONG, position, value);
        }

        /// Fills the buffer from the processor.
        void read() {
            UnicornLibrary.check("uc_reg_read_batch",
                    () -> (int) UnicornLibrary.READ_BATCH.invokeExact(handle, registers, pointers, count));
        }

        /// Writes the buffer to the processor.
        void write() {
            UnicornLibrary.check("uc_reg_write_batch",
                    () -> (int) UnicornLibrary.WRITE_BATCH.invokeExact(handle, registers, pointers, count));
        }
    }
}
