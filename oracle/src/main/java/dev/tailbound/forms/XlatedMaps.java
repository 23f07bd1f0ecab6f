package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.forms.XlatedListing.Line;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The maps that the listings of a file refer to: by number or name (bpftool), or by kernel address and the verifier's register state (logs).
final class XlatedMaps {
    private static final Pattern ADDRESS = Pattern.compile("r(\\d+) = 0x([0-9a-f]{1,16})");
    private static final Pattern NAME = Pattern.compile("\\bmap=([^,)]+)");
    private static final Pattern VALUE_SIZE = Pattern.compile("\\bvs=(\\d{1,8})\\b");
    private static final Pattern OFFSET = Pattern.compile("\\boff=(\\d{1,8})\\b");
    /// Address range of maps and their values in kernels of x86-64 and arm64.
    private static final long FIRST_ADDRESS = 0xffff_0000_0000_0000L;
    private static final long LAST_ADDRESS = 0xffff_efff_ffff_ffffL;

    private final CaseDraft draft;
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> byKey = new HashMap<>();
    private final Map<String, Integer> valueSizes = new HashMap<>();

    XlatedMaps(CaseDraft draft) {
        this.draft = draft;
    }

    List<String> names() {
        return names;
    }

    Map<String, Integer> valueSizes() {
        return valueSizes;
    }

    /// The assembler's statement for an `ld_imm64` that is a reference to a map; empty for a constant. Throws
    /// [KernelText.Unsupported] at the reference after one too many.
    Optional<String> statement(Line line) throws KernelText.Unsupported {
        if (names.size() > CaseLimits.MAPS) {
            throw new KernelText.Unsupported("more than %d maps".formatted(CaseLimits.MAPS));
        }
        var map = KernelText.map(line.text());
        return map.isPresent() ? Optional.of(numbered(line.text(), map.get())) : addressed(line);
    }

    /// `r1 = map[id:7][0]+16`
    private String numbered(String text, Matcher map) {
        var key = map.group(1);
        var off = map.group(3) == null ? map.group(2) == null ? "" : "[0]" : "[" + map.group(3) + "]";
        return text.substring(0, map.start()) + "map[" + name(key, key.matches("\\d+") ? "map_" + key : key) + "]" + off + " ll";
    }

    /// `r1 = 0xffff888104e9f000`, where the register is a map's address, or that of a value.
    private Optional<String> addressed(Line line) {
        var text = ADDRESS.matcher(line.text());
        if (!text.matches()) {
            return Optional.empty();
        }
        long address = Long.parseUnsignedLong(text.group(2), 16);
        var state = state(line.state(), text.group(1));
        if (state.isEmpty()) {
            return isAddress(address) ? Optional.of(guessed(text.group(1), address)) : Optional.empty();
        }
        if (!state.get().startsWith("map_")) {
            return Optional.empty();
        }
        int off = first(OFFSET, state.get()).map(Integer::parseInt).orElse(0);
        var key = first(NAME, state.get()).orElse("address " + (address - off));
        var name = name(key, key.contains(" ") ? "map_" + (names.size() + 1) : key);
        first(VALUE_SIZE, state.get()).ifPresent(size -> valueSizes.put(name, Integer.parseInt(size)));
        return Optional.of("r" + text.group(1) + " = map[" + name + "]" + (state.get().startsWith("map_value") ? "[" + off + "]"
                : "") + " ll");
    }

    /// Whether a constant without state counts as the address of a map.
    static boolean isAddress(long value) {
        return Long.compareUnsigned(value, FIRST_ADDRESS) >= 0 && Long.compareUnsigned(value, LAST_ADDRESS) <= 0;
    }

    private String guessed(String register, long address) {
        var name = name("address " + address, "map_" + (names.size() + 1));
        draft.guess("0x%x is the address of map %s".formatted(address, name));
        return "r" + register + " = map[" + name + "] ll";
    }

    /// The verifier's state of a register: `map_ptr(map=jmp_table,ks=4,vs=4)`.
    private static Optional<String> state(String states, String register) {
        return first(Pattern.compile("\\bR" + register + "(?:_\\w+)?=(\\w+(?:\\([^)]*\\))?)"), states);
    }

    private static Optional<String> first(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /// The name of the map with this key, created on first use.
    private String name(String key, String wanted) {
        return byKey.computeIfAbsent(key, _ -> {
            var name = wanted.replaceAll("[^A-Za-z0-9_.$]", "_");
            name = Program.isName(name) ? name : "map_" + name;
            name = name.substring(0, Math.min(name.length(), Program.MAX_NAME / 2));
            while (names.contains(name)) {
                name += "_";
            }
            names.add(name);
            return name;
        });
    }
}
