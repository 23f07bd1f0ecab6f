package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Program;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The sections of a `.data` file of bpf_conformance.
///
/// `#` begins a comment. A line `-- NAME` begins a section, of which a file may have each kind once or more often: later lines follow earlier ones.
/// The program is that of `-- raw` if present, else that of `-- asm`, as in the conformance runner.
public final class DataFile {
    private static final String ENTRY = "entry";
    private static final Pattern HEADER = Pattern.compile("--\\s*(.*)");
    private static final Pattern BYTE = Pattern.compile("\\p{XDigit}{2}");

    /// A line of a section, without comment and blanks around it; never empty.
    record Line(int number, String text) {}

    /// The directives that begin a section.
    private enum Directive {
        ASM("asm"), MEM("mem"), RAW("raw"), RESULT("result"), ERROR("error"), NO_REGISTER_OFFSET("no register offset"), C("c");

        private final String word;

        Directive(String word) {
            this.word = word;
        }

        /// The directive of a line; null if it begins no section. The runner looks for the words anywhere in the line.
        static Directive of(String line) {
            var header = HEADER.matcher(line);
            if (header.matches()) {
                for (var directive : values()) {
                    if (header.group(1).equals(directive.word) || header.group(1).startsWith(directive.word + " ")) {
                        return directive;
                    }
                }
            }
            return null;
        }
    }

    private final Source source;
    private final List<String> comment = new ArrayList<>();
    private final Map<Directive, List<Line>> sections = new EnumMap<>(Directive.class);

    private DataFile(Source source) {
        this.source = source;
    }

    /// Whether the first line that is not a comment begins a section. Never throws.
    static boolean begins(Source source) {
        return source.lines().stream().map(DataFile::said).filter(line -> !line.isEmpty()).findFirst()
                .filter(line -> Directive.of(line) != null).isPresent();
    }

    /// Throws [BadInput] if a line begins an unknown section, or precedes the first.
    public static DataFile parse(Source source) {
        var file = new DataFile(source);
        Directive current = null;
        for (int i = 0; i < source.lines().size(); i++) {
            var text = said(source.lines().get(i));
            var directive = Directive.of(text);
            if (directive != null) {
                current = directive;
                file.sections.computeIfAbsent(current, _ -> new ArrayList<>());
            } else if (current == null && text.isEmpty()) {
                file.comment(source.lines().get(i));
            } else if (!text.isEmpty()) {
                file.add(current, new Line(i + 1, text));
            }
        }
        return file;
    }

    private void comment(String line) {
        if (!line.isBlank()) {
            comment.add(line.strip().substring(1).strip());
        }
    }

    private void add(Directive section, Line line) {
        boolean isIgnored = section == Directive.C || section == Directive.NO_REGISTER_OFFSET;
        if (section == null || (line.text().startsWith("--") && !isIgnored)) {
            throw bad(line,
                    "expected a section: -- asm, -- mem, -- raw, -- result, -- error, -- no register offset or -- c, found "
                            + BadInput.quoted(line.text()));
        }
        sections.get(section).add(line);
    }

    private static String said(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }

    /// Whether the file states that the program is in error, so no runtime may run it.
    public boolean expectsError() {
        return sections.containsKey(Directive.ERROR);
    }

    /// Why the file is no test: it states no result and no error, or has no instructions; empty for a test.
    public Optional<String> lack() {
        return lines(Directive.RESULT).isEmpty() && !expectsError() ? Optional.of("it states no result and no error")
                : lines(Directive.RAW).isEmpty() && lines(Directive.ASM).isEmpty() ? Optional.of("it has no instructions")
                        : Optional.empty();
    }

    /// The case; throws [BadInput] if a section cannot be read.
    public Case toCase() {
        var draft = new CaseDraft(source);
        comment.forEach(draft::comment);
        draft.program(program()).context(new Context.Mem(memory())).expect(expectation());
        if (!sections.containsKey(Directive.MEM)) {
            draft.guess("there is no memory: r1 is the address of no byte, r2 is 0");
        }
        return draft.build();
    }

