package dev.tailbound.run.interp;

import static java.lang.invoke.MethodHandles.byteArrayViewVarHandle;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.tailbound.cases.Context.Skb;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.interp.Taint.Addressed;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One object in memory: its address, its bytes and their access rights.
abstract sealed class MemoryObject {
    // The views of both byte orders would make each access polymorphic; little-endian views and a swap do not.
    private static final VarHandle HALF = byteArrayViewVarHandle(short[].class, LITTLE_ENDIAN);
    private static final VarHandle WORD = byteArrayViewVarHandle(int[].class, LITTLE_ENDIAN);
    private static final VarHandle DOUBLE_WORD = byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

    /// Objects are 8-byte aligned in every layout.
    private static final long ADDRESS_BITS = -Long.BYTES;

    private final String name;
    final byte[] bytes;
    long base;
    private boolean isBigEndian;
    /// Bytes that depend on addresses or were read while undefined; empty in runs without tracking.
    final TaintedBytes tainted = new TaintedBytes();
    private Addressed addressed;

    MemoryObject(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /// Ends the run unless the bytes, which must be inside the object, may be read.
    abstract void checkRead(int offset, int count);

    /// Ends the run unless the bytes, which must be inside the object, may be written.
    abstract void checkWrite(int offset, int count);

    /// Mask of the defined bytes among the eight from the offset, a multiple of 8; bytes beyond the end count as defined.
    int definedBytes(@SuppressWarnings("unused") int offset) {
        return 0xff;
    }

    /// Places the object at an address of a target with this byte order.
    void place(long base, ByteOrder order) {
        this.base = base;
        isBigEndian = order == ByteOrder.BIG_ENDIAN;
        tainted.setOrder(order);
        addressed = null;
    }

    /// Identity of the object that is currently at this address.
    Addressed addressed() {
        if (addressed == null) {
            addressed = new Addressed(base, extent(), ADDRESS_BITS);
        }
        return addressed;
    }

    /// Gives the memory a new identity, as another object at the same address.
    final void renew() {
        addressed = null;
        tainted.clear();
    }

    /// Number of bytes that the object occupies; at least 1, because a map itself occupies memory that programs cannot see.
    long extent() {
        return Math.max(1, bytes.length);
    }

    /// Taints all bits of undefined bytes before they are read.
    void taintUndefined(@SuppressWarnings("unused") int offset, @SuppressWarnings("unused") int count) {
        // All bytes are defined.
    }

    /// Taint of a loaded value.
    Taint taint(Size size, long offset, long value) {
        taintUndefined((int) offset, size.bytes());
        return tainted.load((int) offset, size.bytes(), value);
    }

    long load(Size size, long offset) {
        int at = locate("read", offset, size.bytes());
        checkRead(at, size.bytes());
        return ordered(size, switch (size) {
            case B -> Byte.toUnsignedLong(bytes[at]);
            case H -> Short.toUnsignedLong((short) HALF.get(bytes, at));
            case W -> Integer.toUnsignedLong((int) WORD.get(bytes, at));
            case DW -> (long) DOUBLE_WORD.get(bytes, at);
        });
    }

    void store(Size size, long offset, long value) {
        int at = locate("write", offset, size.bytes());
        checkWrite(at, size.bytes());
        tainted.clean(at, size.bytes());
        long ordered = ordered(size, value);
        switch (size) {
            case B -> bytes[at] = (byte) ordered;
            case H -> HALF.set(bytes, at, (short) ordered);
            case W -> WORD.set(bytes, at, (int) ordered);
            case DW -> DOUBLE_WORD.set(bytes, at, ordered);
        }
    }

    /// Converts between a number and what its bytes are when read as little-endian.
    private long ordered(Size size, long value) {
        return isBigEndian ? Long.reverseBytes(value) >>> (Long.SIZE - size.bits()) : value;
    }

    /// A copy of many bytes, for helpers.
    byte[] read(long offset, int count) {
        int at = locate("read", offset, count);
        checkRead(at, count);
        return Arrays.copyOfRange(bytes, at, at + count);
    }

    private int locate(String access, long offset, int count) {
        if (offset < 0 || offset > bytes.length - count) {
            throw forbidden(access, offset, count, "it has %d bytes".formatted(bytes.length));
        }
        return (int) offset;
    }

    final Fault forbidden(String access, long offset, int count, String reason) {
        return new Fault(Trap.MEMORY, "%s of %d bytes at %s%+d: %s".formatted(access, count, name, offset, reason));
    }

    /// Values of an array map, readable and writable except for the padding between them.
    ///
    /// A `mem` context is one such value. A map itself, whose address programs never dereference, has none.
    static final class Values extends MemoryObject {
        private final int valueSize;
        private final int stride;

        Values(String name, byte[] bytes, int valueSize, int stride) {
            super(name, bytes);
            this.valueSize = valueSize;
            this.stride = stride;
        }

        static Values none(String name) {
            return new Values(name, new byte[0], 0, 1);
        }

        @Override
        void checkRead(int offset, int count) {
            check("read", offset, count);
        }

        @Override
        void checkWrite(int offset, int count) {
            check("write", offset, count);
        }

        private void check(String access, int offset, int count) {
            int inValue = offset < stride ? offset : offset % stride;
            if (inValue + count > valueSize) {
                throw forbidden(access, offset, count, "the value has %d bytes".formatted(valueSize));
            }
        }
    }

    /// A `struct __sk_buff`, of which some fields are readable and fewer are writable.
    static final class SkBuff extends MemoryObject {
        /// Per byte: the end offset of the readable or writable field that contains it; 0 if there is none.
        private static final int[] READABLE = new int[Skb.SIZE];
        private static final int[] WRITABLE = new int[Skb.SIZE];

        static {
            for (var field : Skb.Field.values()) {
                int end = field.offset() + field.length();
                Arrays.fill(READABLE, field.offset(), end, end);
                Arrays.fill(WRITABLE, field.offset(), end, field.writable() ? end : 0);
            }
        }

        private final Addressed packet;

        SkBuff(byte[] image, Addressed packet) {
            super("ctx", image);
            this.packet = packet;
        }

        @Override
        long load(Size size, long offset) {
            return isPacketPointer(size, offset) ? packetPointer(offset) : super.load(size, offset);
        }

        @Override
        Taint taint(Size size, long offset, long value) {
            return isPacketPointer(size, offset) ? Taint.pointer(value, packet) : super.taint(size, offset, value);
        }

        private static boolean isPacketPointer(Size size, long offset) {
            return size == Size.W && (offset == Skb.DATA || offset == Skb.DATA_END);
        }

        private long packetPointer(long offset) {
            return offset == Skb.DATA ? packet.base() : packet.base() + packet.size();
        }

        @Override
        void checkRead(int offset, int count) {
            if (READABLE[offset] < offset + count) {
                throw forbidden("read", offset, count, "no field of the context");
            }
        }

        @Override
        void checkWrite(int offset, int count) {
            if (WRITABLE[offset] < offset + count) {
                throw forbidden("write", offset, count, "no writable field of the context");
            }
        }
    }

    /// The stack of one frame. Its bytes are undefined until written; they read as zeros with every bit tainted.
    static final class Stack extends MemoryObject {
        static final int SIZE = 512;
        private static final Taint UNDEFINED = new Taint(0, -1, null);

        private final long[] defined = new long[SIZE / Long.SIZE];

        Stack(int depth) {
            super("stack of frame %d".formatted(depth), new byte[SIZE]);
        }

        void undefine() {
            Arrays.fill(defined, 0);
            Arrays.fill(bytes, (byte) 0);
            renew();
        }

        /// Includes R10 itself, where a real frame keeps saved registers.
        @Override
        long extent() {
            return SIZE + 1;
        }

        /// Makes the eight bytes from the offset, a multiple of 8, undefined.
        void undefine(int offset) {
            defined[offset / Long.SIZE] &= ~bits(offset, Long.BYTES);
        }

        @Override
        int definedBytes(int offset) {
            return (int) (defined[offset / Long.SIZE] >>> offset) & 0xff;
        }

        @Override
        void taintUndefined(int offset, int count) {
            for (int at = offset; at < offset + count; at++) {
                if ((defined[at / Long.SIZE] & bits(at, 1)) == 0) {
                    tainted.store(at, 1, UNDEFINED);
                }
            }
        }

        @Override
        void checkRead(int offset, int count) {
            // Kernels from 6.3 on let privileged programs read all of it.
        }

        @Override
        void checkWrite(int offset, int count) {
            for (int at = offset, end = offset + count; at < end;) {
                // Sets bits word by word; most accesses need one word.
                int length = Math.min(end - at, Long.SIZE - at % Long.SIZE);
                defined[at / Long.SIZE] |= bits(at, length);
                at += length;
            }
        }

        private static long bits(int from, int length) {
            return (-1L >>> (Long.SIZE - length)) << from;
        }
    }
}
