package dev.tailbound.forms;

import dev.tailbound.forms.ObjectText.Code;
import dev.tailbound.forms.ObjectText.Reference;
import dev.tailbound.isa.BadInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The slots of a section, in which calls of functions are calls of a helper that does not exist, and what they call.
///
/// `call -1` with a relocation against a function, and `call 4` with one against a section, target the slot of the symbol, plus the immediate, plus one; without a relocation they are relative
/// to the next slot.
final class ObjectScan {
    private static final int CALL = 0x85;
    private static final int LD_IMM64 = 0x18;
    private static final int PSEUDO_CALL = 1;
    private static final int NO_HELPER = -1;

    /// The start of a function.
    record Place(Code section, int slot) {}

    private final Source source;
    private final ObjectText object;
    private final Code section;
    private final byte[] code;
    private final TreeMap<Integer, Place> callees = new TreeMap<>();

    /// Throws [BadInput] if a relocation does not fit.
    ObjectScan(Source source, ObjectText object, Code section, boolean swap) {
        this.source = source;
        this.object = object;
        this.section = section;
        code = swap ? InsnSlots.swapped(section.bytes()) : section.bytes();
        var slots = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < section.slots(); slot++) {
            int at = Long.BYTES * slot;
            var reference = section.references().get(slot);
            int opcode = slots.get(at) & 0xff;
            if (opcode == CALL && (reference != null || slots.get(at + 1) == PSEUDO_CALL << 4)) {
                callees.put(slot, callee(slot, reference, slots.getInt(at + 4)));
                slots.put(at + 1, (byte) 0).putInt(at + 4, NO_HELPER);
            } else if (opcode == LD_IMM64) {
                if (reference != null) {
                    slots.put(at + 1, (byte) (slots.get(at + 1) & 0xf));
                }
                slot++;
            } else if (reference != null) {
                throw bad(slot, "expected a call or ld_imm64 at a relocation, found opcode 0x%02x".formatted(opcode));
            }
        }
    }

    private Place callee(int slot, Reference reference, int immediate) {
        if (reference == null) {
            if (immediate == NO_HELPER) {
                throw bad(slot, "expected the relocation of a call: show it with llvm-objdump -dr");
            }
            return inside(slot, new Place(section, slot + 1 + immediate));
        }
        var symbol = object.symbols().get(reference.symbol());
        var target = symbol == null ? object.findCode(reference.symbol()) : object.findCode(symbol.section());
        if (target.isEmpty()) {
            throw new BadInput(source.at(reference.line()),
                    "expected a call of a function of this file, found " + BadInput.quoted(reference.symbol()));
        }
        return inside(slot, new Place(target.get(), (symbol == null ? 0 : symbol.offset() / Long.BYTES) + immediate + 1));
    }

    private Place inside(int slot, Place place) {
        if (place.slot < 0 || place.slot >= place.section.slots()) {
            throw bad(slot, "call of slot %d of section %s, expected 0..%d".formatted(place.slot, place.section.name(),
                    place.section.slots() - 1));
        }
        return place;
    }

    Code section() {
        return section;
    }

    /// The functions called, by the slots of the calls.
    NavigableMap<Integer, Place> callees() {
        return callees;
    }

    byte[] slots(int from, int to) {
        return Arrays.copyOfRange(code, Long.BYTES * from, Long.BYTES * to);
    }

    private BadInput bad(int slot, String what) {
        return new BadInput(source.at(section.line(slot)), what);
    }
}
