package dev.tailbound.forms.elf;

import dev.tailbound.cases.Bytes;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Kfunc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Links an entry program as libbpf does: each called subprogram is appended once, and linked itself before the next call
/// is processed.
final class SubprogramLinker {
    private static final int LD_IMM64 = 0x18;
    private static final int CALL = 0x85;
    private static final int PSEUDO_CALL = 1;
    private static final int PSEUDO_KFUNC_CALL = 2;
    private static final int R_BPF_64_64 = 1;
    private static final int R_BPF_64_32 = 10;

    private final BpfObject object;
    private final Function entry;
    private final Map<Function, Integer> bases = new LinkedHashMap<>();
    private final List<Linked.Reference> references = new ArrayList<>();
    private ByteBuffer code = ByteBuffer.allocate(0);
    private int slots;

    private SubprogramLinker(BpfObject object, Function entry) {
        this.object = object;
        this.entry = entry;
    }

    /// Throws [BadInput].
    static Linked link(BpfObject object, Function entry) {
        return new SubprogramLinker(object, entry).link();
    }

    /// A function that is linked as far as `next`, a slot of its own.
    private static final class Frame {
        final Function function;
        final int base;
        int next;

        Frame(Function function, int base) {
            this.function = function;
            this.base = base;
        }
    }

    private Linked link() {
        Deque<Frame> stack = new ArrayDeque<>();
        stack.push(append(entry));
        while (!stack.isEmpty()) {
            var frame = stack.peek();
            if (frame.next >= frame.function.slots()) {
                stack.pop();
                continue;
            }
            int slot = frame.next++;
            switch (code.get(Long.BYTES * (frame.base + slot)) & 0xff) {
                case LD_IMM64 -> {
                    frame.next++;
                    load(frame, slot);
                }
                case CALL -> {
                    var callee = callee(frame, slot);
                    if (callee != null) {
                        boolean isNew = !bases.containsKey(callee);
                        if (isNew) {
                            stack.push(append(callee));
                        }
                        immediate(frame.base + slot, bases.get(callee) - (frame.base + slot) - 1);
                    }
                }
                default -> requireNoRelocation(frame, slot);
            }
        }
        var names = new TreeMap<Integer, String>();
        bases.forEach((function, base) -> names.put(base, object.displayName(function)));
        return new Linked(Bytes.of(Arrays.copyOf(code.array(), Long.BYTES * slots)), references, names);
    }

    private Frame append(Function function) {
        if (slots + function.slots() > Decoder.MAX_SLOTS) {
            throw object.bad(
                    "program %s has more than %d instructions with its subprograms".formatted(entry.name(), Decoder.MAX_SLOTS));
        }
        var frame = new Frame(function, slots);
        bases.put(function, slots);
        slots += function.slots();
        if (code.capacity() < Long.BYTES * slots) {
            code = ByteBuffer.wrap(Arrays.copyOf(code.array(), 2 * Long.BYTES * slots)).order(ByteOrder.LITTLE_ENDIAN);
        }
        code.put(Long.BYTES * frame.base, object.code(function));
        return frame;
    }

    private void load(Frame frame, int slot) {
        var relocation = object.relocation(frame.function, slot);
        int at = frame.base + slot;
        if (relocation == null) {
            if (source(at) != 0) {
                throw bad(frame, slot,
                        "ld_imm64 with source %d and no relocation names something outside the object".formatted(source(at)));
            }
            return;
        }
        if (relocation.type() != R_BPF_64_64) {
            throw bad(frame, slot, "relocation of type %d, expected R_BPF_64_64 (1)".formatted(relocation.type()));
        }
        var symbol = relocation.symbol();
        if (symbol.isUndefined()) {
            throw bad(frame, slot,
                    "%s is extern (.kconfig or .ksyms), which is not supported".formatted(BadInput.quoted(symbol.name())));
        }
        long addend = relocation.addend().orElseGet(() -> (long) code.getInt(Long.BYTES * at + 4));
        var section = object.section(symbol);
        if (section.isCode()) {
            var named = object.function(section.name(), symbol.value() + addend).map(Function::name).orElse(symbol.name());
            throw bad(frame, slot, "the address of function %s (callback) is not supported".formatted(BadInput.quoted(named)));
        }
        references.add(new Linked.Reference(at, section.name(), object.addressOf(symbol, addend)));
    }

    /// The function that a call names; null if the object does not define it.
    private Function callee(Frame frame, int slot) {
        var relocation = object.relocation(frame.function, slot);
        int at = frame.base + slot;
        int immediate = code.getInt(Long.BYTES * at + 4);
        if (relocation == null) {
            return switch (source(at)) {
                case 0 -> null;
                case PSEUDO_CALL -> function(frame, slot, frame.function.section(),
                        frame.function.offset() + Long.BYTES * (slot + 1L + immediate));
                default -> throw bad(frame, slot,
                        "call with source %d and no relocation names something outside the object".formatted(source(at)));
            };
        }
        if (relocation.type() != R_BPF_64_32) {
            throw bad(frame, slot, "relocation of type %d, expected R_BPF_64_32 (10)".formatted(relocation.type()));
        }
        var symbol = relocation.symbol();
        if (symbol.isUndefined()) {
            kfunc(frame, slot, symbol.name());
            return null;
        }
        long addend = relocation.addend().orElse((long) immediate);
        // GNU as before 2.41 has the offset of a global function less one in the immediate, where LLVM has -1.
        boolean isWhole = !symbol.isSection() && addend + 1 == symbol.value();
        return function(frame, slot, object.section(symbol).name(), isWhole ? symbol.value()
                : symbol.value() + Long.BYTES * (addend
                        + 1));
    }

    private Function function(Frame frame, int slot, String section, long offset) {
        if (!section.equals(Function.TEXT)) {
            throw bad(frame, slot,
                    "calls a function in section %s, expected one in .text, as libbpf does".formatted(BadInput.quoted(section)));
        }
        return object.function(section, offset).orElseThrow(() -> bad(frame, slot,
                "calls .text+0x%x, where no function begins".formatted(offset)));
    }

    /// As in libbpf, a suffix after `___` distinguishes variants.
    private void kfunc(Frame frame, int slot, String name) {
        int flavor = name.indexOf("___");
        var kfunc = Kfunc.bySymbol(flavor > 0 ? name.substring(0, flavor) : name).orElseThrow(() -> bad(frame, slot,
                "%s is extern and no kfunc that Tailbound knows".formatted(BadInput.quoted(name))));
        int at = frame.base + slot;
        code.put(Long.BYTES * at + 1, (byte) (PSEUDO_KFUNC_CALL << 4)).putShort(Long.BYTES * at + 2, (short) 0);
        immediate(at, kfunc.id());
    }

    private void requireNoRelocation(Frame frame, int slot) {
        if (object.relocation(frame.function, slot) != null) {
            throw bad(frame, slot, "a relocation of opcode 0x%02x, expected one of ld_imm64 or a call"
                    .formatted(code.get(Long.BYTES * (frame.base + slot)) & 0xff));
        }
    }

    private int source(int slot) {
        return code.get(Long.BYTES * slot + 1) >> 4 & 0xf;
    }

    private void immediate(int slot, int value) {
        code.putInt(Long.BYTES * slot + 4, value);
    }

    private BadInput bad(Frame frame, int slot, String complaint) {
        return object.bad("%s+0x%x (function %s, insn %d): %s".formatted(BadInput.shown(frame.function.section()), frame.function
                .offset() + Long.BYTES * (long) slot, BadInput.shown(frame.function.name()), slot, complaint));
    }
}
