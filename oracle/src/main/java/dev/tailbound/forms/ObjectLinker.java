package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Links programs of an object's sections as libbpf does: each function outside `.text` is a program. The functions that it reaches are appended,
/// depth first, once each.
final class ObjectLinker {
    private static final Pattern SLOT = Pattern.compile("insn (\\d+).*");

    /// A function alone: its calls of functions are calls of a helper that does not exist, its references to symbols constants.
    private record Function(String name, ObjectScan section, int start, Program body) {
        /// The slot of an instruction in the section.
        int slot(int insn) {
            return start + body.slotOf(insn);
        }
    }

    private final Source source;
    private final ObjectMaps maps;
    private final Map<ObjectScan.Place, Function> functions = new LinkedHashMap<>();
    private final Set<ObjectScan.Place> called = new HashSet<>();

    /// Throws [BadInput] if a section does not consist of functions.
    ///
    /// @param swap whether the slots are those of a big-endian machine
    ObjectLinker(Source source, ObjectText object, ObjectMaps maps, boolean swap) {
        this.source = source;
        this.maps = maps;
        var scans = object.code().stream().map(section -> new ObjectScan(source, object, section, swap)).toList();
        scans.forEach(scan -> called.addAll(scan.callees().values()));
        var targets = called.stream().collect(
                Collectors.groupingBy(ObjectScan.Place::section, Collectors.mapping(ObjectScan.Place::slot, Collectors.toSet())));
        scans.forEach(scan -> cut(scan, targets.getOrDefault(scan.section(), Set.of())));
    }

    /// The programs, in the order of the text; throws [BadInput].
    List<Program> link() {
        var taken = new HashSet<String>();
        var programs = new ArrayList<Program>();
        var roots = roots();
        if (roots.size() > CaseLimits.PROGRAMS) {
            throw new BadInput(source.file(), "%d programs, expected at most %d".formatted(roots.size(), CaseLimits.PROGRAMS));
        }
        long insns = 0;
        for (var root : roots) {
            programs.add(new Linked(root).program(unique(root.name, taken)));
            insns += programs.getLast().size();
            if (insns > CaseLimits.INSNS) {
                throw new BadInput(source.file(), "expected at most %d instructions in all".formatted(CaseLimits.INSNS));
            }
        }
        return programs;
    }

    private static String unique(String name, Set<String> taken) {
        var unique = name;
        while (!taken.add(unique)) {
            unique += "_";
        }
        return unique;
    }

    /// Cuts a section at the symbols of functions, and at the slots that calls target.
    private void cut(ObjectScan scan, Set<Integer> targets) {
        var section = scan.section();
        var starts = new TreeSet<>(section.functions().keySet());
        starts.add(0);
        starts.addAll(targets);
        for (int start : starts.headSet(section.slots())) {
            int end = Optional.ofNullable(starts.higher(start)).orElse(section.slots());
            var name = Optional.ofNullable(section.functions().get(start))
                    .or(() -> Optional.ofNullable(section.labels().get(start))).filter(Program::isName)
                    .orElse(start == 0 ? "prog" : "sub_" + start);
            functions.put(new ObjectScan.Place(section, start), new Function(name, scan, start, decoded(scan, name, start, end)));
        }
    }

    private Program decoded(ObjectScan scan, String name, int start, int end) {
        try {
            return Decoder.decode(name, scan.slots(start, end));
        } catch (BadInput bad) {
            var slot = SLOT.matcher(bad.where());
            int at = start + (slot.matches() ? Integer.parseInt(slot.group(1)) : 0);
            throw bad.in("function " + name).in(source.at(scan.section().line(at)));
        }
    }

    /// All functions outside `.text`; if there are none, those of `.text` that no other one calls, or the first one.
    private List<Function> roots() {
        var all = List.copyOf(functions.values());
        var programs = all.stream().filter(function -> !function.section.section().isOfSubprograms()).toList();
        if (!programs.isEmpty()) {
            return programs;
        }
        var uncalled = all.stream()
                .filter(function -> !called.contains(new ObjectScan.Place(function.section.section(), function.start))).toList();
        return uncalled.isEmpty() ? all.subList(0, 1) : uncalled;
    }

    /// A program that grows by the functions it reaches.
    private final class Linked {
        /// A function that has been appended, and its next instruction to look at.
        private record Step(Function function, int next) {}

        /// A call in the program, by its instruction, and its target.
        private record Calling(int insn, Function callee) {}

        private final List<Insn> insns = new ArrayList<>();
        private final Map<Function, Integer> starts = new HashMap<>();
        private final List<Calling> calls = new ArrayList<>();
        private final TreeMap<Integer, String> labels = new TreeMap<>();
        private final Set<String> taken = new HashSet<>();

        Linked(Function root) {
            var steps = new ArrayDeque<Step>();
            steps.push(append(root));
            while (!steps.isEmpty()) {
                var step = steps.pop();
                for (int i = step.next; i < step.function.body.size(); i++) {
                    var place = step.function.section.callees().get(step.function.slot(i));
                    if (place != null) {
                        var callee = functions.get(place);
                        calls.add(new Calling(starts.get(step.function) + i, callee));
                        if (!starts.containsKey(callee)) {
                            steps.push(new Step(step.function, i + 1));
                            steps.push(append(callee));
                            break;
                        }
                    }
                }
            }
        }

        private Step append(Function function) {
            int base = insns.size();
            starts.put(function, base);
            if (base + function.body.size() > Decoder.MAX_SLOTS) {
                throw new BadInput(source.at(function.section.section().line(function.start)),
                        "more than %d instructions".formatted(Decoder.MAX_SLOTS));
            }
            label(base, function.name);
            for (int i = 0; i < function.body.size(); i++) {
                var insn = function.body.insn(i);
                int slot = function.slot(i);
                Optional.ofNullable(function.section.section().labels().get(slot)).ifPresent(label -> label(insns.size(), label));
                var reference = function.section.section().references().get(slot);
                if (insn instanceof Insn.Branch branch) {
                    insns.add(branch.retarget(base + branch.target()));
                } else if (insn instanceof Insn.LoadImm64 load && reference != null) {
                    insns.add(maps.address(function.body, i, load, reference));
                } else if (insn instanceof Insn.LoadMap(var dst, int fd)) {
                    insns.add(new Insn.LoadMap(dst, maps.numbered(fd, function.section.section().line(slot))));
                } else if (insn instanceof Insn.LoadMapValue(var dst, int fd, int off)) {
                    insns.add(new Insn.LoadMapValue(dst, maps.numbered(fd, function.section.section().line(slot)), off));
                } else {
                    if (insn instanceof Insn.CallHelper call && !function.section.callees().containsKey(slot)) {
                        KnownHelpers.require(call, () -> source.at(function.section.section().line(slot)));
                    }
                    insns.add(insn);
                }
            }
            return new Step(function, 0);
        }

        private void label(int insn, String label) {
            if (Program.isName(label) && !labels.containsKey(insn) && taken.add(label)) {
                labels.put(insn, label);
            }
        }

        Program program(String name) {
            calls.forEach(call -> insns.set(call.insn, new Insn.Call(starts.get(call.callee))));
            return new Program(name, insns, labels);
        }
    }
}
