package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A case under construction: the facts that the input states, and a guess for each that it omits.
final class CaseDraft {
    private final Source source;
    private final List<String> comment = new ArrayList<>();
    private final Set<String> guesses = new HashSet<>();
    private final Map<String, BpfMap> maps = new LinkedHashMap<>();
    private final List<Program> programs = new ArrayList<>();
    private Context context = Context.Skb.defaults();
    private Expectation expectation = Expectation.NONE;
    private Optional<String> entry = Optional.empty();

    CaseDraft(Source source) {
        this.source = source;
    }

    /// A line of the case's comment.
    CaseDraft comment(String line) {
        comment.add(Printable.line(line.replace('\t', ' ')));
        return this;
    }

    /// A comment line that states a default for a fact missing in the input: `guess: map jmp_table has 8 entries`.
    CaseDraft guess(String what) {
        var line = "guess: " + what;
        if (guesses.add(line)) {
            comment.add(line);
        }
        return this;
    }

    /// The position of the map of this name, created on first use; throws [BadInput] if there can be no such map.
    int map(String name, Supplier<BpfMap> made) {
        try {
            maps.computeIfAbsent(name, _ -> made.get());
            CaseLimits.requireAtMost(CaseLimits.MAPS, "maps", maps.values());
        } catch (IllegalArgumentException misfit) {
            throw new BadInput(source.file(), misfit.getMessage());
        }
        return List.copyOf(maps.keySet()).indexOf(name);
    }

    /// Replaces an existing map.
    void replace(BpfMap map) {
        maps.replace(map.name(), map);
    }

    /// An array of one entry, a guess.
    int guessArray(String name, int valueSize) {
        return map(name, () -> {
            guess("map %s is an array of one value of %d bytes".formatted(name, valueSize));
            return new BpfMap.Array(name, valueSize, 1, new TreeMap<>());
        });
    }

    /// An empty program array, a guess.
    int guessProgArray(String name, int entries) {
        return map(name, () -> {
            guess("map %s is a program array of %d empty slots".formatted(name, entries));
            return new BpfMap.ProgArray(name, entries, new TreeMap<>());
        });
    }

    /// The names of the maps, in order.
    List<String> mapNames() {
        return List.copyOf(maps.keySet());
    }

    /// The first program is the one entered, unless [#enter] names another one.
    CaseDraft program(Program program) {
        programs.add(program);
        return this;
    }

    /// The entry program, by name, if the user states one.
    CaseDraft enter(Optional<String> name) {
        entry = name;
        return this;
    }

    /// Instructions of all programs so far.
    long insns() {
        return programs.stream().mapToLong(Program::size).sum();
    }

    CaseDraft context(Context given) {
        context = given;
        return this;
    }

    CaseDraft expect(Expectation given) {
        expectation = given;
        return this;
    }

    /// The case; throws [BadInput] if its parts do not fit.
    Case build() {
        var names = programs.stream().map(Program::name).toList();
        var entered = entry.orElse(names.getFirst());
        if (!names.contains(entered)) {
            throw new BadInput(source.file(), "--program: expected one of %s, found %s"
                    .formatted(names.size() > 8 ? names.size() + " programs" : names, BadInput.quoted(entered)));
        }
        try {
            return new Case(String.join("\n", comment), List.copyOf(maps.values()), programs, entered, context,
                    Environment.DEFAULT, expectation);
        } catch (IllegalArgumentException misfit) {
            throw new BadInput(source.file(), misfit.getMessage());
        }
    }
}
