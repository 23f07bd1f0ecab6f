package dev.tailbound.forms;

import dev.tailbound.isa.Decoder;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Bytes written as text, with their lines: a list, a string, hex digits or base64. [HexDump] reads those with addresses.
///
/// @param lines   the line by the first byte on it
/// @param reversed the same bytes with each 8-byte word reversed, for words of unknown byte order
@SuppressWarnings("ArrayRecordComponent") // one per file: read by index, never compared
record ByteText(byte[] bytes, NavigableMap<Integer, Integer> lines, Optional<byte[]> reversed) {
    private static final int MAX_BYTES = Long.BYTES * Decoder.MAX_SLOTS;
    private static final int DIGITS_OF_A_SLOT = 16;

    /// `unsigned char prog[] = {`, and the line that `xxd -i` writes after the array.
    private static final Pattern DECLARATION = Pattern.compile("[\\s\\w]+\\[[\\s\\w]*\\]\\s*");
    private static final Pattern LENGTH = Pattern.compile("\\s*unsigned int \\w+_len = \\d+;\\s*");
    private static final Pattern NUMBER = Pattern.compile("0[xX]([0-9a-fA-F]{1,16})(?:[uU]?[lL]{0,2})");
    private static final Pattern SEPARATORS = Pattern.compile("[\\s,;{}()\\[\\]]*");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([abtnvfr\\\\'\"]))");
    private static final String ESCAPED = "abtnvfr";
    private static final byte[] CONTROLS = { 7, 8, 9, 10, 11, 12, 13 };

    /// The bytes of a text, in the first spelling that matches all of it.
    static Optional<ByteText> read(Source source) {
        return HexDump.read(source.lines()).or(() -> list(source.lines())).or(() -> string(source.lines()))
                .or(() -> hex(source.lines())).or(() -> base64(source.lines()));
    }

    /// `0xb7, 0x00`: bytes, or 64-bit words if any number has more than two digits.
    private static Optional<ByteText> list(List<String> lines) {
        record Word(long value, int digits, int line) {}
        var numbers = new ArrayList<Word>();
        for (int i = 0; i < lines.size(); i++) {
            var line = LENGTH.matcher(lines.get(i)).matches() ? "" : undeclared(lines.get(i));
            var number = NUMBER.matcher(line);
            int end = 0;
            while (number.find()) {
                if (!SEPARATORS.matcher(line.substring(end, number.start())).matches()) {
                    return Optional.empty();
                }
                numbers.add(new Word(Long.parseUnsignedLong(number.group(1), 16), number.group(1).length(), i + 1));
                end = number.end();
            }
            if (!SEPARATORS.matcher(line.substring(end)).matches()) {
                return Optional.empty();
            }
        }
        boolean words = numbers.stream().anyMatch(number -> number.digits > 2);
        var bytes = new Collector();
        for (var number : numbers) {
            bytes.at(number.line);
            for (int i = 0; i < (words ? Long.BYTES : 1); i++) {
                bytes.add((int) (number.value >>> (8 * i)));
            }
        }
        return bytes.text(words);
    }

    /// `"\xb7\x00"`, also several strings and those of Python; or escapes without quotes.
    private static Optional<ByteText> string(List<String> lines) {
        var bytes = new Collector();
        boolean escaped = false;
        for (int i = 0; i < lines.size(); i++) {
            var line = undeclared(lines.get(i));
            bytes.at(i + 1);
            char quote = 0;
            var escape = ESCAPE.matcher(line);
            for (int at = 0; at < line.length(); at++) {
                char c = line.charAt(at);
                if (c == '\\' && escape.region(at, line.length()).lookingAt()) {
                    bytes.add(value(escape));
                    escaped |= escape.group(1) != null;
                    at = escape.end() - 1;
                } else if (quote != 0) {
                    if (c == quote) {
                        quote = 0;
                    } else if (c == '\\' || c > 0x7e) {
                        return Optional.empty();
                    } else {
                        bytes.add(c);
                    }
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (" \t,;+()b".indexOf(c) < 0) {
                    return Optional.empty();
                }
            }
            if (quote != 0) {
                return Optional.empty();
            }
        }
        return escaped ? bytes.text(false) : Optional.empty();
    }

    /// The rest of a line after the declaration of an array and its `=`.
    private static String undeclared(String line) {
        int equals = line.indexOf('=');
        return equals >= 0 && DECLARATION.matcher(line.substring(0, equals)).matches() ? line.substring(equals + 1) : line;
    }

    private static int value(Matcher escape) {
        if (escape.group(1) != null) {
            return HexFormat.fromHexDigits(escape.group(1));
        }
        if (escape.group(2) != null) {
            return Integer.parseInt(escape.group(2), 8);
        }
        char c = escape.group(3).charAt(0);
        int control = ESCAPED.indexOf(c);
        return control < 0 ? c : CONTROLS[control];
    }

    /// Digits, with or without blanks or colons between them.
    private static Optional<ByteText> hex(List<String> lines) {
        var bytes = new Collector();
        int high = -1;
        int digits = 0;
        for (int i = 0; i < lines.size(); i++) {
            bytes.at(i + 1);
            for (char c : lines.get(i).toCharArray()) {
                if (HexFormat.isHexDigit(c)) {
                    int digit = HexFormat.fromHexDigit(c);
                    high = digits++ % 2 == 0 ? digit : bytes.add(high << 4 | digit);
                } else if (!Character.isWhitespace(c) && c != ':') {
                    return Optional.empty();
                }
            }
        }
        return digits < DIGITS_OF_A_SLOT || digits % 2 != 0 ? Optional.empty() : bytes.text(false);
    }

    private static Optional<ByteText> base64(List<String> lines) {
        var text = String.join("", lines).replaceAll("\\s", "").replace('-', '+').replace('_', '/');
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ByteText(Base64.getDecoder().decode(text), new TreeMap<>(), Optional.empty()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// The line of a byte, if lines are known.
    Optional<Integer> line(int index) {
        return Optional.ofNullable(lines.floorEntry(index)).map(Map.Entry::getValue);
    }

    /// Bytes in order, with their lines.
    static final class Collector {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TreeMap<Integer, Integer> lines = new TreeMap<>();

        void at(int line) {
            lines.put(bytes.size(), line);
        }

        /// Adds the low eight bits, and returns -1.
        int add(int value) {
            if (bytes.size() <= MAX_BYTES) {
                bytes.write(value);
            }
            return -1;
        }

        int size() {
            return bytes.size();
        }

        boolean isEmpty() {
            return bytes.size() == 0;
        }

        /// Empty if there are no bytes.
        Optional<ByteText> text(boolean words) {
            if (isEmpty()) {
                return Optional.empty();
            }
            var all = bytes.toByteArray();
            return Optional.of(new ByteText(all, lines, words ? Optional.of(reversed(all)) : Optional.empty()));
        }

        private static byte[] reversed(byte[] bytes) {
            var reversed = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                reversed[i] = bytes[Math.min(bytes.length - 1, i / Long.BYTES * Long.BYTES + Long.BYTES - 1 - i % Long.BYTES)];
            }
            return reversed;
        }
    }
}
