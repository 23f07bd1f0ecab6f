package dev.tailbound.forms;

import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/// Makes a program from slots of C source.
final class SlotProgram {
    private static final Pattern INSN = Pattern.compile("insn (\\d+)\\b.*");

    private SlotProgram() {}

    /// Throws [BadInput] whose place is the line of a slot; `maps` gives the position in the case of the map that an `ld_imm64` names.
    static Program decode(String file, String name, List<Slot> slots, ToIntFunction<Slot> maps) {
        var bytes = bytes(slots, maps);
        try {
            return Decoder.decode(name, bytes);
        } catch (BadInput malformed) {
            var insn = INSN.matcher(malformed.where());
            throw insn.matches() ? malformed.in(file + ":" + slots.get(Integer.parseInt(insn.group(1))).line())
                    : malformed.in(file);
        }
    }

    /// The same, but malformed slots become a program of bytes, which verifiers refuse.
    static Program decodeAnything(String file, String name, List<Slot> slots, ToIntFunction<Slot> maps) {
        try {
            return Decoder.decodeAnything(name, bytes(slots, maps));
        } catch (BadInput empty) {
            throw empty.in(file);
        }
    }

    private static byte[] bytes(List<Slot> slots, ToIntFunction<Slot> maps) {
        var code = ByteBuffer.allocate(Long.BYTES * slots.size()).order(ByteOrder.LITTLE_ENDIAN);
        boolean isSecond = false;
        for (var slot : slots) {
            code.put((byte) slot.code()).put((byte) (slot.dst() | slot.src() << 4)).putShort((short) slot.off());
            code.putInt(!isSecond && slot.namesMap() ? maps.applyAsInt(slot) : slot.imm());
            isSecond = !isSecond && slot.isWide();
        }
        return code.array();
    }

    /// Whether the next helper call is a tail call that uses the map loaded by this slot.
    static boolean isTailCalled(List<Slot> slots, int at) {
        if (slots.get(at).dst() != 2) {
            return false;
        }
        for (int i = at + 2; i < slots.size(); i++) {
            var slot = slots.get(i);
            if (slot.isCall()) {
                return slot.isTailCall();
            }
            if (slot.namesMap() && slot.dst() == 2) {
                return false;
            }
        }
        return false;
    }
}
