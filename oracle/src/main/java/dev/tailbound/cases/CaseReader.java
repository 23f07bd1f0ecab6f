package dev.tailbound.cases;

import dev.tailbound.cases.Callees.Route;
import dev.tailbound.cases.Generated.Kind;
import dev.tailbound.files.InputFile;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads case files; throws a [BadInput] with file and line for every error.
///
/// `demo.case:7: unknown program 'entri', expected one of [entry]`
public final class CaseReader {
    /// Larger files are rejected unread: a parsed case takes a multiple of the file's size.
    public static final int MAX_BYTES = 4 << 20;

    static final String EXPECT = "-- expect";
    static final String EXPECT_V61 = "-- expect v6.1";
    static final String EXPECT_BIG = "-- expect big";

    private static final Pattern SLOT = Pattern.compile("(\\d+)\\s*:(.*)");

    private final String file;
    private final Map<String, Section> maps = new LinkedHashMap<>();
    private final Map<String, Section> programs = new LinkedHashMap<>();
    private final Map<String, Section> modules = new LinkedHashMap<>();
    private final Map<String, Section> others = new HashMap<>();

    private CaseReader(String file) {
        this.file = file;
    }

    public static Case read(Path path) {
        return parse(path.toString(), bytes(path));
    }

    /// Content of a file of at most [#MAX_BYTES].
    public static byte[] bytes(Path path) {
        return InputFile.read(path, MAX_BYTES);
    }

    /// Reads a case from the bytes of a file; `file` names it in messages.
    public static Case parse(String file, byte[] bytes) {
        return parse(file, decode(file, bytes));
    }

    /// Reads a case from the text of a file; `file` names it in messages.
    public static Case parse(String file, String text) {
        var document = Section.split(file, text);
        var reader = new CaseReader(file);
        document.sections().forEach(reader::take);
        return reader.build(document.comment());
    }

