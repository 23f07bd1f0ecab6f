package dev.tailbound.forms;

import dev.tailbound.forms.XlatedListing.Line;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sorts the lines of verifier logs and bpftool listings into [XlatedListing]s, and joins instructions that a mail client has broken into two lines.
///
/// Other lines are state, source or messages, as kernels 6.1 to 7.3 print them; a message may be anything.
final class XlatedLines {
    private static final int MAX_JOINED = 2;
    /// In characters: longer lines are state.
    private static final int MAX_LINE = 1024;

    /// Quoting, and the time that dmesg puts before a line.
    private static final Pattern PREFIX = Pattern.compile("^(?:>\\s?)*+(?:\\[\\s*\\d+\\.\\d+\\](?:\\[\\s*\\w+\\])? ?)?");
    /// A line number of an editor, the index, the live registers of 7.x (`.1........`), the opcode.
    private static final Pattern INSN = Pattern.compile(
            "\\s*(?:\\d+[:\\t ]\\s*)?(\\d{1,8}): (?:[.0-9]{10} )?\\(([0-9a-f]{2})\\) ?(.*)");
    private static final Pattern ALMOST_INSN = Pattern.compile("\\s*\\d+: ?\\(.*");
    private static final Pattern BYTES = Pattern.compile(
            "\\s*((?:[0-9a-f]{2} ){7}[0-9a-f]{2}(?: (?:[0-9a-f]{2} ){7}[0-9a-f]{2})?)\\s*");
    /// `int entry(struct __sk_buff * ctx):`, of bpftool.
    private static final Pattern FUNCTION = Pattern.compile("\\s*(?!from |func|; )\\w[\\w *]*[ *](\\w+)\\([^()]*\\):\\s*");
    /// Names of programs, by libbpf and by `bpftool prog show`.
    private static final Pattern NAME = Pattern.compile(
            "libbpf: prog '([^']+)': .*BEGIN PROG LOAD LOG.*|\\s*\\d+: \\w+  name (\\S+)  tag .*");
    private static final Pattern BEGIN = Pattern.compile("\\s*func#0 @0\\b.*|.*BEGIN PROG LOAD LOG.*");
    private static final Pattern PROCESSED = Pattern.compile("\\s*processed \\d+ insns\\b.*");
    private static final Pattern END = Pattern.compile(".*END PROG LOAD LOG.*");
    private static final Pattern STATE = Pattern.compile(
            "\\s*(?:\\d+: )?(?:frame\\d+: ?)?(?:R\\d+(?:_\\w+)?=|fp-?\\d+|refs=|cb\\b|async_cb\\b).*");
    /// Lines that the verifier prints while it checks a program that it accepts.
    private static final Pattern WORK = Pattern.compile(String.join("|", List.of("\\s*", "\\s*;.*", "\\s*from \\d+ to \\d+.*",
            "\\s*\\d+: (?:safe|frame\\d+:.*)", "\\s*(?:frame\\d+|mark_precise): .*",
            "\\s*(?:last_idx|regs=|parent |propagating |caller:|callee:|returning from callee|to caller at ).*",
            "\\s*func#\\d+.*", "\\s*Func#\\d+.*(?:is safe for any args|assumed valid).*",
            "\\s*Validating .* func#\\d+\\.\\.\\..*", "\\s*Live regs before insn:", "\\s*(?:verification time|stack depth) .*")));

    private final Source source;
    private final List<String> lines;
    private final List<XlatedListing> listings = new ArrayList<>();
    private Optional<XlatedListing> current = Optional.empty();
    private String name = "";
    private String function = "";
    private int at;

    private XlatedLines(Source source) {
        this.source = source;
        lines = source.lines().stream().map(line -> PREFIX.matcher(line).replaceFirst("")).toList();
    }

    /// Whether some line is an instruction.
    static boolean hasInsn(Source source) {
        return source.lines().stream().anyMatch(line -> INSN.matcher(PREFIX.matcher(line).replaceFirst("")).matches());
    }

    /// The listings of the programs, none of which is empty; throws [BadInput].
    static List<XlatedListing> read(Source source) {
        var reader = new XlatedLines(source);
        while (reader.at < reader.lines.size()) {
            reader.line();
        }
        return reader.listings;
    }

