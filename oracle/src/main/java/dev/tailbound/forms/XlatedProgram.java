package dev.tailbound.forms;

import dev.tailbound.forms.XlatedListing.Line;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A program from its listing: each instruction once, none missing, and each with the opcode of the listing.
final class XlatedProgram {
    private static final Pattern GOTO = Pattern.compile("(if .*|gotol?|call) ?(?:goto )?pc([+-]\\d{1,8})(?:#.*)?");
    private static final Pattern CALL = Pattern.compile("call pc[+-]\\d{1,8}#(?:bpf_prog_[0-9a-f]{16}_)?([A-Za-z_]\\w*)");
    /// The range of a conditional jump.
    private static final int MAX_GAP = 1 << 15;
    private static final int MAX_SHOWN = 8;

    private final Source source;
    private final XlatedListing listing;
    private final XlatedMaps maps;
    private final CaseDraft draft;
    private final TreeMap<Integer, Line> lines = new TreeMap<>();
    /// The assembler's text, and for each of its lines the line of the file.
    private final StringBuilder text = new StringBuilder();
    private final List<Integer> places = new ArrayList<>();
    private final List<String> filled = new ArrayList<>();

    private XlatedProgram(Source source, XlatedListing listing, XlatedMaps maps, CaseDraft draft) {
        this.source = source;
        this.listing = listing;
        this.maps = maps;
        this.draft = draft;
    }

    /// Throws [BadInput]; defaults for missing facts are guesses in the draft.
    static Program read(Source source, XlatedListing listing, String name, XlatedMaps maps, CaseDraft draft) {
        var program = new XlatedProgram(source, listing, maps, draft);
        listing.lines().forEach(program::add);
        program.requireSuccessors();
        program.write();
        return program.parse(name);
    }

    private void add(Line line) {
        var earlier = lines.putIfAbsent(line.index(), line);
        if (earlier != null && (earlier.opcode() != line.opcode() || !earlier.text().equals(line.text()))) {
            throw bad(line,
                    "instruction %d: expected (%02x) %s again, as at line %d, found (%02x) %s".formatted(line.index(),
                            earlier.opcode(), BadInput.quoted(earlier.text()), earlier.line(), line.opcode(),
                            BadInput.quoted(line.text())));
        }
    }

    // Missing instructions

    /// Each successor of an instruction must be present. A conditional jump of an accepted program needs only one: the verifier has proved that
    /// the other branch is never taken.
    private void requireSuccessors() {
        for (var line : lines.values()) {
            var jump = GOTO.matcher(line.text());
            var next = new ArrayList<Integer>();
            if (!line.text().equals("exit") && !line.text().startsWith("goto")) {
                next.add(line.next());
            }
            if (jump.matches()) {
                next.add(line.next() + Integer.parseInt(jump.group(2)));
            }
            var missing = next.stream().filter(index -> !lines.containsKey(index)).toList();
            boolean mayMiss = listing.isAccepted() && jump.matches() && jump.group(1).startsWith("if")
                    && missing.size() < next.size();
            if (!missing.isEmpty() && !mayMiss) {
                throw bad(line,
                        "expected instruction %d in the listing, because instruction %d leads to it; found no line that begins with '%d: ('"
                                .formatted(missing.getFirst(), line.index(), missing.getFirst()));
            }
        }
    }

    private void write() {
        int index = 0;
        for (var line : lines.values()) {
            fill(index, line.index(), line);
            write(line);
            index = line.next();
        }
        fill(index, furthest(), lines.lastEntry().getValue());
        if (!filled.isEmpty()) {
            draft.guess("the log has no instructions %s%s, which the verifier never reached: each gap is r0 = 0 up to an exit"
                    .formatted(String.join(", ", filled.subList(0, Math.min(MAX_SHOWN, filled.size()))),
                            filled.size() > MAX_SHOWN ? ", ..." : ""));
        }
    }

    /// One past the last instruction that is present, or that a jump targets.
    private int furthest() {
        int furthest = 0;
        for (var line : lines.values()) {
            var jump = GOTO.matcher(line.text());
            int target = jump.matches() ? line.next() + Integer.parseInt(jump.group(2)) : 0;
            furthest = Math.max(furthest, Math.max(line.next(), target + 1));
        }
        return furthest;
    }

