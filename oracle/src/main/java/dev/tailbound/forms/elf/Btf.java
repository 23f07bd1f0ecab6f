package dev.tailbound.forms.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// The types of a `.BTF` section (the kernel's include/uapi/linux/btf.h), by their numbers; 0 is `void`.
final class Btf {
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int FUNC = 12;
    static final int VAR = 14;
    static final int DATASEC = 15;
    private static final int INT = 1;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNC_PROTO = 13;
    private static final int FLOAT = 16;
    private static final int DECL_TAG = 17;
    private static final int TYPE_TAG = 18;
    private static final int ENUM64 = 19;
    private static final int MAGIC = 0xeb9f;
    /// `MAX_RESOLVE_DEPTH` of libbpf: maximum length of a chain of types.
    private static final int MAX_DEPTH = 32;

    /// A member of a structure.
    ///
    /// @param offset in bits
    record Member(String name, int type, long offset) {}

    private final View types;
    private final View strings;
    /// The offset of each type except `void`.
    private final List<Integer> offsets = new ArrayList<>();

    private Btf(View types, View strings) {
        this.types = types;
        this.strings = strings;
    }

    static Btf read(View section) {
        if (section.u16(0) != MAGIC) {
            throw section.bad("expected magic number 0xeb9f, found 0x%04x".formatted(section.u16(0)));
        }
        long header = section.u32(4);
        var btf = new Btf(section.part(section.what() + " types", header + section.u32(8), section.u32(12)),
                section.part(section.what() + " strings", header + section.u32(16), section.u32(20)));
        for (long at = 0; at < btf.types.size();) {
            btf.offsets.add((int) at);
            at += 12 + btf.extra(btf.offsets.size());
        }
        return btf;
    }

    /// Bytes that follow the twelve of every type.
    private long extra(int type) {
        return switch (kind(type)) {
            case INT, VAR, DECL_TAG -> 4;
            case ARRAY -> 12;
            case STRUCT, UNION, DATASEC, ENUM64 -> 12L * count(type);
            case ENUM, FUNC_PROTO -> 8L * count(type);
            case PTR, 7, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 0;
            default -> throw types.bad("type %d is of kind %d, expected 1..19".formatted(type, kind(type)));
        };
    }

    /// The numbers of all types of a kind.
    IntStream all(int kind) {
        return IntStream.rangeClosed(1, offsets.size()).filter(type -> kind(type) == kind);
    }

    int kind(int type) {
        return type == 0 ? 0 : types.u8(at(type) + 7) & 0x1f;
    }

    String name(int type) {
        return strings.string(types.u32(at(type)));
    }

    String string(long offset) {
        return strings.string(offset);
    }

    /// The type that this one is derived from; its size if it is not derived.
    int target(int type) {
        return types.s32(at(type) + 8);
    }

    /// The number of elements of an array.
    long elements(int type) {
        return types.u32(at(type) + 20);
    }

    List<Member> members(int type) {
        boolean hasBitFields = types.s32(at(type) + 4) < 0;
        return IntStream.range(0, count(type)).mapToObj(i -> {
            int at = at(type) + 12 + 12 * i;
            return new Member(strings.string(types.u32(at)), types.s32(at + 4), types.u32(at + 8) & (hasBitFields ? 0xffffff
                    : -1L));
        }).toList();
    }

    /// The variables of a section.
    IntStream variables(int section) {
        return IntStream.range(0, count(section)).map(i -> types.s32(at(section) + 12 + 12 * i))
                .filter(type -> isKind(type, VAR));
    }

    boolean isKind(int type, int kind) {
        return type > 0 && type <= offsets.size() && kind(type) == kind;
    }

    /// The type without typedefs and qualifiers.
    int resolved(int type) {
        int resolved = type;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            switch (kind(resolved)) {
                case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> resolved = target(resolved);
                default -> {
                    return resolved;
                }
            }
        }
        throw types.bad("type %d is made of more than %d types".formatted(type, MAX_DEPTH));
    }

    /// The size in bytes of a value; empty for a type without size, such as a function.
    Optional<Long> size(int type) {
        long elements = 1;
        int element = resolved(type);
        for (int depth = 0; kind(element) == ARRAY; depth++) {
            elements *= elements(element);
            if (depth == MAX_DEPTH || elements > Integer.MAX_VALUE) {
                throw types.bad("type %d is an array of more than %d elements or dimensions".formatted(type, depth == MAX_DEPTH
                        ? MAX_DEPTH
                        : Integer.MAX_VALUE));
            }
            element = resolved(types.s32(at(element) + 12));
        }
        return switch (kind(element)) {
            case PTR -> Optional.of(elements * 8);
            case INT, STRUCT, UNION, ENUM, FLOAT, ENUM64 -> Optional.of(elements * Integer.toUnsignedLong(target(element)));
            default -> Optional.empty();
        };
    }

    private int count(int type) {
        return types.u16(at(type) + 4);
    }

    private int at(int type) {
        if (type < 1 || type > offsets.size()) {
            throw types.bad("type %s is outside 1..%d".formatted(Integer.toUnsignedString(type), offsets.size()));
        }
        return offsets.get(type - 1);
    }
}
