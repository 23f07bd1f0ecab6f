package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Bytes interspersed with results of calls: `ANY=[@ANYBLOB="1812...", @ANYRES32=r0, @ANYBLOB="..."]`.
///
/// @param line   of the file
/// @param places where the results stand
record SyzBlob(int line, Bytes bytes, List<Place> places) {
    /// Bytes that are a result of a call.
    record Place(int offset, String result) {}

    SyzBlob {
        places = List.copyOf(places);
    }

    /// Throws [dev.tailbound.isa.BadInput].
    static SyzBlob read(CTokens any) {
        int line = any.next().line();
        any.expect("=");
        var bytes = new ByteArrayOutputStream();
        var places = new ArrayList<Place>();
        for (var part : any.inside("[").split()) {
            part.expect("@");
            var at = part.peek();
            var kind = part.word("ANYBLOB or ANYRES32");
            part.expect("=");
            switch (kind) {
                case "ANYBLOB" -> bytes.writeBytes(SyzValues.hex(part).toArray());
                case "ANYRES16", "ANYRES32", "ANYRES64" -> {
                    var result = SyzValues.resource(part);
                    int size = Integer.parseInt(kind.substring("ANYRES".length())) / Byte.SIZE;
                    if (!result.isEmpty()) {
                        places.add(new Place(bytes.size(), result));
                    }
                    long value = result.isEmpty() ? SyzValues.number(part) : 0;
                    for (int i = 0; i < size; i++) {
                        bytes.write((int) (value >> (i * Byte.SIZE)));
                    }
                }
                default -> throw part.bad(at, "expected ANYBLOB, ANYRES16, ANYRES32 or ANYRES64, found %s".formatted(at.shown()));
            }
        }
        return new SyzBlob(line, Bytes.of(bytes.toByteArray()), places);
    }

    /// A number of 32 bits.
    int u32(int offset) {
        int value = 0;
        for (int i = Integer.BYTES - 1; i >= 0; i--) {
            value = value << Byte.SIZE | (offset + i < bytes.length() ? bytes.at(offset + i) & 0xff : 0);
        }
        return value;
    }

    /// The bytes as instructions. Trailing zeros may be omitted.
    List<Slot> slots() {
        var slots = new ArrayList<Slot>();
        for (int at = 0; at < bytes.length(); at += Long.BYTES) {
            slots.add(Slot.of(line, Integer.toUnsignedLong(u32(at)) | (long) u32(at + Integer.BYTES) << Integer.SIZE));
        }
        for (var place : places) {
            int slot = place.offset() / Long.BYTES;
            if (place.offset() % Long.BYTES == Integer.BYTES && slot < slots.size()) {
                slots.set(slot, slots.get(slot).withMap(place.result()));
            }
        }
        return slots;
    }
}
