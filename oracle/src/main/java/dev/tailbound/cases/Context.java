package dev.tailbound.cases;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Context that the entry program receives in R1 (and R2), and tail call targets in R1.
public sealed interface Context {

    /// `ctx skb [len=N] [mark=N] [priority=N] [cb=N,N,N,N,N]`: a `struct __sk_buff` of which programs may access the fields in [Field].
    record Skb(int len, int mark, int priority, List<Integer> cb) implements Context {
        public static final int SIZE = 192;
        /// Offsets of the pointers to the packet's start and end, which 32-bit loads return.
        public static final int DATA = 76;
        public static final int DATA_END = 80;

        public Skb {
            cb = List.copyOf(cb);
            if (cb.size() != 5) {
                throw new IllegalArgumentException("cb has %d values, expected 5".formatted(cb.size()));
            }
        }

        /// The context of a test run with 64 bytes of packet data.
        public static Skb defaults() {
            return new Skb(64, 0, 0, List.of(0, 0, 0, 0, 0));
        }

        /// A field of `struct __sk_buff` that is deterministic in a test run: byte offset, length, and whether programs may write it.
        ///
        /// Fields that a case cannot set are 0 in a test run.
        public enum Field {
            // @formatter:off
            LEN            (  0,  4, false),
            PKT_TYPE       (  4,  4, false),
            MARK           (  8,  4, true),
            QUEUE_MAPPING  ( 12,  4, false),
            VLAN_PRESENT   ( 20,  4, false),
            VLAN_TCI       ( 24,  4, false),
            VLAN_PROTO     ( 28,  4, false),
            PRIORITY       ( 32,  4, true),
            INGRESS_IFINDEX( 36,  4, false),
            TC_INDEX       ( 44,  4, false),
            CB             ( 48, 20, true),
            HASH           ( 68,  4, false),
            TC_CLASSID     ( 72,  4, false),
            NAPI_ID        ( 84,  4, false),
            GSO_SEGS       (164,  4, false),
            GSO_SIZE       (176,  4, false);
            // @formatter:on

            private final int offset;
            private final int length;
            private final boolean writable;

            Field(int offset, int length, boolean writable) {
                this.offset = offset;
                this.length = length;
                this.writable = writable;
            }

            public int offset() {
                return offset;
            }

            public int length() {
                return length;
            }

            public boolean writable() {
                return writable;
            }
        }

        @Override
        public byte[] image(ByteOrder order) {
            var image = ByteBuffer.allocate(SIZE).order(order);
            image.putInt(Field.LEN.offset(), len).putInt(Field.MARK.offset(), mark).putInt(Field.PRIORITY.offset(), priority);
            for (int i = 0; i < cb.size(); i++) {
                image.putInt(Field.CB.offset() + 4 * i, cb.get(i));
            }
            return image.array();
        }
    }

    /// `ctx mem HEX`: R1 = readable and writable memory, R2 = its length in bytes, as conformance suites use it.
    record Mem(Bytes data) implements Context {
        @Override
        public byte[] image(ByteOrder order) {
            return data.toArray();
        }
    }

    /// The bytes of the context before the run on a target with this byte order, as a new array. Fields are numbers; `mem` is bytes.
    byte[] image(ByteOrder order);

    /// The bytes on a little-endian target.
    default byte[] image() {
        return image(ByteOrder.LITTLE_ENDIAN);
    }
}
