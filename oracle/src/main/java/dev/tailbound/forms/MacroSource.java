package dev.tailbound.forms;

import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.InsnReader;
import dev.tailbound.forms.c.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds instructions in C source: arrays of `struct bpf_insn`, entries of tables of tests, or a list without any declaration.
final class MacroSource {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_PROGRAMS = 10_000;
    private static final Set<String> INSNS = Set.of("insns", "insns_int");

    /// `struct bpf_insn NAME[] = { ... }`, or a list alone.
    record Listing(String name, List<Slot> slots) {}

    /// `{ "name", .insns = { ... }, ... }`
    record Entry(CToken at, CTokens body) {}

    private final CTokens tokens;
    private final CScope scope;
    private final List<Listing> arrays = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    private MacroSource(CTokens.File file) {
        tokens = file.tokens();
        scope = file.scope();
    }

    /// Throws [dev.tailbound.isa.BadInput] if brackets have no end, or an array has no instructions.
    static MacroSource of(Source source) {
        var found = new MacroSource(Patch.lex(source));
        found.scope.define(found.tokens);
        found.scan(found.tokens.copy(), 0);
        if (found.entries.isEmpty() && found.arrays.isEmpty()) {
            found.bare();
        }
        return found;
    }

    /// Whether a text has instructions in one of these places. Never throws.
    static boolean occursIn(Source source) {
        var tokens = Patch.lex(source).tokens();
        int line = 0;
        for (; !tokens.atEnd(); tokens.next()) {
            var token = tokens.peek();
            boolean beginsLine = token.line() != line;
            line = token.line();
            if (atArray(tokens) || atInsns(tokens) || (beginsLine && InsnReader.atInsn(tokens))) {
                return true;
            }
        }
        return false;
    }

    List<Listing> arrays() {
        return arrays;
    }

    List<Entry> entries() {
        return entries;
    }

    CScope scope() {
        return scope;
    }

    private void scan(CTokens part, int depth) {
        while (!part.atEnd()) {
            if (atArray(part)) {
                array(part);
            } else if (part.peek().is("{")) {
                var brace = part.peek();
                var inside = part.inside("{");
                if (isEntry(inside)) {
                    entries.add(new Entry(brace, inside));
                } else if (depth < MAX_DEPTH) {
                    scan(inside, depth + 1);
                }
            } else {
                part.next();
            }
            if (entries.size() + arrays.size() > MAX_PROGRAMS) {
                throw part.bad(part.peek(), "more than %d programs".formatted(MAX_PROGRAMS));
            }
        }
    }

    /// `struct bpf_insn NAME [`
    private static boolean atArray(CTokens part) {
        return part.peek().is("struct") && part.peek(1).is("bpf_insn") && part.peek(2).isWord() && part.peek(3).is("[");
    }

    private void array(CTokens part) {
        part.next();
        part.next();
        var name = part.next();
        part.inside("[");
        if (part.accept("=") && part.peek().is("{")) {
            add(name, InsnReader.read(part.inside("{"), scope));
        }
    }

    private static boolean isEntry(CTokens inside) {
        return inside.copy().split().stream().anyMatch(MacroSource::atInsns);
    }

    /// `.insns = {` or `.u.insns_int = {`
    private static boolean atInsns(CTokens part) {
        int name = part.peek(1).is("u") ? 3 : 1;
        return part.peek().is(".") && INSNS.contains(part.peek(name).text()) && part.peek(name + 1).is("=")
                && part.peek(name + 2).is("{");
    }

    private void add(CToken name, List<Slot> slots) {
        if (slots.isEmpty()) {
            throw tokens.bad(name, "%s has no instructions".formatted(name.shown()));
        }
        arrays.add(new Listing(name.text(), slots));
    }

    /// The one list of a text: from its first instruction as far as instructions follow each other.
    private void bare() {
        var part = tokens.copy();
        while (!part.atEnd() && !InsnReader.atInsn(part)) {
            part.next();
        }
        var first = part.peek();
        if (part.atEnd()) {
            throw part.bad(first, "expected instructions such as BPF_MOV64_IMM(BPF_REG_0, 1), found none");
        }
        arrays.add(new Listing("prog", InsnReader.readWhileInsns(part, scope)));
        for (; !part.atEnd(); part.next()) {
            if (InsnReader.atMacro(part)) {
                throw part.bad(part.peek(), "expected one list of instructions, found a second one");
            }
        }
    }
}
