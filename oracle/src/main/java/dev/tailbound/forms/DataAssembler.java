package dev.tailbound.forms;

import dev.tailbound.forms.DataFile.Line;
import dev.tailbound.forms.DataMnemonics.Slot;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Assembles the dialect of bpf_conformance: `ldxdw %r0, [%r1+8]`, `jeq %r0, 2, exit`, `lock fetch add [%r10-8], %r1`.
///
/// It checks syntax, not validity: `call %r2` and shifts by 64 have an encoding, too. Targets are labels, or distances in
/// slots with a sign. Without a label of its own, the first `exit` is labelled `exit`.
final class DataAssembler {
    private static final String EXIT = "exit";
    private static final Pattern LABEL = Pattern.compile("([^\\s:,\\[\\]%]+):\\s*(.*)");
    private static final Pattern BRACKETS = Pattern.compile("\\[[^\\[\\]$\\\\]*]");
    private static final Pattern MEMORY = Pattern.compile("\\[(%?\\w+)(?:([+-])(\\w+))?]");
    private static final Pattern REGISTER = Pattern.compile("%?r(\\d|1[0-5])");
    private static final Pattern NUMBER = Pattern.compile("(-?)(?:0[xX](\\p{XDigit}{1,16})|(\\d{1,20}))");

    private final Source source;
    private final Map<String, Integer> labels = new HashMap<>();

    DataAssembler(Source source) {
        this.source = source;
    }

    /// A program's bytes, and the slots of its labels.
    @SuppressWarnings("ArrayRecordComponent") // read by index, never compared
    record Assembled(byte[] slots, Map<String, Integer> labels) {}

    /// Throws [BadInput] on the first line that cannot be assembled.
    Assembled assemble(List<Line> lines) {
        var statements = lines.stream().map(this::withoutLabel).toList();
        int size = place(lines, statements);
        var code = ByteBuffer.allocate(size * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < lines.size(); i++) {
            if (!statements.get(i).isEmpty()) {
                int slot = code.position() / Long.BYTES;
                var operands = new Operands(lines.get(i), statements.get(i), slot);
                for (var encoded : DataMnemonics.encode(operands)) {
                    code.putLong(encoded.bits());
                }
            }
        }
        return new Assembled(code.array(), Map.copyOf(labels));
    }

    private String withoutLabel(Line line) {
        var label = LABEL.matcher(line.text());
        return label.matches() ? label.group(2) : line.text();
    }

    /// Gives each label its slot; the number of slots.
    private int place(List<Line> lines, List<String> statements) {
        int slot = 0;
        boolean exited = false;
        for (int i = 0; i < lines.size(); i++) {
            var label = LABEL.matcher(lines.get(i).text());
            if (label.matches() && labels.putIfAbsent(label.group(1), slot) != null) {
                throw bad(lines.get(i), "label %s is defined twice".formatted(BadInput.quoted(label.group(1))));
            }
            if (statements.get(i).equals(EXIT) && !exited) {
                exited = true;
                labels.putIfAbsent(EXIT, slot);
            }
            slot += statements.get(i).isEmpty() ? 0 : DataMnemonics.slots(statements.get(i));
            if (slot > Decoder.MAX_SLOTS) {
                throw bad(lines.get(i), "expected at most %d slots".formatted(Decoder.MAX_SLOTS));
            }
        }
        return slot;
    }

