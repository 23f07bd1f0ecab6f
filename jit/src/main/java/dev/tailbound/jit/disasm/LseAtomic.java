package dev.tailbound.jit.disasm;

import java.util.List;
import java.util.Optional;

/// Disassembles atomic instructions of Armv8.1 (FEAT_LSE), which Capstone 4 does not know.
final class LseAtomic {
    // ARM ARM C4.1.66: Compare and swap; Atomic memory operations; of 32 and 64 bits.
    private static final int CAS_MASK = 0xbfa0_7c00;
    private static final int CAS = 0x88a0_7c00;
    private static final int MEMORY_MASK = 0xbf20_0c00;
    private static final int MEMORY = 0xb820_0000;

    private static final List<String> OPERATIONS = List.of("add", "clr", "eor", "set", "smax", "smin", "umax", "umin");
    private static final int ZERO_OR_SP = 31;

    private LseAtomic() {}

    /// `ldaddal x1, x1, [x2]`; empty for all other words.
    static Optional<String> text(int word) {
        if ((word & CAS_MASK) == CAS) {
            return Optional.of("cas" + order(bit(word, 22), bit(word, 15)) + operands(word));
        }
        if ((word & MEMORY_MASK) != MEMORY) {
            return Optional.empty();
        }
        boolean acquires = bit(word, 23);
        boolean releases = bit(word, 22);
        int operation = field(word, 12, 3);
        if (bit(word, 15)) {
            return operation == 0 ? Optional.of("swp" + order(acquires, releases) + operands(word)) : Optional.empty();
        }
        var name = OPERATIONS.get(operation);
        return Optional.of(!acquires && field(word, 0, 5) == ZERO_OR_SP
                ? "st%s%s %s, %s".formatted(name, order(false, releases), register(word, 16), base(word))
                : "ld" + name + order(acquires, releases) + operands(word));
    }

    private static String order(boolean acquires, boolean releases) {
        return (acquires ? "a" : "") + (releases ? "l" : "");
    }

    private static String operands(int word) {
        return " %s, %s, %s".formatted(register(word, 16), register(word, 0), base(word));
    }

    private static String register(int word, int at) {
        int number = field(word, at, 5);
        return (bit(word, 30) ? "x" : "w") + (number == ZERO_OR_SP ? "zr" : number);
    }

    private static String base(int word) {
        int number = field(word, 5, 5);
        return number == ZERO_OR_SP ? "[sp]" : "[x%d]".formatted(number);
    }

    private static boolean bit(int word, int at) {
        return field(word, at, 1) != 0;
    }

    private static int field(int word, int at, int width) {
        return word >>> at & (1 << width) - 1;
    }
}
