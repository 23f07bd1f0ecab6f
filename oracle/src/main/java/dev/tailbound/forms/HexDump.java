package dev.tailbound.forms;

import dev.tailbound.isa.Decoder;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Hex dumps with an address at the beginning of each row: those of xxd, `hexdump`, `hexdump -C`, `od -tx1` to `-tx8`.
///
/// Groups of more than two digits are little-endian words, except after a colon, where xxd writes them in byte order.
final class HexDump {
    private static final Pattern ROW = Pattern.compile("\\s*([0-9a-fA-F]{4,16})(:?)(?:\\s+(\\S.*))?");
    private static final Pattern GROUP = Pattern.compile("(?:[0-9a-fA-F]{2}){1,8}");
    private static final int[] BASES = { 16, 8, 10 };
    private static final int MAX_BYTES = Long.BYTES * Decoder.MAX_SLOTS;

    private final int base;
    private final ByteText.Collector bytes = new ByteText.Collector();
    private byte[] row = {};
    private boolean repeats;
    private boolean words;

    private HexDump(int base) {
        this.base = base;
    }

    /// The bytes of a dump whose addresses begin with 0 and match the rows; empty if the text is no such dump.
    static Optional<ByteText> read(List<String> lines) {
        for (int base : BASES) {
            var dump = new HexDump(base);
            if (dump.all(lines)) {
                return dump.bytes.text(dump.words);
            }
        }
        return Optional.empty();
    }

    private boolean all(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            bytes.at(i + 1);
            if (line.strip().equals("*") && row.length > 0) {
                repeats = true;
            } else if (!line.isBlank() && !row(line)) {
                return false;
            }
        }
        return !repeats;
    }

    private boolean row(String line) {
        var matcher = ROW.matcher(line);
        if (!matcher.matches() || !goTo(matcher.group(1))) {
            return false;
        }
        if (matcher.group(3) == null) {
            return bytes.size() > 0;
        }
        boolean colon = !matcher.group(2).isEmpty();
        var read = new ByteArrayOutputStream();
        for (var group : digits(matcher.group(3), colon).strip().split("\\s+", -1)) {
            if (!GROUP.matcher(group).matches()) {
                return false;
            }
            var parsed = HexFormat.of().parseHex(group);
            words |= !colon && parsed.length == Long.BYTES;
            for (int i = 0; i < parsed.length; i++) {
                read.write(parsed[colon ? i : parsed.length - 1 - i]);
            }
        }
        row = read.toByteArray();
        addRow();
        return true;
    }

    /// Without the characters at the end of a row.
    private static String digits(String text, boolean colon) {
        int bar = text.indexOf('|');
        int angle = text.indexOf("  >");
        int blanks = colon ? text.indexOf("  ") : -1;
        int end = bar >= 0 ? bar : angle >= 0 ? angle : blanks >= 0 ? blanks : text.length();
        return text.substring(0, end);
    }

    private void addRow() {
        for (byte b : row) {
            bytes.add(b);
        }
    }

    /// Whether the address is that of the next byte; repeats the last row up to there if the dump has a `*`.
    private boolean goTo(String digits) {
        long address;
        try {
            address = Long.parseLong(digits, base);
        } catch (NumberFormatException ofAnotherBase) {
            return false;
        }
        if (repeats && address > bytes.size() && address <= MAX_BYTES && (address - bytes.size()) % row.length == 0) {
            while (bytes.size() < address) {
                addRow();
            }
        }
        repeats = false;
        return address == bytes.size();
    }
}
