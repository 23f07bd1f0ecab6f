package dev.tailbound.forms.elf;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.forms.elf.ElfImage.Section;
import dev.tailbound.forms.elf.ElfImage.Symbol;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes the programs and maps of a case as an object that libbpf loads: programs in section `tc`, subprograms in `.text`, maps in `.maps`.
///
/// A map whose values programs name by their address is a section of global variables. The context, the environment, expectations and jump labels
/// are omitted.
public final class ElfWriter {
    private static final int R_BPF_64_64 = 1;
    private static final int R_BPF_64_32 = 10;
    private static final byte PSEUDO_CALL = 1 << 4;

    private final Case source;
    private final ElfImage image = new ElfImage();
    private final BtfImage btf = new BtfImage();
    /// Positions of the maps that programs pass to helpers, and of those that become sections of variables.
    private final Set<Integer> looked = new HashSet<>();
    private final Set<Integer> variables = new HashSet<>();
    private final List<Piece> pieces = new ArrayList<>();
    /// The offsets of functions in their sections.
    private final Map<Start, Integer> offsets = new HashMap<>();
    /// The symbols of maps by their position, and of kfuncs by their number.
    private final Map<Integer, Symbol> maps = new HashMap<>();
    private final Map<Integer, Symbol> kfuncs = new LinkedHashMap<>();

