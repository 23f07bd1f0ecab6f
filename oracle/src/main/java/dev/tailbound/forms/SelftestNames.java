package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.forms.c.MacroPrinter;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// The C names of a case's programs, subprograms and maps, which share one name space in a selftest.
final class SelftestNames {
    /// Words of C and of assembly that cannot name a function or a map there.
    private static final Set<String> RESERVED = Set.of("auto", "break", "case", "char", "const", "continue", "default", "do",
            "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict",
            "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void",
            "volatile", "while", "asm", "main", "exit", "call", "pc", "lock", "ll", "SEC", "license");

    private final Set<String> taken = new HashSet<>(RESERVED);
    private final Map<String, String> programs = new HashMap<>();
    private final Map<String, Map<Integer, String>> functions = new HashMap<>();
    private final List<String> maps;

    SelftestNames(Case source) {
        source.programs().forEach(program -> programs.put(program.name(), unique(program.name())));
        maps = source.maps().stream().map(BpfMap::name).map(this::unique).toList();
        for (var program : source.programs()) {
            var names = new HashMap<>(Map.of(0, program(program.name())));
            for (int start : starts(program)) {
                names.computeIfAbsent(start, target -> unique(program.labels().get(target)));
            }
            functions.put(program.name(), names);
        }
    }

    String program(String name) {
        return programs.get(name);
    }

    String map(int map) {
        return maps.get(map);
    }

    /// The function that starts at this instruction.
    String function(Program program, int start) {
        return functions.get(program.name()).get(start);
    }

    /// The instructions at which functions start: the first, and the targets of calls.
    static NavigableSet<Integer> starts(Program program) {
        var starts = new TreeSet<>(Set.of(0));
        program.insns().forEach(insn -> {
            if (insn instanceof Insn.Call(int target)) {
                starts.add(target);
            }
        });
        return starts;
    }

    private String unique(String name) {
        var identifier = MacroPrinter.identifier(name);
        // Names of registers, of helpers and of the C library's and compiler's own.
        boolean isOther = identifier.matches("[rwR]\\d+|l\\d+_.*|__.*|bpf_.*|BPF_.*|[su]\\d+");
        var chosen = isOther ? "case_" + identifier : identifier;
        while (!taken.add(chosen)) {
            chosen += "_";
        }
        return chosen;
    }
}