    /// A number of 64 bits, signed or unsigned; empty if the text is not a number.
    static OptionalLong number(String text) {
        var number = NUMBER.matcher(text);
        if (!number.matches()) {
            return OptionalLong.empty();
        }
        try {
            boolean isNegative = !number.group(1).isEmpty();
            if (number.group(2) != null) {
                long value = Long.parseUnsignedLong(number.group(2), 16);
                return isNegative && value < 0 && value != Long.MIN_VALUE ? OptionalLong.empty()
                        : OptionalLong.of(isNegative ? -value : value);
            }
            return OptionalLong.of(isNegative ? Long.parseLong(text) : Long.parseUnsignedLong(number.group(3)));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private BadInput bad(Line line, String what) {
        return new BadInput(source.at(line.number()), what);
    }

    /// A statement, read from left to right.
    final class Operands {
        private final Line line;
        private final List<String> words;
        private final int slot;
        private int at;

        private Operands(Line line, String statement, int slot) {
            this.line = line;
            this.slot = slot;
            var dense = BRACKETS.matcher(statement).replaceAll(memory -> memory.group().replaceAll("\\s+", ""));
            words = List.of(dense.split("[,\\s]+"));
        }

        /// The next word.
        String word() {
            if (at == words.size()) {
                throw expected("another operand");
            }
            return words.get(at++);
        }

        /// Consumes the word if it is next.
        boolean takes(String word) {
            boolean isNext = at < words.size() && words.get(at).equals(word);
            at += isNext ? 1 : 0;
            return isNext;
        }

        boolean atRegister() {
            return at < words.size() && (words.get(at).startsWith("%") || REGISTER.matcher(words.get(at)).matches());
        }

        int register() {
            return register(word());
        }

        private int register(String word) {
            var register = REGISTER.matcher(word);
            if (!register.matches()) {
                at--;
                throw expected("a register %r0..%r10");
            }
            return Integer.parseInt(register.group(1));
        }

        /// 32 bits: a signed decimal number, or any hex digits that fit.
        int immediate() {
            long value = number("a number of 32 bits");
            boolean isHex = words.get(at - 1).contains("x") || words.get(at - 1).contains("X");
            if (value != (int) value && !(isHex && value >>> Integer.SIZE == 0)) {
                at--;
                throw expected("a number of 32 bits");
            }
            return (int) value;
        }

        long immediate64() {
            return number("a number of 64 bits");
        }

        private long number(String what) {
            return DataAssembler.number(word()).orElseThrow(() -> {
                at--;
                return expected(what);
            });
        }

        /// `[%rN]`, `[%rN+off]` or `[%rN-off]`.
        Memory memory() {
            var memory = MEMORY.matcher(word());
            if (!memory.matches()) {
                at--;
                throw expected("[%rN+offset]");
            }
            int register = register(memory.group(1));
            return new Memory(register, memory.group(2) == null ? 0 : offset(memory.group(2), memory.group(3)));
        }

        private int offset(String sign, String digits) {
            boolean isHex = digits.startsWith("0x") || digits.startsWith("0X");
            var value = DataAssembler.number((sign.equals("-") ? "-" : "") + digits);
            if (value.isEmpty() || value.getAsLong() < Short.MIN_VALUE || value.getAsLong() > (isHex ? 0xffff
                    : Short.MAX_VALUE)) {
                at--;
                throw expected("an offset of 16 bits");
            }
            return (short) value.getAsLong();
        }

        /// The distance to a label, or one written with its sign, in slots from the next instruction.
        int distance() {
            var target = word();
            if (target.startsWith("+") || target.startsWith("-")) {
                var distance = DataAssembler.number(target.startsWith("+") ? target.substring(1) : target);
                if (distance.isPresent() && distance.getAsLong() == (int) distance.getAsLong()) {
                    return (int) distance.getAsLong();
                }
            } else if (labels.containsKey(target)) {
                return labels.get(target) - slot - 1;
            }
            at--;
            throw expected("a label of this program, or a distance with a sign");
        }

        /// The same, for the offset field.
        int shortDistance() {
            int distance = distance();
            if (distance != (short) distance) {
                throw bad(line, "target is %d slots away, expected a distance of 16 bits".formatted(distance));
            }
            return distance;
        }

        List<Slot> done(Slot... slots) {
            if (at < words.size()) {
                throw expected("the end of the instruction");
            }
            return List.of(slots);
        }

        BadInput expected(String what) {
            return bad(line, "expected %s, found %s".formatted(what, at < words.size() ? BadInput.quoted(words.get(at))
                    : "the end of the line"));
        }

        /// The word before the next is not one of those allowed there.
        BadInput unknown(String what) {
            at--;
            return expected(what);
        }
    }

    /// A memory operand.
    record Memory(int base, int off) {}
}
