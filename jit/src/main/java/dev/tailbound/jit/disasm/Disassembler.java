package dev.tailbound.jit.disasm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Disassembles machine code with Capstone, as an independent check of Tailbound's encoders.
///
/// ```java
/// new Disassembler(Disassembler.Target.X86_64).disassemble(new byte[] {(byte) 0xc3}, 0) // [0: ret]
/// ```
public final class Disassembler implements AutoCloseable {

    /// The instruction sets, with Capstone's `cs_arch` and `cs_mode` and the size of a unit of undecodable data.
    public enum Target {
        // @formatter:off
        X86_64(3, 8, 1, ".byte"),
        ARM64 (1, 0, 4, ".word");
        // @formatter:on

        private final int arch;
        private final int mode;
        private final int unit;
        private final String directive;

        Target(int arch, int mode, int unit, String directive) {
            this.arch = arch;
            this.mode = mode;
            this.unit = unit;
            this.directive = directive;
        }
    }

    /// One instruction; bytes that Capstone cannot decode become data (`.byte 0x06`).
    public record Line(long address, int size, String mnemonic, String operands) {
        /// Mnemonic and operands.
        public String text() {
            return operands.isEmpty() ? mnemonic : mnemonic + " " + operands;
        }

        /// The text for reports; data that is a known instruction is followed by its mnemonic: `.word 0xf8e10041 // ldaddal x1, x1, [x2]`.
        public String commented() {
            return mnemonic.equals(Target.ARM64.directive) && size == Target.ARM64.unit
                    ? LseAtomic.text(HexFormat.fromHexDigits(operands, 2, operands.length())).map(atomic -> text() + " // "
                            + atomic).orElse(text())
                    : text();
        }
    }

    /// Offsets in `struct cs_insn`, and its size. Only the space for the instruction's bytes differs: 16 in Capstone 4, 24 in Capstone 5.
    private record Layout(long address, long size, long mnemonic, long operands, long all) {
        private static Layout withRoomFor(int bytes) {
            long mnemonic = 18L + bytes; // 32 characters
            long operands = mnemonic + 32; // 160 characters, then a pointer
            return new Layout(8, 16, mnemonic, operands, (operands + 160 + Long.BYTES - 1 & -Long.BYTES) + Long.BYTES);
        }
    }

    private final Target target;
    private final Layout layout;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle = arena.allocate(JAVA_LONG);

    /// Throws [MissingLibraryException] if Capstone is missing.
    public Disassembler(Target target) {
        this.target = target;
        this.layout = Layout.withRoomFor(Capstone.number() >> 8 == 4 ? 16 : 24);
        int error;
        try {
            error = (int) Capstone.OPEN.invokeExact(target.arch, target.mode, handle);
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        }
        if (error != 0) {
            throw new IllegalStateException("cs_open(%s): error %d".formatted(target, error));
        }
    }

    /// Disassembles `code` for the address `address`.
    public List<Line> disassemble(byte[] code, long address) {
        var lines = new ArrayList<Line>();
        try (var local = Arena.ofConfined()) {
            var bytes = local.allocate(code.length + 1L);
            MemorySegment.copy(code, 0, bytes, JAVA_BYTE, 0, code.length);
            var out = local.allocate(ADDRESS);
            int at = 0;
            while (at < code.length) {
                at += decodeRun(bytes.asSlice(at, code.length - at), address + at, out, lines);
                if (at < code.length) {
                    int size = Math.min(target.unit, code.length - at);
                    lines.add(data(code, at, size, address + at));
                    at += size;
                }
            }
        }
        return lines;
    }

    /// Decodes up to the first unknown byte; returns the number of bytes decoded.
    @SuppressWarnings("restricted") // Capstone returns a pointer to an array whose length only we know
    private int decodeRun(MemorySegment bytes, long address, MemorySegment out, List<Line> lines) {
        try {
            long session = handle.get(JAVA_LONG, 0);
            long count = (long) Capstone.DISASM.invokeExact(session, bytes, bytes.byteSize(), address, 0L, out);
            if (count == 0) {
                return 0;
            }
            int decoded = 0;
            var insns = out.get(ADDRESS, 0).reinterpret(count * layout.all);
            for (long i = 0; i < count; i++) {
                var insn = insns.asSlice(i * layout.all, layout.all);
                int size = insn.get(JAVA_SHORT, layout.size);
                lines.add(new Line(insn.get(JAVA_LONG, layout.address), size, insn.getString(layout.mnemonic),
                        insn.getString(layout.operands)));
                decoded += size;
            }
            Capstone.FREE.invokeExact(insns, count);
            return decoded;
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        }
    }

    private Line data(byte[] code, int at, int size, long address) {
        var digits = new StringBuilder("0x");
        for (int i = at + size - 1; i >= at; i--) {
            digits.append(HexFormat.of().toHexDigits(code[i]));
        }
        return new Line(address, size, target.directive, digits.toString());
    }

    @Override
    public void close() {
        try {
            int error = (int) Capstone.CLOSE.invokeExact(handle);
            if (error != 0) {
                throw new IllegalStateException("cs_close: error " + error);
            }
        } catch (Throwable thrown) {
            throw NativeLibrary.unchecked(thrown);
        } finally {
            arena.close();
        }
    }

    /// The library in use; throws [MissingLibraryException] if it is missing.
    public static LoadedLibrary library() {
        int number = Capstone.number();
        return new LoadedLibrary("Capstone", "%d.%d".formatted(number >> 8, number & 0xff), Capstone.LIBRARY.path("cs_version"));
    }

    /// Bindings to Capstone's functions.
    private static final class Capstone {
        private static final NativeLibrary LIBRARY = NativeLibrary.open("libcapstone.so.5", "libcapstone.so.4");

        // @formatter:off
        private static final MethodHandle OPEN    = LIBRARY.function("cs_open",    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
        private static final MethodHandle CLOSE   = LIBRARY.function("cs_close",   FunctionDescriptor.of(JAVA_INT, ADDRESS));
        private static final MethodHandle DISASM  = LIBRARY.function("cs_disasm",  FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS));
        private static final MethodHandle VERSION = LIBRARY.function("cs_version", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        private static final MethodHandle FREE    = LIBRARY.function("cs_free",    FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
        // @formatter:on

        /// Major version, then eight bits of minor version.
        private static int number() {
            try {
                return (int) VERSION.invokeExact(MemorySegment.NULL, MemorySegment.NULL);
            } catch (Throwable thrown) {
                throw NativeLibrary.unchecked(thrown);
            }
        }
    }
}