    private void line() {
        var text = lines.get(at);
        var insn = INSN.matcher(text);
        if (insn.matches()) {
            insn(insn);
            return;
        }
        at++;
        if (ALMOST_INSN.matcher(text).matches()) {
            throw new BadInput(source.at(at),
                    "expected an instruction such as '12: (bf) r6 = r1', found " + BadInput.quoted(text));
        }
        var named = NAME.matcher(text);
        var header = FUNCTION.matcher(shortened(text));
        var bytes = BYTES.matcher(text);
        if (named.matches()) {
            name = named.group(1) == null ? named.group(2) : named.group(1);
        } else if (header.matches()) {
            function = header.group(1);
        } else if (bytes.matches()) {
            current.ifPresent(listing -> listing.bytes(bytes.group(1)));
        } else if (PROCESSED.matcher(text).matches()) {
            current.ifPresent(XlatedListing::processed);
        } else if (END.matcher(text).matches()) {
            current.ifPresent(XlatedListing::end);
        } else if (!STATE.matcher(text).matches() && !WORK.matcher(text).matches()) {
            current.ifPresent(XlatedListing::text);
        }
        if (BEGIN.matcher(text).matches()) {
            current.ifPresent(XlatedListing::end);
        }
    }

    private void insn(Matcher matcher) {
        int line = at + 1;
        var text = joined(matcher.group(3));
        int semicolon = text.indexOf(';');
        var shown = (semicolon < 0 ? text : text.substring(0, semicolon)).strip().replaceAll("\\s+", " ");
        var state = new StringBuilder(semicolon < 0 ? "" : text.substring(semicolon + 1));
        for (int next = at; next < lines.size() && next < at + MAX_JOINED && isOfState(lines.get(next), semicolon >= 0); next++) {
            state.append(' ').append(lines.get(next).strip());
        }
        if (shown.length() > MAX_LINE) {
            throw new BadInput(source.at(line), "expected an instruction, found " + BadInput.quoted(shown));
        }
        add(new Line(line, index(line, matcher.group(1)), Integer.parseInt(matcher.group(2), 16), shown, state.toString(),
                Optional.empty()));
    }

    private int index(int line, String digits) {
        int index = Integer.parseInt(digits);
        if (index >= Decoder.MAX_SLOTS) {
            throw new BadInput(source.at(line),
                    "instruction %d, expected at most %d instructions".formatted(index, Decoder.MAX_SLOTS));
        }
        return index;
    }

    /// The text from this line on, with the lines that complete the instruction; moves after them.
    private String joined(String first) {
        var text = first;
        int end = at + 1;
        while (!isWhole(text) && end < lines.size() && end <= at + MAX_JOINED && isFree(lines.get(end))) {
            text = text.stripTrailing() + " " + lines.get(end++).strip();
        }
        at = isWhole(text) ? end : at + 1;
        return isWhole(text) ? text : first;
    }

    private static boolean isWhole(String text) {
        int semicolon = text.indexOf(';');
        return semicolon >= 0 || KernelText.isWhole(text.strip().replaceAll("\\s+", " "));
    }

    /// Whether a line has no form of its own, so that it may be the rest of the line before.
    private static boolean isFree(String line) {
        return !INSN.matcher(line).matches() && !WORK.matcher(line).matches() && !STATE.matcher(line).matches() && !FUNCTION
                .matcher(shortened(line)).matches() && !PROCESSED.matcher(line).matches();
    }

    private static String shortened(String line) {
        return line.substring(0, Math.min(line.length(), MAX_LINE));
    }

    private static boolean isOfState(String line, boolean begun) {
        return STATE.matcher(line).matches() || (begun && isFree(line));
    }

    private void add(Line line) {
        if (current.isEmpty() || (line.index() == 0 && isNew(current.get(), line))) {
            current = Optional.of(new XlatedListing(function.isEmpty() ? name : function));
            listings.add(current.get());
            name = "";
        } else if (!function.isEmpty()) {
            current.get().functions().put(line.index(), function);
        }
        function = "";
        current.get().add(line);
    }

    /// Instruction 0 begins another program if a line before says so, or if it differs from the previous instruction 0.
    private boolean isNew(XlatedListing listing, Line line) {
        return listing.hasEnded() || !function.isEmpty()
                || listing.first().filter(first -> !first.text().equals(line.text())).isPresent();
    }
}
