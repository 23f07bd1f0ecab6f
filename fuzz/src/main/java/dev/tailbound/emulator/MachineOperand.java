package dev.tailbound.emulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// An operand of an x86-64 instruction.
sealed interface MachineOperand {

    /// Registers are numbered as in ModRM: rax is 0, r15 is 15.
    record Register(int number, int bits) implements MachineOperand {
        @Override
        public String toString() {
            return "r" + bits;
        }
    }

    /// `[base + index*scale + displacement]`; numbers of registers, or -1.
    ///
    /// @param bits accessed; 0 if the address itself is the operand
    record Memory(int bits, boolean isGs, int base, int index, int scale, long displacement) implements MachineOperand {
        @Override
        public String toString() {
            return (isGs ? "gs:" : "") + (bits == 0 ? "m" : "m" + bits) + (index < 0 ? "" : "(indexed)");
        }
    }

    record Immediate(long value) implements MachineOperand {
        @Override
        public String toString() {
            return "imm";
        }
    }

    Pattern MEMORY = Pattern.compile("(?:(byte|word|dword|qword) ptr )?(?:(\\w+):)?\\[(.*)]");
    Map<String, Integer> SIZES = Map.of("byte", 8, "word", 16, "dword", 32, "qword", 64);
    List<String> OLD = List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di");
    Map<String, Register> NAMES = names();

    private static Map<String, Register> names() {
        var names = new HashMap<String, Register>();
        for (int i = 0; i < OLD.size(); i++) {
            var old = OLD.get(i);
            names.put("r" + old, new Register(i, 64));
            names.put("e" + old, new Register(i, 32));
            names.put(old, new Register(i, 16));
            names.put(i < 4 ? old.charAt(0) + "l" : old + "l", new Register(i, 8));
        }
        for (int i = OLD.size(); i < 16; i++) {
            names.put("r" + i, new Register(i, 64));
            names.put("r%dd".formatted(i), new Register(i, 32));
            names.put("r%dw".formatted(i), new Register(i, 16));
            names.put("r%db".formatted(i), new Register(i, 8));
        }
        return Map.copyOf(names);
    }

    /// The operands in Capstone's text; empty if one is of another kind.
    static Optional<List<MachineOperand>> parse(String text) {
        var operands = new ArrayList<MachineOperand>();
        for (var word : text.isEmpty() ? List.<String>of() : List.of(text.split(", ", -1))) {
            var operand = one(word);
            if (operand.isEmpty()) {
                return Optional.empty();
            }
            operands.add(operand.get());
        }
        return Optional.of(List.copyOf(operands));
    }

    private static Optional<MachineOperand> one(String word) {
        if (NAMES.containsKey(word)) {
            return Optional.of(NAMES.get(word));
        }
        var memory = MEMORY.matcher(word);
        if (memory.matches()) {
            var segment = memory.group(2);
            int bits = memory.group(1) == null ? 0 : SIZES.get(memory.group(1));
            return segment == null || segment.equals("gs") ? address(bits, segment != null, memory.group(3)) : Optional.empty();
        }
        return number(word).map(Immediate::new);
    }

    private static Optional<MachineOperand> address(int bits, boolean isGs, String text) {
        int base = -1;
        int index = -1;
        int scale = 1;
        long displacement = 0;
        for (var term : text.replace(" - ", " + -").split(" \\+ ", -1)) {
            var parts = term.split("\\*", -1);
            if (NAMES.containsKey(parts[0])) {
                int number = NAMES.get(parts[0]).number();
                if (parts.length == 2) {
                    index = number;
                    scale = Integer.parseInt(parts[1]);
                } else if (base < 0) {
                    base = number;
                } else {
                    index = number;
                }
            } else if (number(term).isPresent()) {
                displacement = number(term).get();
            } else {
                return Optional.empty(); // relative to rip
            }
        }
        return Optional.of(new Memory(bits, isGs, base, index, scale, displacement));
    }

    private static Optional<Long> number(String word) {
        boolean isNegative = word.startsWith("-");
        var digits = isNegative ? word.substring(1) : word;
        if (!digits.matches("0x[0-9a-f]{1,16}|[0-9]{1,18}")) {
            return Optional.empty();
        }
        long value = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16) : Long.parseLong(digits);
        return Optional.of(isNegative ? -value : value);
    }
}
