package dev.tailbound.jit.x86;

import java.util.regex.Pattern;

/// Operands in Intel syntax, and texts with normalized numbers.
final class Operands {
    private static final String[] NAMES_64 = words("rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15");
    private static final String[] NAMES_32 = words("eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d");
    private static final String[] NAMES_16 = words("ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w");
    private static final String[] NAMES_8 = words("al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b");

    /// An immediate: a number outside names and brackets.
    private static final Pattern IMMEDIATE = Pattern.compile("(?<![\\w*\\[])(-?)(0x[0-9a-f]+|\\d+)(?![\\w\\]])");
    private static final Pattern DISPLACEMENT = Pattern.compile(" ([+-]) (0x[0-9a-f]+|\\d+)]");

    private Operands() {}

    static String name(Register reg, int bits) {
        var names = switch (bits) {
            case 64 -> NAMES_64;
            case 32 -> NAMES_32;
            case 16 -> NAMES_16;
            default -> NAMES_8;
        };
        return names[reg.number()];
    }

    static String pointer(Address mem, int bits) {
        var type = switch (bits) {
            case 64 -> "qword";
            case 32 -> "dword";
            case 16 -> "word";
            default -> "byte";
        };
        var index = mem.index() == null ? "" : " + " + name(mem.index(), 64) + "*8";
        var sign = mem.disp() < 0 ? '-' : '+';
        return "%s ptr [%s%s %c %d]".formatted(type, name(mem.base(), 64), index, sign, Math.abs((long) mem.disp()));
    }

    /// Displacements in decimal, omitted if zero; immediates in hexadecimal, truncated to the width of the first operand.
    static String normalized(String text) {
        int width = width(text);
        var displaced = DISPLACEMENT.matcher(text).replaceAll(match -> value(match.group(2)) == 0 ? "]"
                : " " + match.group(1) + " " + value(match.group(2)) + "]");
        return IMMEDIATE.matcher(displaced).replaceAll(match -> {
            long value = match.group(1).isEmpty() ? value(match.group(2)) : -value(match.group(2));
            return "0x" + Long.toHexString(width == 64 ? value : value & (1L << width) - 1);
        });
    }

    private static long value(String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    /// The width of the first operand; 64 for jumps, whose operand is an address.
    private static int width(String text) {
        int blank = text.indexOf(' ');
        var first = text.substring(blank + 1).split(",", -1)[0];
        if (first.contains("ptr")) {
            return switch (first.substring(0, first.indexOf(' '))) {
                case "qword" -> 64;
                case "dword" -> 32;
                case "word" -> 16;
                default -> 8;
            };
        }
        for (var gpr : Register.values()) {
            for (int bits : new int[]{ 8, 16, 32 }) {
                if (name(gpr, bits).equals(first)) {
                    return bits;
                }
            }
        }
        return 64;
    }

    private static String[] words(String text) {
        return text.split(" ", -1);
    }
}
