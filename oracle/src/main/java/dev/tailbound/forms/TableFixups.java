package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.text.AsmParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The lists of instructions that get the standard maps of `test_verifier.c`, and the maps.
final class TableFixups {
    private static final String PREFIX = "fixup_";
    private static final int TEST_VAL = 48;

    private final CTokens body;
    private final CToken at;
    private final CScope scope;
    private final CaseDraft draft;
    private final List<Slot> slots;
    private boolean hash;
    private final List<Runnable> targets = new ArrayList<>();

    /// Applies the lists among an entry's fields to its slots; throws [BadInput].
    ///
    /// @param at the start of the entry
    TableFixups(Map<String, CTokens> fields, CTokens body, CToken at, CScope scope, CaseDraft draft, List<Slot> slots) {
        this.body = body;
        this.at = at;
        this.scope = scope;
        this.draft = draft;
        this.slots = slots;
        fields.entrySet().stream().filter(field -> field.getKey().startsWith(PREFIX)).sorted(Map.Entry.comparingByKey())
                .forEach(field -> apply(field.getKey(), field.getValue()));
    }

    /// A map that cases do not have stands for another one.
    boolean hasHash() {
        return hash;
    }

    /// Adds the programs that the standard program arrays hold, after the test's own.
    void addTargets() {
        targets.forEach(Runnable::run);
    }

    private void apply(String field, CTokens value) {
        if (field.equals("fixup_kfunc_btf_id")) {
            value.inside("{").split().forEach(this::kfunc);
            return;
        }
        var map = field.substring(PREFIX.length());
        declare(map);
        boolean isFirst = true;
        for (var index : value.inside("{").split()) {
            var token = index.peek();
            int slot = (int) scope.constant(index).bits();
            if (slot == 0 && !isFirst) {
                break;
            }
            isFirst = false;
            if (slot < 0 || slot >= slots.size() || !slots.get(slot).namesMap()) {
                throw value.bad(token, ".%s: slot %d is no ld_imm64 of a map".formatted(field, slot));
            }
            slots.set(slot, slots.get(slot).withMap(map));
        }
    }

    private void declare(String map) {
        // create_map of test_verifier.c: key and value sizes, and the value that update_map stores.
        switch (map) {
            case "map_array_48b" -> array(map, TEST_VAL, testValue());
            case "map_array_ro", "map_array_wo" -> array(map, TEST_VAL, testValue());
            case "map_array_small" -> array(map, 1, Bytes.EMPTY);
            case "map_hash_8b" -> hash(map, 8);
            case "map_hash_48b" -> hash(map, TEST_VAL);
            case "map_hash_16b" -> hash(map, 16);
            case "prog1" -> progArray(map, 4, Map.of(0, "prog1_42", 1, "prog1_loop", 2, "prog1_24"));
            case "prog2" -> progArray(map, 8, Map.of(7, "prog2_42", 1, "prog2_loop", 2, "prog2_24"));
            default -> throw body.bad(at, ".fixup_%s: maps of this type are not supported".formatted(map));
        }
    }

    private void array(String map, int size, Bytes value) {
        draft.map(map, () -> new BpfMap.Array(map, size, 1, new TreeMap<>(Map.of(0, value))));
    }

    private void hash(String map, int size) {
        hash = true;
        draft.map(map, () -> {
            draft.guess("hash map %s is an array of one value of %d bytes".formatted(map, size));
            return new BpfMap.Array(map, size, 1, new TreeMap<>());
        });
    }

    private void progArray(String map, int entries, Map<Integer, String> contents) {
        draft.map(map, () -> new BpfMap.ProgArray(map, entries, new TreeMap<>(contents)));
        targets.add(() -> {
            target(contents, "_42", "r0 = 42\nexit");
            target(contents, "_loop", "r3 = 1\nr2 = map[%s] ll\ncall bpf_tail_call\nr0 = 41\nexit".formatted(map));
            target(contents, "_24", "r0 = 24\nexit");
        });
    }

    private void target(Map<Integer, String> contents, String suffix, String text) {
        var program = contents.values().stream().filter(name -> name.endsWith(suffix)).findFirst().orElseThrow();
        draft.program(AsmParser.parse(program, text, draft.mapNames()));
    }

    /// `struct test_val` with index 28 and the seventh number 0xabcdef12.
    private static Bytes testValue() {
        var value = new byte[TEST_VAL];
        value[0] = 28;
        value[28] = 0x12;
        value[29] = (byte) 0xef;
        value[30] = (byte) 0xcd;
        value[31] = (byte) 0xab;
        return Bytes.of(value);
    }

    /// `{ "name", INDEX }`
    private void kfunc(CTokens pair) {
        var parts = pair.inside("{").split();
        if (parts.size() != 2) {
            throw body.bad(at, ".fixup_kfunc_btf_id: expected a name and an index");
        }
        var token = parts.getFirst().peek();
        var function = parts.getFirst().string("the name of a kernel function");
        int slot = (int) scope.constant(parts.getLast()).bits();
        var known = Kfunc.bySymbol(function)
                .orElseThrow(() -> body.bad(token, "unknown kfunc %s".formatted(BadInput.quoted(function))));
        if (slot < 0 || slot >= slots.size() || !slots.get(slot).isCall()) {
            throw body.bad(token, ".fixup_kfunc_btf_id: slot %d is no call".formatted(slot));
        }
        slots.set(slot, slots.get(slot).withImm(known.id()));
    }
}
