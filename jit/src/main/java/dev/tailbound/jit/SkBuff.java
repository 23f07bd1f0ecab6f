package dev.tailbound.jit;

import static dev.tailbound.isa.Size.B;
import static dev.tailbound.isa.Size.H;
import static dev.tailbound.isa.Size.W;

import dev.tailbound.cases.Context;
import dev.tailbound.cases.Context.Skb;
import dev.tailbound.cases.Context.Skb.Field;
import dev.tailbound.isa.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Layout of the kernel's `struct sk_buff`, which programs really access: members for the fields of `struct __sk_buff`.
///
/// Offsets are taken from programs rewritten by kernels. Bytes outside these fields are filler.
///
/// @param fields representation of each field
public record SkBuff(Map<Field, Held> fields) implements ContextLayout {
    /// `head`, and `end`, the distance from there to the `struct skb_shared_info`.
    public static final int HEAD = 0xc8;
    public static final int END = 0xc0;

    /// `data`, and `data_end`, which is in the part of `cb` that programs cannot access.
    public static final int DATA = 0xd0;
    public static final int DATA_END = 0x50;

    private static final int SIZE = 0xf0;
    private static final int SHARED_INFO_SIZE = 16;
    private static final byte FILLER = 0x6b;

    private static final List<Field> WRITABLE = Stream.of(Field.values()).filter(Field::writable).toList();

    /// Kernel representation of a field.
    public sealed interface Held {
        /// A member with the same value, possibly narrower.
        record Member(int off, Size size) implements Held {}

        /// The same bytes, accessed with the program's size.
        record Bytes(int off) implements Held {}

        /// Some low bits of a byte.
        record Bits(int off, int mask) implements Held {}

        /// Whether a member is anything but zero.
        record NonZero(int off, Size size) implements Held {}

        /// A member that reads as zero if it is less than `least`.
        record AtLeast(int off, Size size, int least) implements Held {}

        /// A member of the `struct skb_shared_info`, which follows the packet.
        record Shared(int off, Size size) implements Held {}
    }

    // `MIN_NAPI_ID` is one more than the kernel's maximum number of CPUs.
    public static final SkBuff X86_64_V6_1 = new SkBuff(v6_1(0x2001));
    public static final SkBuff ARM64_V6_1 = new SkBuff(v6_1(0x101));
    /// Kernel 7.2 has the same.
    public static final SkBuff X86_64_V6_12 = new SkBuff(v6_12(0x2001));
    public static final SkBuff ARM64_V6_12 = new SkBuff(v6_12(0x201));

    public SkBuff {
        fields = Collections.unmodifiableMap(new EnumMap<>(fields));
    }

    // @formatter:off
    private static Map<Field, Held> unchanged() {
        var fields = new EnumMap<Field, Held>(Field.class);
        fields.put(Field.TC_CLASSID,      new Held.Member (0x2e, H));
        fields.put(Field.CB,              new Held.Bytes  (0x30));
        fields.put(Field.PKT_TYPE,        new Held.Bits   (0x80, 7));
        fields.put(Field.LEN,             new Held.Member (0x70, W));
        fields.put(Field.QUEUE_MAPPING,   new Held.Member (0x7c, H));
        fields.put(Field.TC_INDEX,        new Held.Member (0x86, H));
        fields.put(Field.MARK,            new Held.Member (0xa8, W));
        fields.put(Field.GSO_SIZE,        new Held.Shared (0x04, H));
        fields.put(Field.GSO_SEGS,        new Held.Shared (0x06, H));
        return fields;
    }

    private static Map<Field, Held> v6_1(int minNapiId) {
        var fields = unchanged();
        fields.put(Field.VLAN_PRESENT,    new Held.Bits   (0x82, 1));
        fields.put(Field.PRIORITY,        new Held.Member (0x8c, W));
        fields.put(Field.INGRESS_IFINDEX, new Held.Member (0x90, W));
        fields.put(Field.HASH,            new Held.Member (0x94, W));
        fields.put(Field.VLAN_PROTO,      new Held.Member (0x98, H));
        fields.put(Field.VLAN_TCI,        new Held.Member (0x9a, H));
        fields.put(Field.NAPI_ID,         new Held.AtLeast(0x9c, W, minNapiId));
        return fields;
    }

