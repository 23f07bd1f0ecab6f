package dev.tailbound.run.processor;

/// One x86-64 instruction and the state before it.
///
/// The instruction ends at [#NEXT]; if it jumps, it jumps to [#TARGET]. It may access the [#WINDOW], also as its stack.
///
/// @param registers rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15
/// @param flags     CF, PF, AF, ZF, SF and OF, as in rflags
/// @param gsBase    base address of the segment gs
/// @param window    bytes of the window
@SuppressWarnings("ArrayRecordComponent") // sent to a process, never compared
public record Trial(byte[] code, long[] registers, long flags, long gsBase, byte[] window) {
    public static final int REGISTERS = 16;
    public static final int WINDOW_BYTES = 512;
    /// CF, PF, AF, ZF, SF and OF.
    public static final long FLAGS = 0x8d5;

    // Far from where Linux places executables, libraries and what Java reserves.
    static final long CODE = 0x2345_0000_0000L;
    static final int PAGE = 0x1000;
    private static final long DATA = CODE + 2 * PAGE;
    public static final long NEXT = CODE + 0x820;
    public static final long TARGET = CODE + 0x860;
    public static final long WINDOW = DATA + 0x600;

    public Trial {
        if (registers.length != REGISTERS || window.length != WINDOW_BYTES || (flags & ~FLAGS) != 0) {
            throw new IllegalArgumentException("%d registers, %d bytes, flags 0x%x".formatted(registers.length, window.length,
                    flags));
        }
    }

    /// First address of the instruction.
    public long start() {
        return NEXT - code.length;
    }

    /// The page of the code.
    public static long codePage() {
        return CODE;
    }

    /// The page of the window.
    public static long dataPage() {
        return DATA;
    }
}
