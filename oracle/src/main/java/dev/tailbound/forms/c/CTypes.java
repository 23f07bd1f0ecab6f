package dev.tailbound.forms.c;

import dev.tailbound.forms.c.CType.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The types of a file: those of C and of the kernel's headers, and the structures, unions and enumerations that it defines.
final class CTypes {
    private static final int MAX_DEPTH = 16;

    private static final Set<String> QUALIFIERS = Set.of("const", "volatile", "static", "extern", "register", "__hidden",
            "__weak", "__used", "__maybe_unused", "__arena", "__kptr", "__percpu_kptr", "__noinline", "inline",
            "__always_inline");

    /// Those that make up a type together, as in `unsigned long`.
    private static final Set<String> INTEGER_WORDS = Set.of("int", "long", "short", "char", "unsigned", "signed");

    // @formatter:off
    /// Names of one word, with size in bytes; negative where the values have a sign.
    private static final Map<String, Integer> NAMED = Map.ofEntries(
        Map.entry("u8", 1), Map.entry("__u8", 1), Map.entry("uint8_t", 1), Map.entry("bool", 1), Map.entry("_Bool", 1),
        Map.entry("s8", -1), Map.entry("__s8", -1), Map.entry("int8_t", -1),
        Map.entry("u16", 2), Map.entry("__u16", 2), Map.entry("uint16_t", 2), Map.entry("__be16", 2), Map.entry("__le16", 2),
        Map.entry("s16", -2), Map.entry("__s16", -2), Map.entry("int16_t", -2),
        Map.entry("u32", 4), Map.entry("__u32", 4), Map.entry("uint32_t", 4), Map.entry("__be32", 4), Map.entry("__le32", 4),
        Map.entry("s32", -4), Map.entry("__s32", -4), Map.entry("int32_t", -4),
        Map.entry("u64", 8), Map.entry("__u64", 8), Map.entry("uint64_t", 8), Map.entry("__be64", 8), Map.entry("size_t", 8),
        Map.entry("s64", -8), Map.entry("__s64", -8), Map.entry("int64_t", -8), Map.entry("intptr_t", -8),
        Map.entry("uintptr_t", 8), Map.entry("__aligned_u64", 8), Map.entry("void", 1), Map.entry("float", -4), Map.entry("double", -8));
    // @formatter:on

    /// Types that kernel tests presuppose: the context of socket programs, and the values of the maps of `test_verifier.c`.
    private static final String HEADERS = """
            struct __sk_buff {
                __u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
                __u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end, napi_id, family;
                __u32 remote_ip4, local_ip4, remote_ip6[4], local_ip6[4], remote_port, local_port, data_meta;
                __u64 flow_keys, tstamp;
                __u32 wire_len, gso_segs;
                __u64 sk;
                __u32 gso_size;
                __u8 tstamp_type;
                __u64 hwtstamp;
            };
            struct xdp_md { __u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };
            struct test_val { unsigned int index; int foo[11]; };
            struct other_val { long long foo, bar; };
            struct bpf_insn { __u8 code, regs; __s16 off; __s32 imm; };
            struct bpf_spin_lock { __u32 val; };
            struct bpf_timer { __u64 opaque[2]; };
            """;

    private static final Map<String, CTokens> HEADER_STRUCTS = structs(CTokens.of("headers", CLexer.lex(HEADERS).tokens()));

    private final CScope scope;
    private final Map<String, CTokens> bodies = new HashMap<>(HEADER_STRUCTS);
    private final Map<String, CType> known = new HashMap<>();
    private int depth;

    CTypes(CScope scope) {
        this.scope = scope;
    }

    /// Adds all types that a file defines.
    void define(CTokens file) {
        bodies.putAll(structs(file.copy()));
    }

    private static Map<String, CTokens> structs(CTokens tokens) {
        var bodies = new HashMap<String, CTokens>();
        for (; !tokens.atEnd(); tokens.next()) {
            boolean begins = tokens.peek().is("struct") || tokens.peek().is("union");
            if (begins && tokens.peek(1).isWord() && tokens.peek(2).is("{")) {
                bodies.putIfAbsent(tokens.peek().text() + " " + tokens.peek(1).text(), tokens.copy());
            }
        }
        return bodies;
    }

    /// Whether a type is next.
    boolean atType(CTokens tokens) {
        var word = tokens.peek();
        return word.isWord() && (NAMED.containsKey(word.text()) || INTEGER_WORDS.contains(word.text())
                || QUALIFIERS.contains(word.text()) || word.is("struct") || word.is("union") || word.is("enum"));
    }

    /// A type, with the `*` after it but no array; throws [dev.tailbound.isa.BadInput].
    CType type(CTokens tokens) {
        var type = base(tokens);
        while (true) {
            if (tokens.accept("*")) {
                type = CType.POINTER;
            } else if (!acceptQualifier(tokens)) {
                return type;
            }
        }
    }

    private static boolean acceptQualifier(CTokens tokens) {
        boolean isQualifier = tokens.peek().isWord() && QUALIFIERS.contains(tokens.peek().text());
        return isQualifier && tokens.accept(tokens.peek().text());
    }

