package dev.tailbound.cases;

import dev.tailbound.isa.Program;
import java.util.HashSet;
import java.util.List;

/// Everything needed to run once: maps, programs, the program that is entered, its context, and what is expected.
///
/// `comment` is the text of the file's leading `#` lines. Instructions refer to maps by position in `maps`, program arrays to programs by name.
///
/// @param expectation    what the tail-call rule of kernels from 6.12 on gives
/// @param expectationV61 what kernel 6.1's rule gives; most often the same
public record Case(String comment, List<BpfMap> maps, List<Program> programs, String entry, Context context,
        Environment environment, Expectation expectation, Expectation expectationV61) {

    /// The most maps a program may use (`MAX_USED_MAPS` in the kernel's include/linux/bpf_verifier.h), here of the whole case.
    private static final int MAX_MAPS = 64;

    public Case {
        maps = List.copyOf(maps);
        programs = List.copyOf(programs);
        if (maps.size() > MAX_MAPS) {
            throw new IllegalArgumentException("%d maps, expected at most %d".formatted(maps.size(), MAX_MAPS));
        }
        requireDistinct("map", maps.stream().map(BpfMap::name).toList());
        requireDistinct("program", programs.stream().map(Program::name).toList());
        requireProgram(programs, entry, "run");
        for (var map : maps) {
            if (map instanceof BpfMap.ProgArray array) {
                for (var program : array.slots().values()) {
                    requireProgram(programs, program, "map " + map.name());
                }
            }
        }
    }

    /// A case that gives the same under both rules.
    public Case(String comment, List<BpfMap> maps, List<Program> programs, String entry, Context context, Environment environment,
            Expectation expectation) {
        this(comment, maps, programs, entry, context, environment, expectation, expectation);
    }

    /// The position of the program with this name; throws [IllegalArgumentException] where there is none.
    public int programIndex(String name) {
        for (int i = 0; i < programs.size(); i++) {
            if (programs.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no program " + name);
    }

    public Program entryProgram() {
        return programs.get(programIndex(entry));
    }

    public Case withMaps(List<BpfMap> maps) {
        return new Case(comment, maps, programs, entry, context, environment, expectation);
    }

    public Case withPrograms(List<Program> programs) {
        return new Case(comment, maps, programs, entry, context, environment, expectation);
    }

    public Case withContext(Context context) {
        return new Case(comment, maps, programs, entry, context, environment, expectation);
    }

    public Case withEnvironment(Environment environment) {
        return new Case(comment, maps, programs, entry, context, environment, expectation);
    }

    public Case withExpectation(Expectation expectation) {
        return new Case(comment, maps, programs, entry, context, environment, expectation);
    }

    private static void requireDistinct(String kind, List<String> names) {
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("%s %s is defined twice".formatted(kind, name));
            }
        }
    }

    private static void requireProgram(List<Program> programs, String name, String where) {
        if (programs.stream().noneMatch(program -> program.name().equals(name))) {
            throw new IllegalArgumentException("%s: unknown program %s".formatted(where, name));
        }
    }
}
