package dev.tailbound.cases;

import dev.tailbound.isa.BadInput;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.TreeMap;

/// Bytes in hexadecimal over any number of lines of a section, with whitespace anywhere between digits.
final class Hex {
    private static final int GROUP = 8;
    private static final int ROW = 32;

    private final Section section;
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TreeMap<Integer, Integer> lines = new TreeMap<>();
    private int last;
    /// The first digit of an incomplete byte, or -1.
    private int half = -1;

    /// Accepts at most `limit` bytes, starting on `line` of the section.
    Hex(Section section, int line, int limit) {
        this.section = section;
        this.limit = limit;
        last = line;
    }

    Hex add(int line, String text) {
        last = line;
        lines.put(bytes.size(), line);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (HexFormat.isHexDigit(c)) {
                digit(HexFormat.fromHexDigit(c));
            } else if (!Character.isWhitespace(c)) {
                throw section.bad(line, "expected hex digits, found " + BadInput.quoted(text.substring(i)));
            }
        }
        return this;
    }

    private void digit(int digit) {
        if (half < 0) {
            half = digit;
            return;
        }
        if (bytes.size() == limit) {
            throw section.bad(last, "more bytes than expected, at most %d".formatted(limit));
        }
        bytes.write(half << 4 | digit);
        half = -1;
    }

    /// The line on which this byte ends.
    int lineOf(int index) {
        return lines.floorEntry(index).getValue();
    }

    Bytes bytes() {
        if (half >= 0) {
            throw section.bad(last, "expected two hex digits a byte, found an odd number of digits");
        }
        return Bytes.of(bytes.toByteArray());
    }

    /// The bytes in groups of eight and rows of 32, each row but the first indented by four.
    static String print(Bytes bytes) {
        var digits = bytes.toHex();
        var text = new StringBuilder();
        for (int i = 0; i < bytes.length(); i += GROUP) {
            text.append(i == 0 ? "" : i % ROW == 0 ? "\n    " : " ");
            text.append(digits, 2 * i, 2 * Math.min(i + GROUP, bytes.length()));
        }
        return text.toString();
    }

    /// [#print(Bytes)] without the zeros at the end.
    static String printTrimmed(Bytes bytes) {
        return print(bytes.resized(bytes.significantLength()));
    }
}
