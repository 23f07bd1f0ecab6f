package dev.tailbound.forms.elf;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Facts of `.BTF.ext` about instructions: functions that begin there, and dependence on the kernel's types (CO-RE).
final class BtfExt {
    static final BtfExt NONE = new BtfExt(Optional.empty(), Map.of(), Set.of());
    private static final int MAGIC = 0xeb9f;
    /// A header of this length or more has CO-RE relocations.
    private static final int CORE_HEADER = 32;

    /// A byte of a section.
    private record Place(String section, long offset) {}

    @FunctionalInterface
    private interface Records {
        void add(Place place, View records, long at);
    }

    private final Optional<Btf> btf;
    /// The types of functions.
    private final Map<Place, Integer> functions;
    private final Set<Place> relocations;

    private BtfExt(Optional<Btf> btf, Map<Place, Integer> functions, Set<Place> relocations) {
        this.btf = btf;
        this.functions = functions;
        this.relocations = relocations;
    }

    static BtfExt read(View section, Btf btf) {
        if (section.u16(0) != MAGIC) {
            throw section.bad("expected magic number 0xeb9f, found 0x%04x".formatted(section.u16(0)));
        }
        long header = section.u32(4);
        var functions = new HashMap<Place, Integer>();
        each(section.part(section.what() + " functions", header + section.u32(8), section.u32(12)), 8, btf,
                (place, records, at) -> {
                    int type = records.s32(at + 4);
                    if (btf.isKind(type, Btf.FUNC)) {
                        functions.putIfAbsent(place, type);
                    }
                });
        var relocations = new HashSet<Place>();
        if (header >= CORE_HEADER) {
            each(section.part(section.what() + " CO-RE relocations", header + section.u32(24), section.u32(28)), 16, btf,
                    (place, _, _) -> relocations.add(place));
        }
        return new BtfExt(Optional.of(btf), functions, relocations);
    }

    /// Each record of a part: its length once, then for each section the name, how many records there are, and those.
    private static void each(View part, int shortest, Btf btf, Records records) {
        if (part.size() == 0) {
            return;
        }
        long length = part.u32(0);
        if (length < shortest) {
            throw part.bad("records of %d bytes, expected at least %d".formatted(length, shortest));
        }
        for (long at = 4; at < part.size();) {
            var section = btf.string(part.u32(at));
            long count = part.u32(at + 4);
            at += 8;
            for (long i = 0; i < count; i++, at += length) {
                records.add(new Place(section, part.u32(at)), part, at);
            }
        }
    }

    /// The name of the function that begins at this byte of a section.
    Optional<String> function(String section, long offset) {
        return btf.flatMap(types -> Optional.ofNullable(functions.get(new Place(section, offset))).map(types::name));
    }

    /// Whether the instruction at this byte of a section depends on the kernel's types.
    boolean isRelocated(String section, long offset) {
        return relocations.contains(new Place(section, offset));
    }
}