    private ElfWriter(Case source) {
        this.source = source;
        insns(source).forEach(insn -> {
            switch (insn) {
                case Insn.LoadMap load -> looked.add(load.map());
                case Insn.LoadMapValue load -> variables.add(load.map());
                default -> {
                    // Names no map.
                }
            }
        });
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array && !array.init().isEmpty() && !looked.contains(map)) {
                variables.add(map);
            }
        }
    }

    /// Throws [BadInput] without a place if an object cannot hold a part of the case.
    public static byte[] write(Case source) {
        var writer = new ElfWriter(source);
        writer.requireHeld();
        return writer.write();
    }

    /// The name of a case's map in an object.
    public static String mapName(Case source, int map) {
        return new ElfWriter(source).variables.contains(map) && source.maps().get(map) instanceof BpfMap.Array array
                ? MapImages.section(array)
                : source.maps().get(map).name();
    }

    private static Stream<Insn> insns(Case source) {
        return source.programs().stream().flatMap(program -> program.insns().stream());
    }

    private void requireHeld() {
        require(source.events().isEmpty(), "events");
        require(source.attachments().list().isEmpty(), "attachments");
        require(source.proEpilogue().stream().findAny().isEmpty(), "a prologue or epilogue");
        require(source.kernelEnvironment().modules().isEmpty(), "modules");
        require(source.programs().stream().allMatch(program -> program.malformed().isEmpty()), "bytes that are no program");
        require(insns(source).noneMatch(new Insn.CallHelper(Helper.TRACE.id())::equals),
                "calls of trace, which is Tailbound's own");
        require(insns(source).allMatch(insn -> !(insn instanceof Insn.CallKfunc call) || Kfunc.byId(call.id()).isPresent()),
                "calls of unknown kfuncs");
        var names = new HashSet<String>();
        Stream.of(source.programs().stream().map(Program::name), source.maps().stream().map(BpfMap::name),
                insns(source).filter(Insn.CallKfunc.class::isInstance).map(insn -> ((Insn.CallKfunc) insn).name()).distinct())
                .flatMap(each -> each).forEach(name -> require(names.add(name), "two symbols with the name " + name));
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array) {
                require(!variables.contains(map) || (array.entries() == 1 && !looked.contains(map)),
                        "map %s, which has several entries or is handed to helpers, as variables".formatted(array.name()));
                require(variables.contains(map) || array.init().isEmpty(), "contents of map " + array.name());
            }
        }
    }

    private static void require(boolean isHeld, String what) {
        if (!isHeld) {
            throw new BadInput("", "an object cannot hold " + what);
        }
    }

    /// An instruction that begins a function.
    private record Start(String program, int insn) {}

    /// A function: the instructions `[from, to)` of a program, and where they are in a section.
    private record Piece(Program program, int from, int to, boolean isMain, int offset) {
        int size() {
            return Long.BYTES * (program.slotOf(to) - program.slotOf(from));
        }
    }

    private byte[] write() {
        cut();
        var text = code(false, ".text");
        var main = code(true, "tc");
        var textSymbol = image.add(new Symbol(text.name, Elf.SECTION, true, text, 0, 0));
        var programs = new LinkedHashMap<String, Symbol>();
        for (var piece : pieces) {
            var name = piece.isMain ? piece.program.name() : piece.program.labels().get(piece.from);
            var symbol = image
                    .add(new Symbol(name, Elf.FUNC, !piece.isMain, piece.isMain ? main : text, piece.offset, piece.size()));
            if (piece.isMain) {
                programs.put(name, symbol);
            }
        }
        addMaps(programs);
        pieces.forEach(piece -> link(piece, piece.isMain ? main : text, textSymbol));
        if (!kfuncs.isEmpty()) {
            int prototype = btf.prototype();
            var functions = kfuncs.values().stream()
                    .map(symbol -> new BtfImage.Part(symbol.name, btf.externFunction(symbol.name, prototype), 0, 0)).toList();
            btf.section(".ksyms", functions, 0);
        }
        var license = image
                .add(new Section("license", Elf.PROGBITS, Elf.WRITE | Elf.ALLOC, "GPL\0".getBytes(StandardCharsets.UTF_8)));
        image.add(new Symbol("_license", Elf.OBJECT, false, license, 0, license.bytes.length));
        image.add(new Section(".BTF", Elf.PROGBITS, 0, btf.bytes()));
        return image.bytes();
    }

    /// Cuts the programs at the functions that calls name.
    private void cut() {
        var ends = new HashMap<Boolean, Integer>(Map.of(true, 0, false, 0));
        for (var program : source.programs()) {
            var starts = new TreeMap<Integer, Boolean>(Map.of(0, true));
            program.insns().stream().filter(Insn.Call.class::isInstance)
                    .forEach(insn -> starts.putIfAbsent(((Insn.Call) insn).target(), false));
            require(program.insns().stream().noneMatch(new Insn.Call(0)::equals),
                    "calls of program %s by itself".formatted(program.name()));
            starts.forEach((from, isMain) -> {
                var next = starts.higherKey(from);
                var piece = new Piece(program, from, next == null ? program.size() : next, isMain, ends.get(isMain));
                pieces.add(piece);
                offsets.put(new Start(program.name(), from), piece.offset);
                ends.merge(isMain, piece.size(), Integer::sum);
            });
        }
    }

    private Section code(boolean isMain, String name) {
        var encoded = source.programs().stream().collect(Collectors.toMap(Program::name, Encoder::encode));
        var code = new ByteArrayOutputStream();
        pieces.stream().filter(piece -> piece.isMain == isMain).forEach(piece -> code.write(encoded.get(piece.program.name()),
                Long.BYTES * piece.program.slotOf(piece.from), piece.size()));
        return image.add(new Section(name, Elf.PROGBITS, Elf.ALLOC | Elf.EXECINSTR, code.toByteArray()));
    }

    private void addMaps(Map<String, Symbol> programs) {
        var images = new MapImages(image, btf, programs);
        for (int map = 0; map < source.maps().size(); map++) {
            if (variables.contains(map)) {
                maps.put(map, images.variable((BpfMap.Array) source.maps().get(map)));
            } else {
                images.define(source.maps().get(map));
            }
        }
        var symbols = images.symbols();
        for (int map = 0; map < source.maps().size(); map++) {
            maps.putIfAbsent(map, symbols.get(source.maps().get(map).name()));
        }
    }

    /// Writes an instruction's references into its immediates and the section's relocations.
    private void link(Piece piece, Section section, Symbol text) {
        var code = ByteBuffer.wrap(section.bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = piece.from; i < piece.to; i++) {
            int at = piece.offset + Long.BYTES * (piece.program.slotOf(i) - piece.program.slotOf(piece.from));
            switch (piece.program.insn(i)) {
                case Insn.LoadMap load -> load(section, code, at, load.map(), 0);
                case Insn.LoadMapValue load -> load(section, code, at, load.map(), load.off());
                case Insn.Call call -> {
                    int callee = offsets.get(new Start(piece.program.name(), call.target()));
                    code.putInt(at + 4, piece.isMain ? callee / Long.BYTES - 1 : (callee - at) / Long.BYTES - 1);
                    if (piece.isMain) {
                        section.relocate(at, R_BPF_64_32, text);
                    }
                }
                case Insn.CallKfunc call -> {
                    code.put(at + 1, PSEUDO_CALL).putInt(at + 4, -1);
                    section.relocate(at, R_BPF_64_32, kfuncs.computeIfAbsent(call.id(),
                            _ -> image.add(new Symbol(call.name(), Elf.NOTYPE, false, null, 0, 0))));
                }
                default -> {
                    // Nothing outside the function.
                }
            }
        }
    }

    private void load(Section section, ByteBuffer code, int at, int map, int off) {
        code.put(at + 1, (byte) (code.get(at + 1) & 0xf)).putInt(at + 4, off).putInt(at + 12, 0);
        section.relocate(at, R_BPF_64_64, maps.get(map));
    }

}
