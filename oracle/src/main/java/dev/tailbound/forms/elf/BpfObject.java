package dev.tailbound.forms.elf;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// A BPF object as read by libbpf: entry programs, subprograms, maps and global variables.
public final class BpfObject {
    private static final Pattern DATA = Pattern.compile("\\.(?:data|rodata|bss)(?:\\..*)?");
    private static final Pattern STRUCT_OPS = Pattern.compile("\\??\\.struct_ops(?:\\.link)?");

    /// A byte of a section.
    private record Place(String section, long offset) {}

    private final String file;
    private final Elf elf;
    private final BtfExt extension;
    private final boolean hasWholeAddends;
    private final List<MapDefinition> maps;
    private final Map<Place, Function> functions = new HashMap<>();
    private final Set<Function> entries = new LinkedHashSet<>();
    private final Map<Place, Elf.Relocation> relocations = new HashMap<>();

    private BpfObject(String file, byte... bytes) {
        this.file = file;
        elf = Elf.read(file, bytes);
        requireSupported();
        var btf = elf.section(".BTF").map(section -> Btf.read(section.data()));
        extension = btf.flatMap(types -> elf.section(".BTF.ext").map(section -> BtfExt.read(section.data(), types)))
                .orElse(BtfExt.NONE);
        maps = elf.section(".maps").map(section -> MapDefinition.all(elf, section,
                btf.orElseThrow(() -> bad("section .maps has no types: compile with -g (BTF)")))).orElse(List.of());
        hasWholeAddends = GnuAssembler.hasWholeAddends(elf);
        readFunctions();
        readRelocations();
    }

    /// Whether the bytes begin as an ELF file does.
    public static boolean hasMagic(byte... bytes) {
        return Elf.hasMagic(bytes);
    }

    /// Throws [BadInput].
    public static BpfObject read(String file, byte... bytes) {
        return new BpfObject(file, bytes);
    }

    private void requireSupported() {
        var names = new HashSet<String>();
        for (var section : elf.sections()) {
            if ((section.isCode() || DATA.matcher(section.name()).matches()) && !names.add(section.name())) {
                throw bad("two sections have the name %s".formatted(BadInput.quoted(section.name())));
            }
            if (section.name().equals("maps") && section.size() > 0) {
                throw bad("map definitions in section maps are not supported, as in libbpf 1.0: expected section .maps");
            }
            if (STRUCT_OPS.matcher(section.name()).matches()) {
                throw bad("section %s (struct_ops) is not supported".formatted(section.name()));
            }
        }
    }

    private void readFunctions() {
        var code = elf.symbols().stream().filter(Elf.Symbol::isFunction).filter(symbol -> section(symbol).isCode())
                .sorted(Comparator.comparingInt(Elf.Symbol::section).thenComparingLong(Elf.Symbol::value)).toList();
        for (var symbol : code) {
            var function = function(symbol);
            functions.putIfAbsent(new Place(function.section(), function.offset()), function);
        }
        for (var symbol : code) {
            var function = functions.get(new Place(section(symbol).name(), symbol.value()));
            if (!function.section().equals(Function.TEXT) && function.isGlobal()) {
                entries.add(function);
            }
        }
        if (entries.isEmpty()) {
            functions.values().stream().filter(Function::isGlobal).sorted(Comparator.comparingLong(Function::offset))
                    .forEach(entries::add);
        }
    }

    private Function function(Elf.Symbol symbol) {
        var section = section(symbol);
        var function = new Function(symbol.name(), section.name(), symbol.value(), (int) symbol.size(), !symbol.isLocal());
        if (symbol.size() <= 0 || symbol.size() > section.size() || symbol.size() % Long.BYTES != 0
                || symbol.value() % Long.BYTES != 0 || symbol.value() < 0 || symbol.value() > section.size() - symbol.size()) {
            throw bad("function %s has bytes 0x%x..0x%x of section %s, expected instructions within its %d bytes".formatted(
                    BadInput.quoted(symbol.name()), symbol.value(), symbol.value() + symbol.size(), section.name(),
                    section.size()));
        }
        return function;
    }

    private void readRelocations() {
        for (var section : elf.sections()) {
            if (section.isCode()) {
                elf.relocations(section)
                        .forEach(relocation -> relocations.put(new Place(section.name(), relocation.offset()), relocation));
            }
        }
    }

    /// The functions that sections of their own make programs, in the order of the file; the global ones of `.text` where there are no others.
    public List<Function> entries() {
        return List.copyOf(entries);
    }

    /// The maps of section `.maps`, in its order.
    public List<MapDefinition> maps() {
        return maps;
    }

    /// The program with the functions that it calls; throws [BadInput].
    public Linked link(Function entry) {
        return SubprogramLinker.link(this, entry);
    }

    /// The initial contents of a section of global variables; empty if it is none. Throws [BadInput].
    public Optional<Bytes> variables(String name) {
        return elf.section(name).filter(section -> DATA.matcher(name).matches() && !section.isCode()).map(section -> {
            if (!elf.relocations(section).isEmpty()) {
                throw bad("section %s holds addresses, which is not supported".formatted(name));
            }
            if (section.size() < 0 || section.size() > CaseLimits.MAP_BYTES) {
                throw bad("section %s has %s bytes, expected at most %d".formatted(name, Long.toUnsignedString(section.size()),
                        CaseLimits.MAP_BYTES));
            }
            return section.isZero() ? Bytes.owning(new byte[(int) section.size()])
                    : Bytes.owning(section.data().copy(0, section
                            .size()));
        });
    }

    Elf.Section section(Elf.Symbol symbol) {
        return elf.sections().get(symbol.section());
    }

    Optional<Function> function(String section, long offset) {
        return Optional.ofNullable(functions.get(new Place(section, offset)));
    }

    /// The name that kernels show: that of the function's type, or its symbol's.
    String displayName(Function function) {
        return extension.function(function.section(), function.offset()).filter(name -> !name.isEmpty()).orElse(function.name());
    }

    byte[] code(Function function) {
        return elf.section(function.section()).orElseThrow().data().copy(function.offset(), function.length());
    }

    /// The relocation of a function's slot; null if there is none. Throws [BadInput] if the slot depends on the kernel's types.
    Elf.Relocation relocation(Function function, int slot) {
        long offset = function.offset() + Long.BYTES * (long) slot;
        if (extension.isRelocated(function.section(), offset)) {
            throw bad("%s+0x%x (function %s, insn %d): depends on the kernel's types (CO-RE), which is not supported"
                    .formatted(BadInput.shown(function.section()), offset, BadInput.shown(function.name()), slot));
        }
        return relocations.get(new Place(function.section(), offset));
    }

    /// The offset in its section of the byte that a `ld_imm64` names.
    long addressOf(Elf.Symbol symbol, long addend) {
        return hasWholeAddends && !symbol.isSection() ? addend : symbol.value() + addend;
    }

    BadInput bad(String complaint) {
        return new BadInput(file, complaint);
    }
}
