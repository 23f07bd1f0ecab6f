package dev.tailbound.report;

import dev.tailbound.report.Listing.Line;
import dev.tailbound.report.Listing.Stretch;
import dev.tailbound.run.Outcome.Where;
import java.util.List;
import java.util.Set;

/// BPF next to its machine code, function by function.
final class CodeTable {
    private final List<Listing> functions;
    private final Set<Where> culprits;

    /// `culprits` are the instructions to mark.
    CodeTable(List<Listing> functions, Set<Where> culprits) {
        this.functions = List.copyOf(functions);
        this.culprits = Set.copyOf(culprits);
    }

    Element render() {
        var table = new Element("table").styled("code");
        for (var function : functions) {
            var body = table.child("tbody");
            body.child("tr").styled("function")
                    .add(new Element("th", "%s: %d bytes at 0x%x".formatted(function.name(), function.size(), function.address()))
                            .set("colspan", "5"));
            for (var stretch : function.stretches()) {
                add(body, stretch, culprits.contains(new Where(function.program(), stretch.insn())));
            }
        }
        return new Element("div").styled("scroll").add(table);
    }

    private static void add(Element body, Stretch stretch, boolean marks) {
        var lines = stretch.code();
        if (lines.isEmpty()) {
            if (stretch.insn() >= 0) {
                row(body, stretch, true, marks);
            }
            return;
        }
        for (int i = 0; i < lines.size(); i++) {
            machine(row(body, stretch, i == 0, marks), lines.get(i));
        }
    }

    private static Element row(Element body, Stretch stretch, boolean isFirst, boolean marks) {
        var row = body.child("tr").styled((isFirst ? "first" : "") + (marks ? " wrong" : ""));
        boolean isNumbered = isFirst && stretch.kind() == Listing.Kind.INSN;
        row.add(new Element("td", isNumbered ? Integer.toString(stretch.slot()) : "").styled("slot"));
        var shown = switch (stretch.kind()) {
            case PROLOGUE -> new Element("td", "prologue").styled("bpf part");
            case EPILOGUE -> new Element("td", "epilogue").styled("bpf part");
            case AROUND -> new Element("td", stretch.bpf()).styled("bpf part");
            case INSN -> new Element("td", stretch.bpf()).styled("bpf");
            case REWRITTEN -> new Element("td", stretch.bpf()).styled("bpf rewritten");
        };
        return row.add(isFirst ? shown : new Element("td").styled("bpf"));
    }

    private static void machine(Element row, Line line) {
        row.add(new Element("td", Integer.toHexString(line.offset())).styled("offset"),
                new Element("td", line.bytes()).styled("bytes"),
                new Element("td", line.text()).styled("machine"));
    }
}
