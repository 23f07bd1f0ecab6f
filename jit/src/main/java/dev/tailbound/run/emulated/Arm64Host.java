package dev.tailbound.run.emulated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// arm64: Procedure Call Standard for the Arm 64-bit Architecture, section 6.1.1.
///
/// Pointer authentication and branch target identification are not enforced: the emulated kernel enables neither, so their instructions are no-ops.
final class Arm64Host implements HostIsa {
    static final Arm64Host INSTANCE = new Arm64Host();

    static final Register SP = new Register("sp", 4);
    static final Register PC = new Register("pc", 260);

    // x18 is the platform register: kernels keep the shadow call stack pointer in it, so no code may change it.
    private static final Calls CALLS = new Calls(x(0, 4), x(0), x(5, 17), x(18, 29), Optional.of(x(30)), SP, PC);

    private static final Flags FLAGS = new Flags(new Register("nzcv", 3), 0xf000_0000L);

    // Kernel text; JIT images within reach of a direct call; objects in the linear map; stack in the vmalloc range; per-CPU area in the linear map.
    private static final AddressSpace ADDRESSES = new AddressSpace(0xffff_8000_8026_3000L, 0xffff_8000_8233_0000L,
            0xffff_0000_0400_0000L, 0xffff_8000_8a80_0000L, 0xffff_0000_3fb0_0000L, 0xffff_8000_7f00_0000L,
            0xffff_8000_a000_0000L);

    private Arm64Host() {}

    static Register x(int number) {
        return new Register("x" + number, number < 29 ? 199 + number : number - 28);
    }

    private static List<Register> x(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Arm64Host::x).toList();
    }

    @Override
    public Calls calls() {
        return CALLS;
    }

    @Override
    public Flags flags() {
        return FLAGS;
    }

    @Override
    public AddressSpace addresses() {
        return ADDRESSES;
    }

    @Override
    public byte[] ret() {
        return word(0xd65f03c0);
    }

    @Override
    public CorrectedCode corrected(byte[] code, long address) {
        return CorrectedCode.of(code);
    }

    /// `udf #0`, a zero word.
    @Override
    public byte trap() {
        return 0;
    }

    /// `b`
    @Override
    public byte[] jump(long from, long to) {
        int words = (int) (to - from) >> 2;
        return word(0x14000000 | (words & 0x3ffffff));
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    /// `nop`
    @Override
    public byte[] noJump() {
        return new byte[]{ 0x1f, 0x20, 0x03, (byte) 0xd5 };
    }

    @Override
    public String exception(int number) {
        return switch (number) {
            case 1 -> "undefined instruction";
            case 3 -> "prefetch abort";
            case 4 -> "data abort";
            case 7 -> "breakpoint";
            default -> "QEMU exception " + number;
        };
    }

    /// `msr sp_el0, x0`
    @Override
    public Optional<byte[]> setTask() {
        return Optional.of(word(0xd5184100));
    }

    @Override
    public Optional<Register> perCpuBase() {
        return Optional.empty();
    }
}
