package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.forms.ObjectText.Reference;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The maps that an object's code references, with the initial contents of global variables and program arrays that the text states.
final class ObjectMaps {
    /// Offset of `values` in the definition of a program array without BTF: after `type`, `max_entries` and `key_size`.
    private static final int VALUES = 3 * Long.BYTES;

    private final Source source;
    private final ObjectText object;
    private final CaseDraft draft;
    private final List<String> names = new ArrayList<>();

    ObjectMaps(Source source, ObjectText object, CaseDraft draft) {
        this.source = source;
        this.object = object;
        this.draft = draft;
    }

    List<String> names() {
        return names;
    }

    /// The instruction that an `ld_imm64` of a symbol's address becomes; throws [BadInput].
    Insn address(Program body, int insn, Insn.LoadImm64 load, Reference reference) {
        var symbol = Optional.ofNullable(object.symbols().get(reference.symbol()));
        var section = symbol.map(ObjectText.Symbol::section).orElse(reference.symbol());
        // The low half is the addend; the high one is part of it where the assembler wrote a constant.
        int addend = (int) load.value();
        if (ObjectText.isOfVariables(section)) {
            return new Insn.LoadMapValue(load.dst(), map(section, reference),
                    symbol.map(ObjectText.Symbol::offset).orElse(0) + addend);
        }
        if (object.findCode(section).isPresent()) {
            throw new BadInput(source.at(reference.line()),
                    "the address of a function (callback) is not supported: " + BadInput.quoted(reference.symbol()));
        }
        int map = map(reference.symbol(), reference);
        if (symbol.isEmpty() && isAccessed(body, insn, load.dst())) {
            draft.guess("%s is a global variable, because the code accesses its address".formatted(reference.symbol()));
            return new Insn.LoadMapValue(load.dst(), map, addend);
        }
        return new Insn.LoadMap(load.dst(), map);
    }

    /// The map with this file descriptor, if the code references no symbol.
    int numbered(int fd, int line) {
        return map("map_" + fd, new Reference("map_" + fd, line));
    }

    private int map(String name, Reference reference) {
        if (!names.contains(name)) {
            if (names.size() == CaseLimits.MAPS || !Program.isName(name)) {
                throw new BadInput(source.at(reference.line()), "expected the name of one of at most %d maps, found %s"
                        .formatted(CaseLimits.MAPS, BadInput.quoted(name)));
            }
            names.add(name);
        }
        return names.indexOf(name);
    }

    /// Whether the first use of the address that straight-line code shows is an access: a map's address is only passed on.
    private static boolean isAccessed(Program body, int load, Reg dst) {
        Set<Operand> holders = new HashSet<>(Set.of(dst));
        for (int i = load + 1; i < body.size() && body.insn(i - 1).fallsThrough() && !holders.isEmpty(); i++) {
            var insn = body.insn(i);
            if (isBase(insn, holders)) {
                return true;
            }
            if (insn instanceof Insn.Mov(_, var copy, var from) && holders.contains(from)) {
                holders.add(copy);
            } else if (insn instanceof Insn.CallHelper || insn instanceof Insn.Call || insn instanceof Insn.CallKfunc) {
                return false;
            } else {
                holders.removeIf(holder -> MapGuesses.writes(insn, (Reg) holder));
            }
        }
        return false;
    }

    private static boolean isBase(Insn insn, Set<Operand> holders) {
        return switch (insn) {
            case Insn.Load i -> holders.contains(i.base());
            case Insn.Store i -> holders.contains(i.base());
            case Insn.Atomic i -> holders.contains(i.base());
            case Insn.LoadAcquire i -> holders.contains(i.base());
            case Insn.StoreRelease i -> holders.contains(i.base());
            case Insn.Alu i -> holders.contains(i.dst());
            case Insn.Neg _,Insn.Mov _,Insn.MovSx _,Insn.Swap _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Jump _,Insn.JumpIf _,Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _,Insn.MovPerCpu _,Insn.Exit _ ->
                false;
        };
    }

    /// The maps of which the text has contents, by name; throws [BadInput] if a program array names no program.
    Map<String, BpfMap> stated(List<String> programs) {
        var stated = new HashMap<String, BpfMap>();
        for (var name : names) {
            var symbol = object.symbols().get(name);
            if (symbol != null && ObjectText.isOfMaps(symbol.section())) {
                progArray(name, symbol, programs).ifPresent(map -> stated.put(name, map));
            } else if (ObjectText.isOfVariables(name)) {
                object.findData(name).filter(data -> data.bytes().size() > 0)
                        .ifPresent(data -> stated.put(name, variables(name, data)));
            }
        }
        return stated;
    }

    private static BpfMap variables(String name, ObjectText.Data data) {
        return new BpfMap.Array(name, data.bytes().size(), 1, new TreeMap<>(Map.of(0, Bytes.of(data.bytes().toByteArray()))));
    }

    private Optional<BpfMap> progArray(String name, ObjectText.Symbol symbol, List<String> programs) {
        var data = object.findData(symbol.section()).orElseThrow();
        int end = object.symbols().values().stream()
                .filter(other -> other.section().equals(symbol.section()) && other.offset() > symbol.offset())
                .mapToInt(ObjectText.Symbol::offset).min().orElse(data.bytes().size());
        var addresses = data.addresses().subMap(symbol.offset(), end);
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        var slots = new TreeMap<Integer, String>();
        addresses.forEach((offset, program) -> {
            int key = (offset - symbol.offset() - VALUES) / Long.BYTES;
            if (!programs.contains(program) || key < 0) {
                throw new BadInput(source.file(),
                        "map %s: expected one of the programs %s at offset %d, found %s".formatted(name,
                                programs.size() > 8 ? programs.size() + "" : programs, offset - symbol.offset(),
                                BadInput.quoted(program)));
            }
            slots.put(key, program);
        });
        int entries = Math.max(slots.lastKey() + 1, (end - symbol.offset() - VALUES) / Long.BYTES);
        draft.guess("map %s is a program array of %d slots, whose values begin at byte %d of its definition".formatted(name,
                entries, VALUES));
        return Optional.of(new BpfMap.ProgArray(name, entries, slots));
    }
}
