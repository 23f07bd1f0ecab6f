package dev.tailbound.forms;

import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads the instructions of `bpf$PROG_LOAD` in a syzkaller program, as syzkaller's `sys/linux/bpf_prog.txt` lays them out.
///
/// Fields that are omitted at the end of a structure, or `AUTO`, have the default of the description.
final class SyzInsns {
    /// A structure of bit fields, the lowest first, over one slot or two, with their defaults.
    private record Layout(List<Integer> widths, List<Integer> defaults) {
        Layout(List<Integer> widths, Integer... defaults) {
            this(widths, List.of(defaults));
        }
    }

    private static final List<Integer> GENERIC = List.of(8, 4, 4, 16, 32);
    private static final List<Integer> MEMORY = List.of(3, 2, 3, 4, 4, 16, 32);
    private static final List<Integer> ARITHMETIC = List.of(3, 1, 4, 4, 4, 16, 32);
    private static final List<Integer> WHOLE_REGS = List.of(8, 8, 16, 32);
    private static final List<Integer> WIDE = List.of(8, 4, 4, 16, 32, 8, 8, 16, 32);

    // @formatter:off
    private static final Map<String, Layout> LAYOUTS = Map.ofEntries(
        Map.entry("generic",     new Layout(GENERIC)),
        Map.entry("ldst",        new Layout(MEMORY)),
        Map.entry("alu",         new Layout(ARITHMETIC)),
        Map.entry("jmp",         new Layout(ARITHMETIC, 5)),
        Map.entry("call",        new Layout(WHOLE_REGS, 0x85)),
        Map.entry("func",        new Layout(GENERIC, 0x85, 0, 1)),
        Map.entry("kfunc",       new Layout(GENERIC, 0x85, 0, 2)),
        Map.entry("exit",        new Layout(WHOLE_REGS, 0x95)),
        Map.entry("initr0",      new Layout(WIDE, 0x18)),
        Map.entry("map",         new Layout(WIDE, 0x18, 0, 1)),
        Map.entry("map_fd",      new Layout(WIDE, 0x18, 0, 1)),
        Map.entry("map_val",     new Layout(WIDE, 0x18, 0, 2)),
        Map.entry("map_value",   new Layout(WIDE, 0x18, 0, 2)),
        Map.entry("btf_id",      new Layout(WIDE, 0x18, 0, 3)),
        Map.entry("cb_func",     new Layout(WIDE, 0x18, 0, 4)),
        Map.entry("map_idx",     new Layout(WIDE, 0x18, 0, 5)),
        Map.entry("map_idx_val", new Layout(WIDE, 0x18, 0, 6)));

    /// `@tail_call`: r2 = map, r3 = 0, the call, r0 = 0.
    private static final List<Layout> TAIL_CALL = List.of(
        new Layout(WIDE, 0x18, 2, 1),
        new Layout(ARITHMETIC, 7, 0, 0xb, 3),
        new Layout(WHOLE_REGS, 0x85, 0, 0, 12),
        new Layout(ARITHMETIC, 7, 0, 0xb, 0));
    // @formatter:on

    private final List<Slot> slots = new ArrayList<>();

    private SyzInsns() {}

    /// The slots of what `@framed=`, `@raw=` or nothing stands before; throws [dev.tailbound.isa.BadInput].
    static List<Slot> read(CTokens insns) {
        var reader = new SyzInsns();
        var option = insns.peek();
        if (!insns.accept("@")) {
            reader.list(insns);
            return reader.slots;
        }
        var kind = insns.word("framed or raw");
        insns.accept("=");
        switch (kind) {
            case "raw" -> reader.list(insns);
            case "framed" -> reader.framed(insns);
            default -> throw insns.bad(option, "expected @framed or @raw instructions, found '@%s'".formatted(kind));
        }
        return reader.slots;
    }

    private void framed(CTokens insns) {
        int line = insns.peek().line();
        var parts = insns.accept("AUTO") ? List.<CTokens>of() : insns.inside("{").split();
        structure(parts.isEmpty() ? null : parts.get(0), LAYOUTS.get("initr0"), line);
        if (parts.size() > 1) {
            list(parts.get(1));
        }
        structure(parts.size() > 2 ? parts.get(2) : null, LAYOUTS.get("exit"), line);
    }

    private void list(CTokens list) {
        if (!list.accept("AUTO")) {
            list.inside("[").split().forEach(this::union);
        }
    }

    private void union(CTokens insn) {
        var at = insn.peek();
        insn.expect("@");
        var option = insn.word("an instruction");
        if (option.equals("tail_call")) {
            var parts = insn.accept("=") && insn.peek().is("{") ? insn.inside("{").split() : List.<CTokens>of();
            for (int i = 0; i < TAIL_CALL.size(); i++) {
                structure(i < parts.size() ? parts.get(i) : null, TAIL_CALL.get(i), at.line());
            }
            return;
        }
        var layout = LAYOUTS.get(option);
        if (layout == null) {
            throw insn.bad(at, "instruction '@%s' is not supported, expected one of %s".formatted(option,
                    String.join(", ", LAYOUTS.keySet().stream().sorted().toList())));
        }
        structure(insn.accept("=") ? insn : null, layout, at.line());
    }

    /// `{value, ...}`, `AUTO`, or nothing.
    private void structure(CTokens given, Layout layout, int line) {
        var fields = given == null || given.accept("AUTO") ? List.<CTokens>of() : given.inside("{").split();
        if (fields.size() > layout.widths.size()) {
            throw given.bad(line, "instruction of %d fields, expected at most %d".formatted(fields.size(), layout.widths.size()));
        }
        long bits = 0;
        int position = 0;
        var map = "";
        for (int i = 0; i < layout.widths.size(); i++) {
            long value = i < layout.defaults.size() ? layout.defaults.get(i) : 0;
            if (i < fields.size() && !fields.get(i).peek().is("AUTO")) {
                var resource = SyzValues.resource(fields.get(i));
                map = resource.isEmpty() ? map : resource;
                value = resource.isEmpty() ? SyzValues.number(fields.get(i)) : 0;
            }
            long mask = -1L >>> (Long.SIZE - layout.widths.get(i));
            bits |= (value & mask) << position;
            position += layout.widths.get(i);
            if (position == Long.SIZE) {
                slots.add(Slot.of(line, bits).withMap(map));
                bits = 0;
                position = 0;
                map = "";
            }
        }
    }
}
