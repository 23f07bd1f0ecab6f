package dev.tailbound.report;

import dev.tailbound.coverage.Coverage;
import dev.tailbound.coverage.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// All 256 opcode bytes in the layout of RFC 9669, sections 3 and 5: a byte is the sum of its row and its column.
final class OpcodeGrid {
    /// A row or a column: the meaning of its bits, and their value.
    private record Part(String name, int bits) {}

    // @formatter:off
    private static final List<Part> ALU_CLASSES = List.of(
            new Part("ALU64 K", 0x07), new Part("ALU64 X", 0x0f), new Part("ALU K", 0x04), new Part("ALU X", 0x0c));
    private static final List<Part> JMP_CLASSES = List.of(
            new Part("JMP K", 0x05), new Part("JMP X", 0x0d), new Part("JMP32 K", 0x06), new Part("JMP32 X", 0x0e));
    private static final List<Part> LOAD_CLASSES  = sized(new Part("LD", 0x00), new Part("LDX", 0x01));
    private static final List<Part> STORE_CLASSES = sized(new Part("ST", 0x02), new Part("STX", 0x03));

    private static final List<Part> ALU_OPS = every(0x10,
            "ADD", "SUB", "MUL", "DIV", "OR", "AND", "LSH", "RSH", "NEG", "MOD", "XOR", "MOV", "ARSH", "END", "", "");
    private static final List<Part> JMP_OPS = every(0x10,
            "JA", "JEQ", "JGT", "JGE", "JSET", "JNE", "JSGT", "JSGE", "CALL", "EXIT", "JLT", "JLE", "JSLT", "JSLE", "", "");
    private static final List<Part> MODES = every(0x20,
            "IMM", "ABS", "IND", "MEM", "MEMSX", "", "ATOMIC", "");
    // @formatter:on

    private final Coverage coverage;
    private final List<List<Shape>> shapes = new ArrayList<>();
    private final long largest;

    OpcodeGrid(Coverage coverage) {
        this.coverage = coverage;
        for (int opcode = 0; opcode < 256; opcode++) {
            shapes.add(new ArrayList<>());
        }
        Shape.all().forEach(shape -> shapes.get(shape.opcode()).add(shape));
        largest = shapes.stream().mapToLong(this::count).max().orElseThrow();
    }

    Element render() {
        var figure = new Element("figure");
        figure.add(new Element("h3", "Opcodes"));
        figure.add(new Element("p", "Instructions by opcode byte, the sum of row and column. Blank cells are invalid opcodes.")
                .styled("note"));
        var scroll = figure.child("div").styled("scroll");
        scroll.add(panel(ALU_OPS, List.of(ALU_CLASSES)));
        scroll.add(panel(JMP_OPS, List.of(JMP_CLASSES)));
        scroll.add(panel(MODES, List.of(LOAD_CLASSES, STORE_CLASSES)));
        figure.add(Heat.legend("few", "many, by magnitude", "never"));
        figure.add(new Element("h3", "Instructions that share an opcode byte").styled("sharing-title"), sharing());
        return figure;
    }

    /// Blocks of rows side by side, with the same columns.
    private Element panel(List<Part> columns, List<List<Part>> blocks) {
        var table = new Element("table").styled("heat opcodes");
        var head = table.child("thead").child("tr");
        for (int block = 0; block < blocks.size(); block++) {
            head.child("th").styled(block == 0 ? "" : "gap");
            for (var column : columns) {
                head.add(new Element("th").set("scope", "col").text(column.name())
                        .add(new Element("small", Figures.hex(column.bits()))));
            }
        }
        var body = table.child("tbody");
        for (int i = 0; i < blocks.getFirst().size(); i++) {
            var row = body.child("tr");
            for (int block = 0; block < blocks.size(); block++) {
                var part = blocks.get(block).get(i);
                row.add(new Element("th").set("scope", "row").styled(block == 0 ? "" : "gap").text(part.name() + " ")
                        .add(new Element("small", Figures.hex(part.bits()))));
                columns.forEach(column -> row.add(cell(part.bits() + column.bits())));
            }
        }
        return table;
    }

    private Element cell(int opcode) {
        var here = shapes.get(opcode);
        if (here.isEmpty()) {
            return new Element("td").styled("none");
        }
        long count = count(here);
        var title = here.stream().map(shape -> "%s  %s".formatted(shape, Figures.count(coverage.insns(shape))))
                .collect(Collectors.joining("\n", Figures.hex(opcode) + "\n", ""));
        return new Element("td", Figures.brief(count)).styled(style(count)).set("title", title);
    }

    private Element sharing() {
        var table = new Element("table").styled("sharing");
        for (int opcode = 0; opcode < shapes.size(); opcode++) {
            if (shapes.get(opcode).size() > 1) {
                var row = table.child("tr");
                row.add(new Element("th", Figures.hex(opcode)).set("scope", "row"));
                var cell = row.child("td");
                for (var shape : shapes.get(opcode)) {
                    long count = coverage.insns(shape);
                    cell.add(new Element("span").styled("chip " + style(count)).text(shape + " ")
                            .add(new Element("b", Figures.brief(count))));
                }
            }
        }
        return table;
    }

    private String style(long count) {
        return count == 0 ? "never" : Heat.style(Heat.ofCount(count, largest));
    }

    private long count(List<Shape> together) {
        return together.stream().mapToLong(coverage::insns).sum();
    }

    private static List<Part> every(int step, String... names) {
        var parts = new ArrayList<Part>();
        for (var name : names) {
            parts.add(new Part(name, parts.size() * step));
        }
        return parts;
    }

    /// Each class with each size of access.
    private static List<Part> sized(Part... classes) {
        var parts = new ArrayList<Part>();
        for (var part : classes) {
            for (var size : List.of(new Part("B", 0x10), new Part("H", 0x08), new Part("W", 0x00), new Part("DW", 0x18))) {
                parts.add(new Part(part.name() + " " + size.name(), part.bits() + size.bits()));
            }
        }
        return parts;
    }
}