    private List<Line> lines(Directive section) {
        return sections.getOrDefault(section, List.of());
    }

    private Program program() {
        var raw = lines(Directive.RAW);
        if (!raw.isEmpty()) {
            return decoded(raw.getFirst().number(), slots(raw));
        }
        var asm = lines(Directive.ASM);
        if (asm.isEmpty()) {
            throw new BadInput(source.file(), "expected instructions in -- asm or -- raw, found none");
        }
        var assembled = new DataAssembler(source).assemble(asm);
        return named(decoded(asm.getFirst().number(), assembled.slots()), assembled.labels());
    }

    private Program decoded(int line, byte[] slots) {
        try {
            return Decoder.decodeAnything(ENTRY, slots);
        } catch (BadInput e) {
            throw e.in(source.at(line));
        }
    }

    /// The program with those labels that are valid in a case file.
    private static Program named(Program program, Map<String, Integer> labels) {
        var names = new TreeMap<Integer, String>();
        labels.forEach((label, slot) -> {
            if (Program.isName(label) && program.malformed().isEmpty() && program.insnAt(slot) >= 0) {
                names.merge(program.insnAt(slot), label, (a, b) -> a.compareTo(b) < 0 ? a : b);
            }
        });
        return names.isEmpty() ? program : new Program(program.name(), program.insns(), names);
    }

    /// 64-bit words; or bytes, if all have two hex digits and fill whole slots.
    private byte[] slots(List<Line> lines) {
        var words = lines.stream().flatMap(line -> List.of(line.text().split("\\s+", -1)).stream()).toList();
        if (words.size() % Long.BYTES == 0 && words.stream().allMatch(word -> BYTE.matcher(word).matches())) {
            return HexFormat.of().parseHex(String.join("", words));
        }
        var slots = ByteBuffer.allocate(words.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var line : lines) {
            for (var word : line.text().split("\\s+", -1)) {
                slots.putLong(number(line, word));
            }
        }
        return slots.array();
    }

    /// Hex bytes in any layout, such as `aa bb 0x1 cc`.
    private Bytes memory() {
        var bytes = new ByteArrayOutputStream();
        for (var line : lines(Directive.MEM)) {
            for (var word : line.text().split("\\s+", -1)) {
                var digits = word.startsWith("0x") || word.startsWith("0X") ? word.substring(2) : word;
                if (digits.length() == 1 && HexFormat.isHexDigit(digits.charAt(0))) {
                    digits = "0" + digits;
                }
                if (digits.isEmpty() || digits.length() % 2 != 0 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
                    throw bad(line, "-- mem: expected hex bytes, found " + BadInput.quoted(word));
                }
                bytes.writeBytes(HexFormat.of().parseHex(digits));
            }
            if (bytes.size() > CaseLimits.MAP_BYTES) {
                throw bad(line, "-- mem: expected at most %d bytes".formatted(CaseLimits.MAP_BYTES));
            }
        }
        return Bytes.of(bytes.toByteArray());
    }

    /// The text of an error is that of another runtime, so it is not compared.
    private Expectation expectation() {
        if (expectsError()) {
            return Expectation.rejectedForAnyReason();
        }
        var result = lines(Directive.RESULT);
        return result.isEmpty() ? Expectation.NONE
                : new Expectation(OptionalLong.of(number(result.getLast(), result.getLast().text())), OptionalInt.empty(),
                        new TreeMap<>(), "");
    }

    private long number(Line line, String word) {
        return DataAssembler.number(word).orElseThrow(() -> bad(line,
                "expected a number of 64 bits, decimal or hex with 0x, found "
                        + BadInput.quoted(word)));
    }

    private BadInput bad(Line line, String what) {
        return new BadInput(source.at(line.number()), what);
    }
}
