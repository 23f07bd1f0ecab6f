package dev.tailbound.report;

import dev.tailbound.jit.disasm.Disassembler;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A machine instruction of a function, or the arm64 instructions that load one constant, and the addresses in it.
///
/// @param lines  the lines of a listing
/// @param text   the text of the instruction; for a constant, with its value
/// @param shape  the text with `@` for a place in the function and `&` for another address
/// @param places those other addresses
/// @param target offset of that place in the function; -1 if there is none
record CodeLine(List<Listing.Line> lines, String text, String shape, List<Long> places, int target) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final Pattern NUMBER = Pattern.compile("(?<base>gs:\\[|rip [+-] )?(?<value>-?0x[0-9a-f]+|(?<=\\[)0)");
    private static final Pattern RELATIVE = Pattern.compile("^(call|j[a-z]+|bl?) &$|rip ");
    private static final String BYTE = "00 ";
    private static final Pattern ANY_NUMBER = Pattern.compile("0x[0-9a-f]+");
    private static final Pattern CONSTANT = Pattern.compile(
            "mov(?<kind>[znk]?) (?<reg>x\\d+), #(?<value>-?(0x)?[0-9a-f]+)(, lsl #(?<shift>\\d+))?");
    // With five-level page tables, x86-64 has 56 bits of kernel addresses.
    private static final long LOWEST_ADDRESS = 0xff00_0000_0000_0000L;
    /// Numbers closer to zero count as negative numbers, not as addresses.
    private static final long HIGHEST_ADDRESS = -1L << 21;

    CodeLine {
        lines = List.copyOf(lines);
        places = List.copyOf(places);
    }

    int offset() {
        return lines.getFirst().offset();
    }

    /// Length of its code in bytes.
    int size() {
        return lines.stream().mapToInt(line -> (line.bytes().length() + 1) / BYTE.length()).sum();
    }

    /// Whether its address is stored as a distance from itself.
    boolean isRelative() {
        return isPlaced() && RELATIVE.matcher(shape).find();
    }

    /// Whether it contains an address outside the function.
    boolean isPlaced() {
        return shape.indexOf('&') >= 0;
    }

    /// Whether it is the same instruction apart from numbers.
    boolean resembles(CodeLine other) {
        return ANY_NUMBER.matcher(text).replaceAll("&").equals(ANY_NUMBER.matcher(other.text).replaceAll("&"));
    }

    /// The instructions of a function at `address`.
    static List<CodeLine> of(byte[] code, long address, Disassembler disassembler) {
        var all = new ArrayList<CodeLine>();
        var lines = new ArrayList<Listing.Line>();
        for (var line : disassembler.disassemble(code, address)) {
            int at = (int) (line.address() - address);
            lines.add(new Listing.Line(at, HEX.formatHex(code, at, at + line.size()), line.commented()));
        }
        for (int i = 0; i < lines.size();) {
            var text = lines.get(i).text();
            int end = i + 1;
            var first = CONSTANT.matcher(text);
            if (first.matches() && !first.group("kind").equals("k")) {
                long value = part(first);
                var next = CONSTANT.matcher("");
                while (end < lines.size() && next.reset(lines.get(end).text()).matches() && next.group("kind").equals("k")
                        && next.group("reg").equals(first.group("reg"))) {
                    value = (value & ~(0xffffL << shift(next))) | part(next);
                    end++;
                }
                text = "mov %s, #0x%x".formatted(first.group("reg"), value);
            }
            all.add(read(lines.subList(i, end), text, address, code.length));
            i = end;
        }
        return all;
    }

    /// The value that the instruction writes; `movk` keeps the other parts.
    private static long part(Matcher constant) {
        long value = Long.decode(constant.group("value")) << shift(constant);
        return constant.group("kind").equals("n") ? ~value : value;
    }

    private static int shift(Matcher constant) {
        return constant.group("shift") == null ? 0 : Integer.parseInt(constant.group("shift"));
    }

    private static CodeLine read(List<Listing.Line> lines, String text, long address, int length) {
        var places = new ArrayList<Long>();
        var targets = new ArrayList<Integer>();
        var shape = NUMBER.matcher(text).replaceAll(number -> {
            if (number.group("base") != null) {
                return number.group("base").replace("[", "[&").replaceAll("[+-] ", "&");
            }
            long value = value(number.group("value"));
            if (Long.compareUnsigned(value - address, length) <= 0) {
                targets.add((int) (value - address));
                return "@";
            }
            if (value >= LOWEST_ADDRESS && value < HIGHEST_ADDRESS) {
                places.add(value);
                return "&";
            }
            return number.group();
        });
        return new CodeLine(lines, text, shape, places, targets.isEmpty() ? -1 : targets.getFirst());
    }

    private static long value(String hex) {
        boolean negative = hex.startsWith("-");
        long value = Long.parseUnsignedLong(hex.substring(hex.indexOf('x') + 1), 16);
        return negative ? -value : value;
    }
}
