package dev.tailbound.cases;

import dev.tailbound.cases.Expectation.Entry;
import dev.tailbound.isa.BadInput;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Reads the lines of an `-- expect` section: `NAME = VALUE`, and further lines of hex digits.
final class ExpectationReader {
    private static final Pattern LINE = Pattern.compile("([^=\\s]+)\\s*=\\s*(.*)");
    private static final Pattern VALUE = Pattern.compile("([^\\[]+)\\[(\\d+)]");

    private final Section section;
    private final List<BpfMap> maps;
    private final Set<String> seen = new HashSet<>();
    private final SortedMap<Entry, Bytes> values = new TreeMap<>();
    private OptionalLong r0 = OptionalLong.empty();
    private OptionalInt retval = OptionalInt.empty();
    private OptionalInt tailCalls = OptionalInt.empty();
    private String rejected = "";
    /// The value whose hex digits may continue on the next lines.
    private Entry open;
    private Hex hex;

    private ExpectationReader(Section section, List<BpfMap> maps) {
        this.section = section;
        this.maps = maps;
    }

    static Expectation read(Section section, List<BpfMap> maps) {
        var reader = new ExpectationReader(section, maps);
        for (var line : section.lines()) {
            reader.line(line.number(), line.text());
        }
        reader.closeHex();
        if (!reader.rejected.isEmpty() && reader.seen.size() > 1) {
            throw section.bad("a case with 'rejected' cannot have other expectations");
        }
        return new Expectation(reader.r0, reader.retval, reader.tailCalls, reader.values, reader.rejected);
    }

    private void line(int number, String text) {
        var line = LINE.matcher(text);
        if (!line.matches()) {
            if (hex == null) {
                throw section.bad(number, "expected NAME = VALUE, found " + BadInput.quoted(text));
            }
            hex.add(number, text);
            return;
        }
        closeHex();
        var name = line.group(1);
        var value = line.group(2);
        if (!seen.add(name)) {
            throw section.bad(number, "%s is expected twice".formatted(BadInput.quoted(name)));
        }
        switch (name) {
            case "r0" -> r0 = OptionalLong.of(section.number(number, name, value, 64));
            case "retval" -> retval = OptionalInt.of((int) section.number(number, name, value, 32));
            case "tail_calls" -> tailCalls = OptionalInt.of(section.count(number, name, value));
            case "rejected" -> {
                if (value.isEmpty()) {
                    throw section.bad(number, "rejected: expected a part of the reason");
                }
                rejected = value;
            }
            default -> mapValue(number, name, value);
        }
    }

    private void mapValue(int number, String name, String value) {
        var matcher = VALUE.matcher(name);
        if (!matcher.matches()) {
            throw section.bad(number, "expected r0, retval, tail_calls, rejected or MAP[KEY], found " + BadInput.quoted(name));
        }
        var array = array(number, matcher.group(1));
        int key = section.count(number, "key", matcher.group(2));
        if (key >= array.entries()) {
            throw section.bad(number, "key %d is outside 0..%d".formatted(key, array.entries() - 1));
        }
        var entry = new Entry(maps.indexOf(array), key);
        if (values.containsKey(entry)) {
            throw section.bad(number, "%s is expected twice".formatted(BadInput.quoted(name)));
        }
        if (value.startsWith("hex")) {
            open = entry;
            hex = new Hex(section, number, array.valueSize()).add(number, value.substring("hex".length()));
        } else if (array.valueSize() <= Long.BYTES) {
            long bits = section.number(number, BadInput.shown(name), value, 8 * array.valueSize());
            values.put(entry, littleEndian(bits, array.valueSize()));
        } else {
            throw section.bad(number, "%s: value of %d bytes, expected 'hex' and bytes, found %s"
                    .formatted(BadInput.shown(name), array.valueSize(), BadInput.quoted(value)));
        }
    }

    private BpfMap.Array array(int number, String name) {
        for (var map : maps) {
            if (map.name().equals(name)) {
                if (map instanceof BpfMap.Array array) {
                    return array;
                }
                throw section.bad(number, "map %s holds programs, expected an array".formatted(name));
            }
        }
        var names = maps.stream().map(BpfMap::name).toList();
        throw section.bad(number, "unknown map %s, expected one of %s".formatted(BadInput.quoted(name), Section.list(names)));
    }

    private void closeHex() {
        if (hex != null) {
            int size = ((BpfMap.Array) maps.get(open.map())).valueSize();
            values.put(open, hex.bytes().resized(size));
            hex = null;
        }
    }

    private static Bytes littleEndian(long bits, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (bits >>> (8 * i));
        }
        return Bytes.of(bytes);
    }
}
