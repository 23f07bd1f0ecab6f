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
import java.util.ArrayList;
import java.util.List;

/// Reads the `bpf$...` calls of a syzkaller program: `r0 = bpf$PROG_LOAD(0x5, &(0x7f0000000000)={0x3, 0x4, ...}, 0x94)`.
///
/// Calls may be wrapped over lines; other calls are skipped. Only the needed arguments are read.
final class SyzProgram {
    private static final int PROG_ARRAY = 3;
    /// Default size of a map made by `bpf$MAP_CREATE_TAIL_CALL`.
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
            if (SyzValues.isResource(tokens.peek()) && tokens.peek(1).is("=")) {
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
            add(new TestRun(fields.isEmpty() ? "" : SyzValues.resource(fields.getFirst())));
        }
    }

    private String named(String result, String kind) {
        return result.isEmpty() ? kind + "_" + calls.size() : result;
    }

    /// The fields of the structure that an argument points to.
    private List<CTokens> fields(CTokens argument) {
        var value = SyzValues.pointee(argument);
        if (value == null) {
            return List.of();
        }
        SyzValues.option(value);
        if (value.atEnd() || value.accept("AUTO")) {
            return List.of();
        }
        if (!value.peek().is("{")) {
            throw value.expected("'{', the fields of union bpf_attr,");
        }
        return value.inside("{").split();
    }

    private void mapCreate(String result, CToken at, CTokens attribute) {
        var value = SyzValues.pointee(attribute.copy());
        if (value != null && value.peek().is("ANY")) {
            var blob = SyzBlob.read(value);
            add(new MapCreate(result, at.line(), blob.u32(0), blob.u32(4), blob.u32(8), blob.u32(12)));
            return;
        }
        var fields = fields(attribute);
        int type = at.is("MAP_CREATE_TAIL_CALL") ? PROG_ARRAY : 0;
        add(new MapCreate(result, at.line(), SyzValues.u32(fields, 0, type), SyzValues.u32(fields, 1, 4),
                SyzValues.u32(fields, 2, 4), SyzValues.u32(fields, 3, TAIL_CALL_SLOTS)));
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
        var name = SyzValues.resource(map);
        if (map.peek().is("{")) {
            // The kernel's map, and the same as a resource that later calls can have.
            var both = map.inside("{").split();
            name = both.isEmpty() ? "" : SyzValues.resource(both.getFirst());
            if (both.size() > 1 && both.get(1).accept("<") && SyzValues.isResource(both.get(1).peek())) {
                add(new Alias(both.get(1).peek().text(), name));
            }
        }
        var key = SyzValues.data(fields.get(1));
        var value = SyzValues.pointee(fields.get(2).copy());
        var program = value == null ? "" : SyzValues.resource(value);
        add(new MapUpdate(name, at.line(), SyzValues.littleEndian(key), program.isEmpty() ? SyzValues.data(fields.get(2))
                : Bytes.EMPTY, program));
    }

    private void progLoad(String result, CToken at, List<CTokens> fields) {
        if (fields.size() < 3) {
            throw tokens.bad(at, "bpf$%s: expected a type, a number of instructions and instructions".formatted(at.text()));
        }
        add(ProgLoad.of(result, at.line(), SyzValues.u32(fields, 0, 0), () -> slots(at, fields)));
    }

    private List<Slot> slots(CToken at, List<CTokens> fields) {
        var insns = SyzValues.pointee(fields.get(2));
        if (insns == null) {
            throw tokens.bad(at, "bpf$%s: the instructions are not stated here".formatted(at.text()));
        }
        var slots = insns.peek().kind() == Kind.STRING ? new SyzBlob(at.line(), SyzValues.hex(insns), List.of()).slots()
                : insns.peek().is("ANY") ? SyzBlob.read(insns).slots() : SyzInsns.read(insns);
        return counted(at, slots, SyzValues.u32(fields, 1, slots.size()));
    }

    /// As many slots as the call states. Handwritten programs may count an `ld_imm64` once.
    private List<Slot> counted(CToken at, List<Slot> slots, int count) {
        long insns = slots.size() - slots.stream().filter(Slot::isWide).count();
        if (count < 1 || count > slots.size()) {
            throw tokens.bad(at, "the program has %d instructions, found %d slots".formatted(count, slots.size()));
        }
        return count == insns ? slots : slots.subList(0, count);
    }
}
