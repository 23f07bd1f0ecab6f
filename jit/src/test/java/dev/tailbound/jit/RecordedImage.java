package dev.tailbound.jit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tailbound.cases.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A program compiled by a real kernel: the machine code of its functions, and the addresses in it.
///
/// In a file, a line with the name, then indented lines: `bpf HEX`, `map N ADDRESS`, `value N ADDRESS` (of key 0), `helper ID ADDRESS`, and for
/// each function in order `code ADDRESS HEX`.
record RecordedImage(String name, Bytes bpf, Map<String, Long> addresses, List<Function> functions) {

    record Function(long address, String code) {}

    static List<RecordedImage> read(String resource) throws IOException {
        var images = new ArrayList<RecordedImage>();
        try (var in = Objects.requireNonNull(RecordedImage.class.getResourceAsStream(resource), resource)) {
            String name = "";
            var bpf = Bytes.EMPTY;
            var addresses = new HashMap<String, Long>();
            var functions = new ArrayList<Function>();
            for (var line : (new String(in.readAllBytes(), US_ASCII) + "end").lines().toList()) {
                var words = line.strip().split(" ", -1);
                if (!line.startsWith(" ")) {
                    if (!functions.isEmpty()) {
                        images.add(new RecordedImage(name, bpf, Map.copyOf(addresses), List.copyOf(functions)));
                    }
                    name = line;
                    addresses.clear();
                    functions.clear();
                    continue;
                }
                switch (words[0]) {
                    case "bpf" -> bpf = Bytes.ofHex(words[1]);
                    case "code" -> functions.add(new Function(Long.parseUnsignedLong(words[1], 16), words[2]));
                    default -> addresses.put(words[0] + words[1], Long.parseUnsignedLong(words[2], 16));
                }
            }
        }
        return images;
    }

    /// `thisCpuOff` is the kernel's offset of `this_cpu_off`.
    Linkage linkage(ObjectLayout layout, int thisCpuOff) {
        return new Linkage() {
            @Override
            public long mapAddress(int map) {
                return address("map" + map);
            }

            @Override
            public long valueAddress(int map) {
                return address("value" + map);
            }

            @Override
            public long helperAddress(int id) {
                return address("helper" + id);
            }

            @Override
            public long routineAddress(int routine) {
                throw new AssertionError("routine " + routine);
            }

            @Override
            public long functionAddress(int subprogram) {
                return functions.get(subprogram).address();
            }

            @Override
            public int thisCpuOff() {
                return thisCpuOff;
            }

            @Override
            public ObjectLayout layout() {
                return layout;
            }
        };
    }

    /// The kernel's image may lack an address: dead code is removed, and some helpers are inlined.
    private long address(String object) {
        return addresses.getOrDefault(object, functions.getFirst().address());
    }
}