    private CType base(CTokens tokens) {
        var words = new HashSet<String>();
        while (true) {
            var word = tokens.peek();
            if (word.isWord() && INTEGER_WORDS.contains(word.text())) {
                words.add(tokens.next().text());
            } else if (words.isEmpty() && word.is("enum")) {
                return enumeration(tokens);
            } else if (words.isEmpty() && (word.is("struct") || word.is("union"))) {
                return structure(tokens);
            } else if (words.isEmpty() && word.isWord() && NAMED.containsKey(word.text())) {
                int size = NAMED.get(tokens.next().text());
                return CType.integer(Math.abs(size), size > 0);
            } else if (!acceptQualifier(tokens)) {
                break;
            }
        }
        if (words.isEmpty()) {
            throw tokens.expected("a type");
        }
        return CType.integer(words.contains("long") ? 8 : words.contains("short") ? 2 : words.contains("char") ? 1 : 4,
                words.contains("unsigned"));
    }

    private static CType enumeration(CTokens tokens) {
        tokens.expect("enum");
        if (tokens.peek().isWord()) {
            tokens.next();
        }
        if (tokens.peek().is("{")) {
            tokens.inside("{");
        }
        return CType.integer(4, true);
    }

    private CType structure(CTokens tokens) {
        var at = tokens.peek();
        boolean isUnion = tokens.next().is("union");
        var name = tokens.peek().isWord() ? at.text() + " " + tokens.next().text() : "";
        if (tokens.peek().is("{")) {
            return members(tokens.inside("{"), isUnion, at);
        }
        var type = known.get(name);
        if (type == null) {
            var body = bodies.get(name);
            if (body == null) {
                throw tokens.bad(at, "%s is not defined here, expected its definition".formatted(name.isEmpty() ? at.text()
                        : name));
            }
            var definition = body.copy();
            definition.next();
            definition.next();
            type = members(definition.inside("{"), isUnion, at);
            known.put(name, type);
        }
        return type;
    }

    private CType members(CTokens tokens, boolean isUnion, CToken at) {
        if (depth == MAX_DEPTH) {
            throw tokens.bad(at, "types in types, more than %d deep".formatted(MAX_DEPTH));
        }
        depth++;
        try {
            return members(tokens, isUnion);
        } finally {
            depth--;
        }
    }

    private CType members(CTokens tokens, boolean isUnion) {
        var fields = new LinkedHashMap<String, Field>();
        long size = 0;
        long align = 1;
        while (!tokens.atEnd()) {
            var type = type(tokens);
            do {
                var declared = declarator(tokens, type);
                align = Math.max(align, declared.type.align());
                long offset = isUnion ? 0 : up(size, declared.type.align());
                size = Math.max(size, offset + declared.type.size());
                if (declared.name.isEmpty()) {
                    type.fields().forEach((name, field) -> fields.put(name, new Field(offset + field.offset(), field.type())));
                } else {
                    fields.put(declared.name, new Field(offset, declared.type));
                }
            } while (tokens.accept(","));
            tokens.expect(";");
        }
        return new CType(up(size, align), align, false, fields, null);
    }

    private static long up(long size, long align) {
        return (size + align - 1) / align * align;
    }

    /// The name in a declarator, and its type.
    record Declared(String name, CType type) {}

    /// `*name[N]`; the name may be missing.
    Declared declarator(CTokens tokens, CType base) {
        var type = base;
        while (tokens.accept("*")) {
            type = CType.POINTER;
        }
        var name = tokens.peek().isWord() ? tokens.next().text() : "";
        return new Declared(name, array(tokens, type));
    }

    /// Dimensions from the innermost: `int a[2][3]` is two arrays of three.
    private CType array(CTokens tokens, CType element) {
        if (!tokens.peek().is("[")) {
            return element;
        }
        var at = tokens.peek();
        var count = tokens.inside("[");
        long size = count.atEnd() ? 0 : new CExpression(count, scope).whole().bits();
        if (size < 0 || size > 1 << 24) {
            throw tokens.bad(at, "array of %d elements, expected 0..%d".formatted(size, 1 << 24));
        }
        try {
            return array(tokens, element).times(size);
        } catch (ArithmeticException e) {
            throw tokens.bad(at, "array larger than 64 bits can say");
        }
    }

    /// The member that `name.name[N]` selects, and its offset in the whole.
    Field member(CTokens path, CType whole) {
        var at = new Field(0, whole);
        do {
            var token = path.peek();
            var field = at.type().fields().get(path.word("a member"));
            if (field == null) {
                throw path.bad(token, "no member %s, expected one of %s".formatted(token.shown(),
                        at.type().fields().keySet().stream().sorted().limit(12).toList()));
            }
            at = new Field(at.offset() + field.offset(), field.type());
            while (path.peek().is("[")) {
                var bracket = path.peek();
                long index = new CExpression(path.inside("["), scope).whole().bits();
                if (at.type().element() == null || index < 0 || index > 1 << 24) {
                    throw path.bad(bracket, "index %d, expected that of an array's element".formatted(index));
                }
                at = new Field(at.offset() + index * at.type().element().size(), at.type().element());
            }
        } while (path.accept("."));
        return at;
    }
}