    private static String decode(String file, byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new BadInput(file + ":" + line,
                    "expected UTF-8 text, found byte 0x%02x".formatted(in.get(in.position()) & 0xff));
        }
        return out.flip().toString();
    }

    private void take(Section section) {
        var earlier = switch (section.kind()) {
            case "map" -> maps.put(section.name(), section);
            case "prog" -> programs.put(section.name(), section);
            case "module" -> modules.put(section.name(), section);
            case "prologue", "epilogue", "ctx", "env", "events", "attach", "run", "expect" ->
                others.put(section.kind().equals("expect") ? section.header() : section.kind(), section);
            default ->
                throw section.bad("unknown section %s, expected %s".formatted(BadInput.quoted(section.kind()), Section.KINDS));
        };
        requireAtMost(CaseLimits.MAPS, section, maps);
        requireAtMost(CaseLimits.PROGRAMS, section, programs);
        requireAtMost(CaseLimits.MODULES, section, modules);
        if (earlier != null) {
            throw section.bad("%s is given twice, first at line %d".formatted(BadInput.quoted(section.header()), earlier.line()));
        }
        if (section.kind().equals("expect") && !Set.of(EXPECT, EXPECT_V61, EXPECT_BIG).contains(section.header())) {
            throw section.bad("expected %s, %s or %s, found %s".formatted(EXPECT, EXPECT_V61, EXPECT_BIG,
                    BadInput.quoted(section.header())));
        }
    }

    /// Checked here and not in the case, so that a file of a million sections does not fill memory.
    private static void requireAtMost(int most, Section section, Map<String, Section> like) {
        if (like.size() > most) {
            throw section.bad("more than %d sections -- %s".formatted(most, section.kind()));
        }
    }

    private Case build(String comment) {
        if (programs.isEmpty()) {
            throw new BadInput(file, "no program, expected a section -- prog NAME");
        }
        requireMapMemory();
        var mapList = maps.values().stream().map(this::map).toList();
        var programList = programs.values().stream().map(this::program).toList();
        var entry = others.containsKey("run") ? entry(others.get("run")) : programList.getFirst().name();
        var context = others.containsKey("ctx") ? context(others.get("ctx")) : Context.Skb.defaults();
        var environment = others.containsKey("env") ? environment(others.get("env")) : Environment.DEFAULT;
        var expectation = expectation(EXPECT, mapList, Expectation.NONE);
        var events = others.containsKey("events") ? EventReader.read(others.get("events"), mapList, programList)
                : List.<Event>of();
        var attachments = others.containsKey("attach") ? AttachmentReader.read(others.get("attach"), programList)
                : Attachments.NONE;
        var proEpilogue = new ProEpilogue(generated(Kind.PROLOGUE), generated(Kind.EPILOGUE));
        try {
            return new Case(comment, mapList, programList, entry, context, environment, events, proEpilogue,
                    KernelEnvironmentReader.read(List.copyOf(modules.values())), attachments, expectation,
                    expectation(EXPECT_V61, mapList, expectation), expectation(EXPECT_BIG, mapList, expectation));
        } catch (IllegalArgumentException malformed) {
            throw new BadInput(file, malformed.getMessage());
        }
    }

    private Expectation expectation(String header, List<BpfMap> mapList, Expectation otherwise) {
        return others.containsKey(header) ? ExpectationReader.read(others.get(header), mapList) : otherwise;
    }

    /// Checked before any value is read: a short header can declare megabytes.
    private void requireMapMemory() {
        long all = 0;
        for (var section : maps.values()) {
            var size = size(section);
            try {
                CaseLimits.requireMemory(section.name(), size.bytes());
            } catch (IllegalArgumentException tooLarge) {
                throw section.bad(tooLarge.getMessage());
            }
            all += size.bytes();
        }
        try {
            CaseLimits.requireMemory(maps.size(), all);
        } catch (IllegalArgumentException tooLarge) {
            throw new BadInput(file, tooLarge.getMessage());
        }
    }

    /// Sizes in the header of a map.
    ///
    /// @param valueSize 0 for a program array
    private record MapSize(int valueSize, int entries, OptionalInt word) {
        boolean isArray() {
            return valueSize > 0;
        }

        long bytes() {
            return isArray() ? BpfMap.Array.bytes(valueSize, entries) : BpfMap.ProgArray.bytes(entries);
        }
    }

    private static MapSize size(Section section) {
        var type = section.words().size() > 2 ? section.words().get(2) : "";
        return switch (type) {
            case "array" -> {
                var options = section.options(3, List.of("value", "entries", "word"));
                int valueSize = required(section, options, "value");
                if (valueSize == 0) {
                    throw section.bad("map %s: value size is 0, expected at least 1".formatted(section.name()));
                }
                yield new MapSize(valueSize, required(section, options, "entries"), options.containsKey("word")
                        ? OptionalInt.of(required(section, options, "word"))
                        : OptionalInt.empty());
            }
            case "prog_array" ->
                new MapSize(0, required(section, section.options(3, List.of("entries")), "entries"), OptionalInt.empty());
            default ->
                throw section.bad("expected -- map NAME array value=N entries=N or -- map NAME prog_array entries=N, found %s"
                        .formatted(BadInput.quoted(section.header())));
        };
    }

    private BpfMap map(Section section) {
        var size = size(section);
        try {
            return size.isArray() ? array(section, size) : progArray(section, size.entries());
        } catch (IllegalArgumentException malformed) {
            throw section.bad(malformed.getMessage());
        }
    }

    private static BpfMap array(Section section, MapSize size) {
        int valueSize = size.valueSize();
        int entries = size.entries();
        var values = new TreeMap<Integer, Hex>();
        Hex last = null;
        for (var line : section.lines()) {
            var slot = SLOT.matcher(line.text());
            if (slot.matches()) {
                last = new Hex(section, line.number(), valueSize).add(line.number(), slot.group(2));
                requireNew(section, line, values.put(key(section, line, slot.group(1), entries), last));
            } else if (last != null) {
                last.add(line.number(), line.text());
            } else {
                throw section.bad(line.number(), "expected KEY: HEX BYTES, found " + BadInput.quoted(line.text()));
            }
        }
        var init = new TreeMap<Integer, Bytes>();
        values.forEach((key, hex) -> init.put(key, hex.bytes()));
        return size.word().isEmpty() ? new BpfMap.Array(section.name(), valueSize, entries, init)
                : new BpfMap.Array(section.name(), valueSize, entries, init, size.word().getAsInt());
    }

    private BpfMap progArray(Section section, int entries) {
        var slots = new TreeMap<Integer, String>();
        for (var line : section.lines()) {
            var slot = SLOT.matcher(line.text());
            if (!slot.matches()) {
                throw section.bad(line.number(), "expected KEY: PROGRAM, found " + BadInput.quoted(line.text()));
            }
            var name = slot.group(2).strip();
            requireProgram(section, line.number(), name);
            requireNew(section, line, slots.put(key(section, line, slot.group(1), entries), name));
        }
        return new BpfMap.ProgArray(section.name(), entries, slots);
    }

    private static int key(Section section, Section.Line line, String text, int entries) {
        int key = section.count(line.number(), "key", text);
        if (key >= entries) {
            throw section.bad(line.number(), "key %d is outside 0..%d".formatted(key, entries - 1));
        }
        return key;
    }

    private static void requireNew(Section section, Section.Line line, Object earlier) {
        if (earlier != null) {
            throw section.bad(line.number(), "key is given twice: " + BadInput.quoted(line.text()));
        }
    }

    private static int required(Section section, Map<String, String> options, String key) {
        var value = options.get(key);
        if (value == null) {
            throw section.bad("option %s=N is missing".formatted(key));
        }
        return section.count(section.line(), key, value);
    }

    private Program program(Section section) {
        var names = List.copyOf(maps.keySet());
        var form = section.words().subList(2, section.words().size());
        if (form.isEmpty()) {
            return assembled(section, names);
        }
        if (form.equals(List.of("hex"))) {
            return decoded(section, names);
        }
        throw section.bad("expected -- prog NAME or -- prog NAME hex, found %s".formatted(BadInput.quoted(section.header())));
    }

    private Program assembled(Section section, List<String> names) {
        try {
            return AsmParser.parse(section.name(), section.body(), section.line() + 1, names);
        } catch (BadInput malformed) {
            throw new BadInput(file + ":" + malformed.where(), malformed.what());
        }
    }

    private Optional<Generated> generated(Kind kind) {
        return Optional.ofNullable(others.get(kind.word())).map(section -> {
            var names = section.words().stream().skip(1).takeWhile(word -> !word.contains("=")).toList();
            names.forEach(name -> requireProgram(section, section.line(), name));
            var callees = callees(section, section.options(1 + names.size(), List.of("module", "calls")));
            var body = kind == Kind.PROLOGUE ? section.body() + "\nexit" : section.body();
            try {
                return new Generated(kind, AsmParser.parse(kind.word(), body, section.line() + 1, List.copyOf(maps.keySet())),
                        names, callees);
            } catch (BadInput malformed) {
                throw new BadInput(file + ":" + malformed.where(), malformed.what());
            } catch (IllegalArgumentException malformed) {
                throw section.bad(malformed.getMessage());
            }
        });
    }

    private Callees callees(Section section, Map<String, String> options) {
        var module = Optional.ofNullable(options.get("module"));
        module.filter(name -> !modules.containsKey(name)).ifPresent(name -> {
            throw section.bad(
                    "unknown module %s, expected one of %s".formatted(BadInput.quoted(name), Section.list(modules.keySet())));
        });
        var word = options.getOrDefault("calls", Route.KFUNC.word());
        var route = Stream.of(Route.values()).filter(each -> each.word().equals(word)).findFirst()
                .orElseThrow(() -> section.bad("calls: expected kfunc or immediate, found " + BadInput.quoted(word)));
        return new Callees(module, route);
    }

    private Program decoded(Section section, List<String> names) {
        var hex = new Hex(section, section.line(), MAX_BYTES);
        section.lines().forEach(line -> hex.add(line.number(), line.text()));
        var code = hex.bytes().toArray();
        IntFunction<String> places = slot -> "%s:%d: insn %d".formatted(file, hex.lineOf(Long.BYTES * slot), slot);
        try {
            var program = Decoder.decodeAnything(section.name(), code);
            requireMaps(program, names, places);
            return program;
        } catch (BadInput malformed) {
            throw malformed.where().isEmpty() ? section.bad(malformed.what()) : malformed;
        }
    }

    private static void requireMaps(Program program, List<String> names, IntFunction<String> places) {
        for (int i = 0; i < program.size(); i++) {
            int map = switch (program.insn(i)) {
                case Insn.LoadMap(_, int number) -> number;
                case Insn.LoadMapValue(_, int number, _) -> number;
                default -> -1;
            };
            if (map >= names.size()) {
                throw new BadInput(places.apply(program.slotOf(i)),
                        "map number is %d, expected a position in %s".formatted(map, Section.list(names)));
            }
        }
    }

    private String entry(Section section) {
        section.requireNoBody();
        var name = section.name();
        if (section.words().size() > 2) {
            throw section.bad("expected -- run NAME, found %s".formatted(BadInput.quoted(section.header())));
        }
        requireProgram(section, section.line(), name);
        return name;
    }

    private void requireProgram(Section section, int line, String name) {
        if (!programs.containsKey(name)) {
            throw section.bad(line,
                    "unknown program %s, expected one of %s".formatted(BadInput.quoted(name), Section.list(programs.keySet())));
        }
    }

    private static Context context(Section section) {
        var kind = section.words().size() > 1 ? section.words().get(1) : "";
        return switch (kind) {
            case "skb" -> skb(section);
            case "mem" -> {
                var hex = new Hex(section, section.line(), MAX_BYTES);
                hex.add(section.line(), String.join(" ", section.words().subList(2, section.words().size())));
                section.lines().forEach(line -> hex.add(line.number(), line.text()));
                yield new Context.Mem(hex.bytes());
            }
            default ->
                throw section.bad("expected -- ctx skb or -- ctx mem, found %s".formatted(BadInput.quoted(section.header())));
        };
    }

    private static Context skb(Section section) {
        section.requireNoBody();
        var options = section.options(2, List.of("len", "mark", "priority", "cb"));
        var defaults = Context.Skb.defaults();
        var cb = defaults.cb();
        if (options.containsKey("cb")) {
            cb = Stream.of(options.get("cb").split(",", -1)).map(word -> (int) section.number(section.line(), "cb", word, 32))
                    .toList();
            if (cb.size() != defaults.cb().size()) {
                throw section.bad("cb: expected %d numbers, found %d".formatted(defaults.cb().size(), cb.size()));
            }
        }
        return new Context.Skb((int) option(section, options, "len", defaults.len(), 32),
                (int) option(section, options, "mark", defaults.mark(), 32),
                (int) option(section, options, "priority", defaults.priority(), 32), cb);
    }

    private static Environment environment(Section section) {
        section.requireNoBody();
        var options = section.options(1, List.of("prandom", "ktime", "cpu"));
        var defaults = Environment.DEFAULT;
        return new Environment(option(section, options, "prandom", defaults.prandom(), 64),
                option(section, options, "ktime", defaults.ktime(), 64),
                (int) option(section, options, "cpu", defaults.cpu(), 32));
    }

    private static long option(Section section, Map<String, String> options, String key, long otherwise, int bits) {
        var value = options.get(key);
        return value == null ? otherwise : section.number(section.line(), key, value, bits);
    }
}