    private static Map<Field, Held> v6_12(int minNapiId) {
        var fields = unchanged();
        fields.put(Field.PRIORITY,        new Held.Member (0x90, W));
        fields.put(Field.INGRESS_IFINDEX, new Held.Member (0x94, W));
        fields.put(Field.HASH,            new Held.Member (0x98, W));
        fields.put(Field.VLAN_PRESENT,    new Held.NonZero(0x9c, W));
        fields.put(Field.VLAN_PROTO,      new Held.Member (0x9c, H));
        fields.put(Field.VLAN_TCI,        new Held.Member (0x9e, H));
        fields.put(Field.NAPI_ID,         new Held.AtLeast(0xa0, W, minNapiId));
        return fields;
    }
    // @formatter:on

    @Override
    public byte[] image(Context context, long address) {
        return switch (context) {
            case Context.Mem mem -> mem.image();
            case Skb skb -> image(skb, address);
        };
    }

    /// The structure, followed by a packet head with only the shared info.
    private byte[] image(Skb skb, long address) {
        var written = ByteBuffer.wrap(skb.image()).order(ByteOrder.LITTLE_ENDIAN);
        var image = ByteBuffer.allocate(SIZE + SHARED_INFO_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(image.array(), FILLER);
        long packet = address + image.capacity();
        image.putLong(HEAD, address + SIZE).putInt(END, 0).putLong(DATA, packet).putLong(DATA_END, packet + skb.len());
        fields.forEach((field, held) -> {
            switch (held) {
                case Held.Member(int off, var size) -> put(image, off, size, written.getInt(field.offset()));
                case Held.Bytes(int off) -> image.put(off, written, field.offset(), field.length());
                // No case sets these.
                case Held.Bits(int off, _) -> put(image, off, B, 0);
                case Held.NonZero(int off, var size) -> put(image, off, size, 0);
                case Held.AtLeast(int off, var size, _) -> put(image, off, size, 0);
                case Held.Shared(int off, var size) -> put(image, SIZE + off, size, 0);
            }
        });
        return image.array();
    }

    private static void put(ByteBuffer image, int off, Size size, int value) {
        switch (size) {
            case B -> image.put(off, (byte) value);
            case H -> image.putShort(off, (short) value);
            case W -> image.putInt(off, value);
            case DW -> image.putLong(off, value);
        }
    }

    @Override
    public byte[] written(Context context, byte[] memory) {
        var written = context.image();
        if (context instanceof Skb) {
            copyWritable(memory, written, false);
        }
        return context instanceof Skb ? written : memory;
    }

    @Override
    public Optional<String> damage(Context context, byte[] before, byte[] memory) {
        if (!(context instanceof Skb)) {
            return Optional.empty();
        }
        var expected = before.clone();
        copyWritable(memory, expected, true);
        int at = Arrays.mismatch(expected, memory);
        return at < 0 ? Optional.empty()
                : Optional.of("byte %d of the sk_buff expected 0x%02x, found 0x%02x".formatted(at, expected[at], memory[at]));
    }

    /// Writable fields have the same value in both layouts.
    private void copyWritable(byte[] memory, byte[] to, boolean toHeld) {
        for (var field : WRITABLE) {
            int from = switch (fields.get(field)) {
                case Held.Member(int off, _) -> off;
                case Held.Bytes(int off) -> off;
                case Held.Bits _,Held.NonZero _,Held.AtLeast _,Held.Shared _ ->
                    throw new IllegalArgumentException(field + " is kept as " + fields.get(field));
            };
            System.arraycopy(memory, from, to, toHeld ? from : field.offset(), field.length());
        }
    }
}
