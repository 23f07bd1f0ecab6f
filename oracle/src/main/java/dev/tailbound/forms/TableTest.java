package dev.tailbound.forms;

import dev.tailbound.cases.Expectation;
import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.InsnReader;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An entry of the tables of `test_verifier.c` or `lib/test_bpf.c`: its name, instructions, standard maps and expectations.
final class TableTest {
    private static final String PROGRAM = "prog";

    private final Source source;
    private final CToken at;
    private final CTokens body;
    private final CScope scope;
    private final List<CTokens> positional = new ArrayList<>();
    private final Map<String, CTokens> fields = new HashMap<>();
    private final String name;

    /// Throws [BadInput] if the entry is not an initialiser.
    TableTest(Source source, MacroSource.Entry entry, CScope scope) {
        this.source = source;
        this.scope = scope;
        at = entry.at();
        body = entry.body();
        var named = "";
        for (var item : body.copy().split()) {
            if (item.accept(".")) {
                var field = item.word("a field");
                while (item.accept(".")) {
                    field = item.word("a field");
                }
                item.expect("=");
                fields.put(field, item);
            } else if (named.isEmpty() && item.peek().kind() == CToken.Kind.STRING) {
                named = item.string("a name");
            } else {
                positional.add(item);
            }
        }
        var descr = fields.get("descr");
        name = descr != null ? descr.string("a name") : named.isEmpty() ? "line " + at.line() : named;
    }

    String name() {
        return name;
    }

    /// The case, not yet built; throws [BadInput].
    CaseDraft draft() {
        var draft = new CaseDraft(source).comment(name);
        var insns = fields.getOrDefault("insns", fields.get("insns_int"));
        refuse("fill_helper", "instructions that code generates are not supported");
        var slots = new ArrayList<>(InsnReader.read(insns.inside("{"), scope));
        var fixups = new TableFixups(fields, body, at, scope, draft, slots);
        MacroForm.guessMaps(draft, slots);
        boolean isRejected = fields.containsKey("result") && fields.get("result").peek().is("REJECT");
        var program = isRejected ? SlotProgram.decodeAnything(source.file(), PROGRAM, slots, slot -> position(draft, slot))
                : SlotProgram.decode(source.file(), PROGRAM, slots, slot -> position(draft, slot));
        draft.program(program);
        fixups.addTargets();
        expect(draft, program, fixups.hasHash());
        return draft;
    }

    private static int position(CaseDraft draft, Slot slot) {
        return draft.mapNames().indexOf(MacroForm.mapName(slot));
    }

    private void refuse(String field, String why) {
        if (fields.containsKey(field)) {
            throw body.bad(at, ".%s: %s".formatted(field, why));
        }
    }

    private void expect(CaseDraft draft, Program program, boolean hasHash) {
        if (fields.containsKey("insns_int")) {
            expectResult(draft);
            return;
        }
        if (!fields.containsKey("result")) {
            return;
        }
        if (fields.get("result").peek().is("REJECT")) {
            expectRejection(draft);
            return;
        }
        var type = fields.containsKey("prog_type") ? fields.get("prog_type").copy().word("a program type")
                : "BPF_PROG_TYPE_SOCKET_FILTER";
        ProgramTypes.guessContext(draft, type);
        long runs = fields.containsKey("runs") ? scope.constant(fields.get("runs").copy()).bits() : 1;
        var missing = hasHash ? "a hash map is an array here"
                : fields.containsKey("retvals") ? "the runs have different packets"
                        : fields.containsKey("data") || fields.containsKey("fill_insns") ? "the packet has contents"
                                : runs < 0 ? "the test does not run" : ProgramTypes.whyNotRun(type, program);
        if (!missing.isEmpty()) {
            draft.comment("no result is expected: " + missing);
            return;
        }
        var retval = fields.get("retval");
        if (retval == null) {
            draft.expect(Expectation.ofRetval(0));
        } else if (!retval.peek().is("POINTER_VALUE")) {
            draft.expect(Expectation.ofRetval((int) scope.constant(retval).bits()));
        }
    }

    private void expectRejection(CaseDraft draft) {
        var message = fields.containsKey("errstr") ? fields.get("errstr").string("a message") : "";
        KernelMessages.expect(draft, message);
    }

    /// `{ { SIZE, RESULT }, ... }`, the last of the positional items.
    private void expectResult(CaseDraft draft) {
        var results = positional.isEmpty() ? List.<CTokens>of() : positional.getLast().inside("{").split();
        if (results.isEmpty()) {
            return;
        }
        var pair = results.getFirst().inside("{").split();
        if (pair.size() != 2) {
            throw body.bad(at, "expected a size and a result, found %d numbers".formatted(pair.size()));
        }
        draft.expect(Expectation.ofRetval((int) scope.constant(pair.get(1)).bits()));
        if (results.size() > 1) {
            draft.comment("the first of %d results is expected, that for %d bytes".formatted(results.size(),
                    scope.constant(pair.get(0)).bits()));
        }
    }
}
