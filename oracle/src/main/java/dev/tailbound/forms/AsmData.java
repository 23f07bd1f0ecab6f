package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.forms.ObjectText.Data;
import dev.tailbound.isa.BadInput;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Directives that fill sections: integers, strings, zeros, alignment.
final class AsmData {
    static final Set<String> ALIGNMENTS = Set.of(".p2align", ".balign", ".align");
    private static final Map<String, Integer> SIZES = Map.ofEntries(Map.entry(".byte", 1), Map.entry(".short", 2),
            Map.entry(".hword", 2), Map.entry(".half", 2), Map.entry(".value", 2), Map.entry(".2byte", 2), Map.entry(".long", 4),
            Map.entry(".word", 4), Map.entry(".int", 4), Map.entry(".4byte", 4), Map.entry(".quad", 8), Map.entry(".8byte", 8),
            Map.entry(".xword", 8), Map.entry(".dword", 8));
    private static final Set<String> STRINGS = Set.of(".ascii", ".asciz", ".string");
    private static final Set<String> ZEROS = Set.of(".zero", ".skip", ".space");
    private static final Pattern NUMBER = Pattern.compile("([-~]?)(0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64}|\\d{1,20})");
    private static final Pattern SYMBOL = Pattern.compile("([A-Za-z_.$][\\w.$]*)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)|[^\\\\]");

    private AsmData() {}

    /// Throws [BadInput] at `place`.
    static void add(Data data, String directive, String arguments, String place) {
        if (SIZES.containsKey(directive)) {
            for (var value : arguments.split(",", -1)) {
                integer(data, SIZES.get(directive), value.strip(), place);
            }
        } else if (STRINGS.contains(directive)) {
            string(data, arguments, !directive.equals(".ascii"), place);
        } else if (ZEROS.contains(directive) || ALIGNMENTS.contains(directive)) {
            var parts = arguments.split(",", -1);
            long count = number(parts[0].strip()).orElseThrow(() -> bad(place, "a number", arguments));
            long fill = parts.length > 1 ? number(parts[1].strip()).orElse(0L) : 0;
            repeat(data, ZEROS.contains(directive) ? count : padding(data, directive, count, place), (int) fill, place);
        } else {
            throw bad(place, "a directive for data, such as .long, .zero or .asciz", directive);
        }
    }

    /// Only `.p2align` gives the exponent; `.align` of BPF is in bytes.
    private static long padding(Data data, String directive, long argument, String place) {
        if (argument < 0 || argument > (directive.equals(".p2align") ? 16 : 1 << 16)) {
            throw bad(place, "an alignment of at most 64 KiB", Long.toString(argument));
        }
        long alignment = directive.equals(".p2align") ? 1L << argument : Math.max(1, argument);
        return (alignment - data.bytes().size() % alignment) % alignment;
    }

    private static void repeat(Data data, long count, int value, String place) {
        if (count < 0 || count + data.bytes().size() > CaseLimits.MAP_BYTES) {
            throw bad(place, "at most %d bytes of data".formatted(CaseLimits.MAP_BYTES), Long.toString(count));
        }
        for (long i = 0; i < count; i++) {
            data.bytes().write(value);
        }
    }

    private static void integer(Data data, int size, String text, String place) {
        var value = number(text);
        if (value.isEmpty()) {
            var symbol = SYMBOL.matcher(text);
            if (size != Long.BYTES || !symbol.matches()) {
                throw bad(place, "a number", text);
            }
            data.addresses().put(data.bytes().size(), symbol.group(1));
        }
        for (int i = 0; i < size; i++) {
            data.bytes().write((int) (value.orElse(0L) >> (8 * i)));
        }
    }

    /// A 64-bit number, signed or unsigned.
    static Optional<Long> number(String text) {
        var matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        var digits = matcher.group(2);
        int base = digits.matches("0[xX].*") ? 16 : digits.matches("0[bB].*") ? 2 : digits.matches("0[0-7]+") ? 8 : 10;
        var value = new BigInteger(base == 16 || base == 2 ? digits.substring(2) : digits, base);
        if (value.bitLength() > Long.SIZE) {
            return Optional.empty();
        }
        long magnitude = value.longValue();
        return Optional.of(switch (matcher.group(1)) {
            case "-" -> -magnitude;
            case "~" -> ~magnitude;
            default -> magnitude;
        });
    }

    private static void string(Data data, String arguments, boolean terminated, String place) {
        var text = arguments.strip();
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            throw bad(place, "a string in quotes", arguments);
        }
        for (var piece : List.of(text.substring(1, text.length() - 1).split("\"\\s*,\\s*\"", -1))) {
            ESCAPE.matcher(piece).results().forEach(
                    match -> data.bytes().writeBytes(match.group(1) == null ? match.group().getBytes(StandardCharsets.UTF_8)
                            : new byte[]{ escape(match.group(1)) }));
            if (terminated) {
                data.bytes().write(0);
            }
        }
    }

    private static byte escape(String escape) {
        char c = escape.charAt(0);
        if (c == 'x' && escape.length() > 1) {
            return (byte) Integer.parseInt(escape.substring(1), 16);
        }
        if (c >= '0' && c <= '7') {
            return (byte) Integer.parseInt(escape, 8);
        }
        int control = "btnfr".indexOf(c);
        return (byte) (control < 0 ? c : new byte[]{ 8, 9, 10, 12, 13 }[control]);
    }

    private static BadInput bad(String place, String expected, String found) {
        return new BadInput(place, "expected %s, found %s".formatted(expected, BadInput.quoted(found)));
    }
}
