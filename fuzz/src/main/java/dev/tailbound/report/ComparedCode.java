package dev.tailbound.report;

import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.report.Alignment.Pair;
import dev.tailbound.report.Compared.Row;
import dev.tailbound.report.Compared.Side;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Compares the machine code of a function from two JITs.
final class ComparedCode {
    private final List<CodeLine> kernel;
    private final List<CodeLine> ours;
    private final Image image;
    private final Image.Function function;
    private final Map<Integer, String> heads;
    private final Map<Long, String> names;

    private ComparedCode(KernelDump dump, KernelProgram program, Image image, int index, List<Listing> listings,
            Disassembler disassembler) {
        var found = program.functions().get(index);
        this.image = image;
        function = image.functions().get(index);
        kernel = CodeLine.of(found.code().toArray(), found.address(), disassembler);
        ours = CodeLine.of(function.code().bytes(), function.address(), disassembler);
        heads = heads(listings.get(index));
        names = new HashMap<>(dump.symbols().names(kernel.stream().flatMap(line -> line.places().stream()).toList()));
        for (int i = 0; i < listings.size() && i < program.functions().size(); i++) {
            names.put(program.functions().get(i).address(), listings.get(i).name());
        }
    }

    /// The functions of a program, in order; functions that only one JIT has are omitted.
    static List<Compared> of(KernelDump dump, KernelProgram program, List<Listing> listings, Image image,
            Disassembler.Target target) {
        var compared = new ArrayList<Compared>();
        try (var disassembler = new Disassembler(target)) {
            for (int i = 0; i < Math.min(program.functions().size(), listings.size()); i++) {
                var found = program.functions().get(i);
                var listing = listings.get(i);
                var rows = new ComparedCode(dump, program, image, i, listings, disassembler).rows();
                compared.add(new Compared(listing.name(), size(found.code().length(), found.address()),
                        size(listing.size(), listing.address()), rows));
            }
        }
        return compared;
    }

    private static String size(int bytes, long address) {
        return "%d bytes at 0x%x".formatted(bytes, address);
    }

    /// BPF instructions, by the offset of the first machine instruction of each.
    private static Map<Integer, String> heads(Listing listing) {
        var heads = new HashMap<Integer, String>();
        var removed = "";
        for (var stretch : listing.stretches()) {
            var head = stretch.head();
            if (stretch.code().isEmpty()) {
                removed += head.isEmpty() ? "" : head + "\n";
            } else {
                heads.put(stretch.code().getFirst().offset(), removed + head);
                removed = "";
            }
        }
        return heads;
    }

    private List<Row> rows() {
        var whole = Alignment.of(kernel.size(), ours.size(), this::same);
        var parted = whole.parting((left, right) -> !branchesAlike(whole, kernel.get(left), ours.get(right)));
        var rows = new ArrayList<Row>();
        for (var pair : parted.pairs()) {
            var head = pair.right() == Alignment.NONE ? "" : heads.getOrDefault(ours.get(pair.right()).offset(), "");
            rows.addAll(rows(pair, head));
        }
        return rows;
    }

    private List<Row> rows(Pair pair, String head) {
        var side = Compared.side(pair);
        var line = side == Side.OURS ? ours.get(pair.right()) : kernel.get(pair.left());
        var known = side == Side.OURS ? "" : names(line);
        var rows = new ArrayList<Row>();
        for (int i = 0; i < line.lines().size(); i++) {
            var part = line.lines().get(i);
            boolean last = i + 1 == line.lines().size();
            rows.add(new Row(side, i == 0 ? head : "", "%4x:  %-30s  %s%s".formatted(part.offset(), part.bytes(), part.text(),
                    last ? known : "")));
        }
        return rows;
    }

    private String names(CodeLine line) {
        var known = line.places().stream().filter(names::containsKey).map(names::get).toList();
        return known.isEmpty() ? "" : "  ; " + String.join(", ", known);
    }

    /// Whether they are the same apart from branch targets, and apart from addresses if ours has one.
    private boolean same(int left, int right) {
        var found = kernel.get(left);
        var expected = ours.get(right);
        int index = function.code().insnAt(expected.offset());
        return found.text().equals(expected.text())
                || (found.shape().equals(expected.shape())
                        && (!expected.isPlaced() || hasAddress(image.lowered().program().insn(index))))
                || (ComparedXlated.isPerCpuAddress(image.lowered().program(), index) && found.resembles(expected));
    }

    /// Whether the instruction contains an address that only the kernel knows.
    static boolean hasAddress(Insn insn) {
        return switch (insn) {
            case Insn.LoadMap _,Insn.LoadMapValue _,Insn.CallHelper _,Insn.Call _,Insn.CallKfunc _,Insn.MovPerCpu _ -> true;
            default -> false;
        };
    }

    private boolean branchesAlike(Alignment alignment, CodeLine found, CodeLine expected) {
        return (found.target() < 0) == (expected.target() < 0)
                && (found.target() < 0 || alignment.has(index(kernel, found.target()), index(ours, expected.target())));
    }

    /// The line at an offset; the number of lines for the end.
    private static int index(List<CodeLine> lines, int offset) {
        int index = 0;
        while (index < lines.size() && lines.get(index).offset() < offset) {
            index++;
        }
        return index;
    }
}
