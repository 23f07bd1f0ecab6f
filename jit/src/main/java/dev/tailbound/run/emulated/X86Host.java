package dev.tailbound.run.emulated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// x86-64: System V ABI, AMD64 supplement, section 3.2.
final class X86Host implements HostIsa {
    static final X86Host INSTANCE = new X86Host();

    // @formatter:off
    static final Register
            RAX = new Register("rax", 35),  RBP = new Register("rbp", 36),  RBX = new Register("rbx", 37),  RCX = new Register("rcx", 38),
            RDI = new Register("rdi", 39),  RDX = new Register("rdx", 40),  RIP = new Register("rip", 41),  RSI = new Register("rsi", 43),
            RSP = new Register("rsp", 44),  R8  = new Register("r8", 106),  R9  = new Register("r9", 107),  R10 = new Register("r10", 108),
            R11 = new Register("r11", 109), R12 = new Register("r12", 110), R13 = new Register("r13", 111), R14 = new Register("r14", 112),
            R15 = new Register("r15", 113), GS_BASE = new Register("gs base", 251);
    // @formatter:on

    private static final Calls CALLS = new Calls(List.of(RDI, RSI, RDX, RCX, R8), RAX, List.of(R9, R10, R11),
            List.of(RBX, RBP, R12, R13, R14, R15), Optional.empty(), RSP, RIP);

    // CF, PF, AF, ZF, SF and OF; bit 1 is always set.
    private static final Flags FLAGS = new Flags(new Register("eflags", 25), 0x8d7);

    // Kernel text; the module range, where the JIT's images are; twice the direct map, with the stack in the range of vmalloc between them.
    private static final AddressSpace ADDRESSES = new AddressSpace(0xffff_ffff_8127_a000L, 0xffff_ffff_c000_0000L,
            0xffff_8881_0400_0000L, 0xffff_c900_0020_0000L, 0xffff_8881_3bc0_0000L, 0xffff_ffff_a000_0000L,
            0xffff_ffff_f000_0000L);

    private X86Host() {}

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
        return new byte[]{ (byte) 0xc3 };
    }

    /// Replaces an ignored REX prefix by one more of the legacy prefix after it, which has no effect.
    @Override
    public CorrectedCode corrected(byte[] code, long address) {
        var ignored = new ArrayList<Integer>();
        var exchanges = new HashMap<Long, Long>();
        X86Walk.over(code, new X86Walk.Found() {
            @Override
            public void ignoredRex(int at) {
                ignored.add(at);
            }

            @Override
            public void cmpxchg32(int from, int to) {
                exchanges.put(address + from, address + to);
            }
        });
        if (ignored.isEmpty()) {
            return new CorrectedCode(code, exchanges);
        }
        var corrected = code.clone();
        ignored.forEach(at -> corrected[at] = corrected[at + 1]);
        return new CorrectedCode(corrected, exchanges);
    }

    /// `int3`
    @Override
    public byte trap() {
        return (byte) 0xcc;
    }

    /// `jmp rel32`
    @Override
    public byte[] jump(long from, long to) {
        int length = 1 + Integer.BYTES;
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put((byte) 0xe9).putInt((int) (to - from) - length)
                .array();
    }

    /// `nop dword ptr [rax + rax]`
    @Override
    public byte[] noJump() {
        return new byte[]{ 0x0f, 0x1f, 0x44, 0, 0 };
    }

    // SDM 3A, table 6-1.
    @Override
    public String exception(int number) {
        return switch (number) {
            case 0 -> "division error";
            case 3 -> "breakpoint";
            case 13 -> "general protection";
            default -> "exception vector " + number;
        };
    }

    @Override
    public Optional<byte[]> setTask() {
        return Optional.empty();
    }

    @Override
    public Optional<Register> perCpuBase() {
        return Optional.of(GS_BASE);
    }
}