    /// Fills the slots from..to-1, which the listing does not have, so that control could pass from each to the next, and leave at the last.
    private void fill(int from, int to, Line next) {
        if (to < from) {
            throw bad(next, "expected no instruction %d: it is the second half of the ld_imm64 at %d".formatted(next.index(),
                    next.index() - 1));
        }
        if (to == from) {
            return;
        }
        if (!listing.isAccepted()) {
            throw bad(next,
                    "expected instruction %d in the listing, found no line that begins with '%d: (', and the log is not that of an accepted program"
                            .formatted(from, from));
        }
        if (to - from > MAX_GAP) {
            throw bad(next, "expected instructions %d to %d in the listing, found no lines of them".formatted(from, to - 1));
        }
        filled.add(to - from == 1 ? Integer.toString(from) : from + ".." + (to - 1));
        for (int index = from; index < to; index++) {
            write(index == to - 1 ? "exit" : "r0 = 0", next.line());
        }
    }

    // Present instructions

    private void write(Line line) {
        try {
            var reference = line.isWide() ? maps.statement(line) : Optional.<String>empty();
            write(reference.isPresent() ? reference.get() : KernelText.statement(line.text(), line.isWide()), line.line());
        } catch (KernelText.Unsupported unsupported) {
            throw bad(line, "instruction %d: %s".formatted(line.index(), unsupported.getMessage()));
        }
        if (!KernelText.isWhole(line.text())) {
            throw bad(line, "instruction %d: expected an instruction as kernels print it, found %s".formatted(line.index(),
                    BadInput.quoted(line.text())));
        }
    }

    private void write(String statement, int line) {
        text.append(statement).append('\n');
        places.add(line);
    }

    private Program parse(String name) {
        Program program;
        try {
            program = AsmParser.parse(name, text.toString(), maps.names());
        } catch (BadInput bad) {
            throw new BadInput(source.at(places.get(Integer.parseInt(bad.where()) - 1)), bad.what());
        }
        var code = Encoder.encode(program);
        lines.values().forEach(line -> check(line, code));
        return new Program(name, program.insns(), labels(program));
    }

    private void check(Line line, byte[] code) {
        int at = Long.BYTES * line.index();
        int opcode = code[at] & 0xff;
        if (opcode != line.opcode() && !line.text().equals("nospec")) {
            throw bad(line, "instruction %d: expected opcode (%02x), which is that of %s, found (%02x)".formatted(line.index(),
                    opcode, BadInput.quoted(line.text()), line.opcode()));
        }
        // Numbers of maps and functions are the kernel's own.
        boolean isNumbered = line.isWide() || line.text().startsWith("call");
        line.bytes().map(hex -> HexFormat.ofDelimiter(" ").parseHex(hex))
                .filter(_ -> !isNumbered && !line.text().equals("nospec")).ifPresent(bytes -> {
                    var expected = Arrays.copyOfRange(code, at, at + Long.BYTES);
                    if (!Arrays.equals(bytes, expected) && !Arrays.equals(InsnSlots.swapped(bytes), expected)) {
                        throw bad(line,
                                "instruction %d: expected bytes %s, which are those of %s, found %s".formatted(line.index(),
                                        HexFormat.of().formatHex(expected), BadInput.quoted(line.text()),
                                        HexFormat.of().formatHex(bytes)));
                    }
                });
    }

    /// The names of subprograms in headers and calls; the first of equal ones is used.
    private SortedMap<Integer, String> labels(Program program) {
        var bySlot = new TreeMap<>(listing.functions());
        for (var line : lines.values()) {
            var call = CALL.matcher(line.text());
            var jump = GOTO.matcher(line.text());
            if (call.matches() && jump.matches()) {
                bySlot.putIfAbsent(line.next() + Integer.parseInt(jump.group(2)), call.group(1));
            }
        }
        var labels = new TreeMap<Integer, String>();
        var taken = new HashSet<String>();
        bySlot.forEach((slot, label) -> {
            int insn = slot < program.slotOf(program.size()) ? program.insnAt(slot) : -1;
            if (insn >= 0 && Program.isName(label) && taken.add(label)) {
                labels.put(insn, label);
            }
        });
        return labels;
    }

    private BadInput bad(Line line, String what) {
        return new BadInput(source.at(line.line()), what);
    }
}
