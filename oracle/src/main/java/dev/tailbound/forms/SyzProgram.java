package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.BpfCall.Alias;
import dev.tailbound.forms.BpfCall.MapCreate;
import dev.tailbound.forms.BpfCall.MapUpdate;
import dev.tailbound.forms.BpfCall.ProgLoad;
import dev.tailbound.forms.BpfCall.TestRun;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CToken.Kind;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the `bpf$...` calls of a syzkaller program: `r0 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x3, 0x4, ...}, 0x94)`.
///
/// Calls may be wrapped over lines; other calls are skipped. Only the arguments that matter are looked at.
final class SyzProgram {
    private static final Pattern RESOURCE = Pattern.compile("r\\d+");
    private static final int PROG_ARRAY = 3;
    /// Slots of a map made by `bpf$MAP_CREATE_TAIL_CALL` that does not say so.
    private static final int TAIL_CALL_SLOTS = 10;

    private static final int MAX_CALLS = 10_000;

    private final CTokens tokens;
    private final List<BpfCall> calls = new ArrayList<>();

    private SyzProgram(CTokens tokens) {
        this.tokens = tokens;
    }

    /// Throws [dev.tailbound.isa.BadInput].
    static List<BpfCall> read(Source source) {
        var program = new SyzProgram(CTokens.lex(source.file(), source.text()).tokens());
        program.all();
        return program.calls;
    }

    /// Whether a call of `bpf` is next.
    static boolean atCall(CTokens tokens) {
        return tokens.peek().is("bpf") && tokens.peek(1).is("$") && tokens.peek(2).isWord() && tokens.peek(3).is("(");
    }

    private void all() {
        var result = "";
        while (!tokens.atEnd()) {
            if (isResource(tokens.peek()) && tokens.peek(1).is("=")) {
                result = tokens.next().text();
                tokens.next();
            } else if (atCall(tokens)) {
                call(result);
                result = "";
            } else {
                tokens.next();
                result = "";
            }
        }
    }

    private static boolean isResource(CToken token) {
        return token.isWord() && RESOURCE.matcher(token.text()).matches();
    }

    private void call(String result) {
        tokens.next();
        tokens.next();
        var name = tokens.next();
        var arguments = tokens.inside("(").split();
        if (arguments.size() < 2) {
            return;
        }
        var attribute = arguments.get(1);
        if (name.text().startsWith("MAP_CREATE")) {
            mapCreate(named(result, "map"), name, attribute);
        } else if (name.text().startsWith("MAP_UPDATE")) {
            mapUpdate(name, fields(attribute));
        } else if (name.text().startsWith("PROG_LOAD")) {
            progLoad(named(result, "prog"), name, fields(attribute));
        } else if (name.text().startsWith("BPF_PROG_TEST_RUN")) {
            var fields = fields(attribute);
            add(new TestRun(fields.isEmpty() ? "" : resource(fields.getFirst())));
        }
    }

    private String named(String result, String kind) {
        return result.isEmpty() ? kind + "_" + calls.size() : result;
    }

    /// The fields of the structure that an argument points to.
    private List<CTokens> fields(CTokens argument) {
        var value = pointee(argument);
        if (value == null) {
            return List.of();
        }
        option(value);
        if (value.atEnd() || value.accept("AUTO")) {
            return List.of();
        }
        if (!value.peek().is("{")) {
            throw value.expected("'{', the fields of union bpf_attr,");
        }
        return value.inside("{").split();
    }

    /// Passes `&(0x7f0000000000)=`, `&AUTO=`; null where nothing is pointed to.
    private static CTokens pointee(CTokens pointer) {
        option(pointer);
        if (!pointer.accept("&")) {
            return null;
        }
        if (pointer.peek().is("(")) {
            pointer.inside("(");
        } else {
            pointer.next();
        }
        return pointer.accept("=") ? pointer : null;
    }

    /// Passes `@name=`.
    private static void option(CTokens value) {
        while (value.peek().is("@") && value.peek(1).isWord() && value.peek(2).is("=")) {
            value.next();
            value.next();
            value.next();
        }
    }

    /// The name of a result that stands in place of a value, if one does; of `<r1=>0x0` it is none.
    static String resource(CTokens value) {
        var part = value.copy();
        option(part);
        return isResource(part.peek()) ? part.peek().text() : "";
    }

    /// A number, `AUTO` being 0.
    static long number(CTokens value) {
        var part = value.copy();
        option(part);
        if (part.accept("<")) {
            part.until(">");
            part.next();
        }
        if (part.accept("AUTO") || part.accept("nil") || part.atEnd()) {
            return 0;
        }
        boolean isNegative = part.accept("-");
        var digits = part.peek().text();
        if (part.peek().kind() != Kind.NUMBER || !part.peek(1).is(",") && part.peek(1).kind() != Kind.END) {
            throw part.expected("a number");
        }
        try {
            long number = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
            return isNegative ? -number : number;
        } catch (NumberFormatException notNumber) {
            throw part.expected("a number");
        }
    }

    private static int u32(List<CTokens> fields, int index, int missing) {
        return index < fields.size() && !fields.get(index).peek().is("AUTO") ? (int) number(fields.get(index)) : missing;
    }

    private void mapCreate(String result, CToken at, CTokens attribute) {
        var value = pointee(attribute.copy());
        if (value != null && value.peek().is("ANY")) {
            var blob = SyzBlob.read(value);
            add(new MapCreate(result, at.line(), blob.u32(0), blob.u32(4), blob.u32(8), blob.u32(12)));
            return;
        }
        var fields = fields(attribute);
        int type = at.is("MAP_CREATE_TAIL_CALL") ? PROG_ARRAY : 0;
        add(new MapCreate(result, at.line(), u32(fields, 0, type), u32(fields, 1, 4), u32(fields, 2, 4), u32(fields, 3,
                TAIL_CALL_SLOTS)));
    }

    private void add(BpfCall call) {
        if (calls.size() == MAX_CALLS) {
            throw tokens.bad(tokens.peek(), "more than %d calls of bpf".formatted(MAX_CALLS));
        }
        calls.add(call);
    }

    private void mapUpdate(CToken at, List<CTokens> fields) {
        if (fields.size() < 3) {
            return;
        }
        var map = fields.getFirst();
        var name = resource(map);
        if (map.peek().is("{")) {
            // The kernel's map, and the same as a resource that later calls can have.
            var both = map.inside("{").split();
            name = both.isEmpty() ? "" : resource(both.getFirst());
            if (both.size() > 1 && both.get(1).accept("<") && isResource(both.get(1).peek())) {
                add(new Alias(both.get(1).peek().text(), name));
            }
        }
        var key = data(fields.get(1));
        var value = pointee(fields.get(2).copy());
        var program = value == null ? "" : resource(value);
        add(new MapUpdate(name, at.line(), littleEndian(key), program.isEmpty() ? data(fields.get(2)) : Bytes.EMPTY, program));
    }

    private static int littleEndian(Bytes bytes) {
        int value = 0;
        for (int i = Math.min(bytes.length(), Integer.BYTES) - 1; i >= 0; i--) {
            value = value << Byte.SIZE | bytes.at(i) & 0xff;
        }
        return value;
    }

    /// The bytes that a field points to: a string of hex digits or characters, or a number of 64 bits; none where it says nothing.
    private static Bytes data(CTokens pointer) {
        var value = pointee(pointer.copy());
        if (value == null) {
            return Bytes.EMPTY;
        }
        option(value);
        return switch (value.peek().kind()) {
            case STRING -> hex(value);
            case CHARACTER -> Bytes.of(value.peek().text().getBytes(StandardCharsets.ISO_8859_1));
            case NUMBER -> Bytes.of(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number(value))
                    .array());
            case WORD -> value.peek().is("ANY") ? SyzBlob.read(value).bytes() : Bytes.EMPTY;
            case MARK, END -> Bytes.EMPTY;
        };
    }

    static Bytes hex(CTokens value) {
        var at = value.peek();
        var digits = value.string("hex digits").replaceAll("\\s", "");
        try {
            return Bytes.ofHex(digits);
        } catch (IllegalArgumentException notHex) {
            throw value.bad(at, "expected pairs of hex digits, found %s".formatted(at.shown()));
        }
    }

    private void progLoad(String result, CToken at, List<CTokens> fields) {
        if (fields.size() < 3) {
            throw tokens.bad(at, "bpf$%s: expected a type, a number of instructions and instructions".formatted(at.text()));
        }
        add(ProgLoad.of(result, at.line(), u32(fields, 0, 0), () -> slots(at, fields)));
    }

    private List<Slot> slots(CToken at, List<CTokens> fields) {
        var insns = pointee(fields.get(2));
        if (insns == null) {
            throw tokens.bad(at, "bpf$%s: the instructions are not stated here".formatted(at.text()));
        }
        var slots = insns.peek().kind() == Kind.STRING ? new SyzBlob(at.line(), hex(insns), List.of()).slots()
                : insns.peek().is("ANY") ? SyzBlob.read(insns).slots() : SyzInsns.read(insns);
        return counted(at, slots, u32(fields, 1, slots.size()));
    }

    /// As many slots as the call states. Who writes programs by hand counts an `ld_imm64` once.
    private List<Slot> counted(CToken at, List<Slot> slots, int count) {
        long insns = slots.size() - slots.stream().filter(Slot::isWide).count();
        if (count < 1 || count > slots.size()) {
            throw tokens.bad(at, "the program has %d instructions, found %d slots".formatted(count, slots.size()));
        }
        return count == insns ? slots : slots.subList(0, count);
    }
}
