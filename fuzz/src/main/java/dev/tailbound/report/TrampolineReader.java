package dev.tailbound.report;

import dev.tailbound.cases.Case;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.report.Listing.Kind;
import dev.tailbound.report.Listing.Line;
import dev.tailbound.report.Listing.Stretch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Creates the [Listing] of a trampoline: its machine code, with the names of called programs next to the calls.
record TrampolineReader(Case source, List<Image> images, Disassembler disassembler) {

    Listing read(int program, Image.Around around) {
        var name = images.get(program).lowered().subprograms().get(around.function()).name();
        var called = called(around, name);
        var stretches = new ArrayList<Stretch>();
        for (var line : Listing.lines(disassembler, around.code(), 0, around.code().length, around.address())) {
            stretches.add(new Stretch(Kind.AROUND, -1, -1, name(line, called), List.of(line)));
        }
        return new Listing(program, "around %s (%s)".formatted(name, attached(around)), around.address(), around.code().length,
                stretches);
    }

    /// The names of called functions, by their addresses in disassembly format.
    private Map<String, String> called(Image.Around around, String name) {
        var plan = around.plan();
        var called = new LinkedHashMap<String, String>();
        called.put("0x%x".formatted(plan.function()), name);
        called.put("0x%x".formatted(plan.enter()), "__bpf_prog_enter");
        called.put("0x%x".formatted(plan.exit()), "__bpf_prog_exit");
        Stream.of(plan.fentry(), plan.fmodRet(), plan.fexit()).flatMap(List::stream)
                .forEach(entry -> called.put("0x%x".formatted(entry), program(entry)));
        return called;
    }

    private static String name(Line line, Map<String, String> called) {
        return called.entrySet().stream().filter(address -> line.text().endsWith(address.getKey())).map(Map.Entry::getValue)
                .findFirst().orElse("");
    }

    /// `fentry first, fexit second`, in the order in which they run.
    private String attached(Image.Around around) {
        var plan = around.plan();
        return Stream.of(named("fentry", plan.fentry()), named("fmod_ret", plan.fmodRet()), named("fexit", plan.fexit()))
                .flatMap(names -> names).collect(Collectors.joining(", "));
    }

    private Stream<String> named(String kind, List<Long> entries) {
        return entries.stream().map(entry -> kind + " " + program(entry));
    }

    private String program(long entry) {
        for (int i = 0; i < images.size(); i++) {
            if (images.get(i).entry() == entry) {
                return source.programs().get(i).name();
            }
        }
        throw new IllegalArgumentException("no program of the case is at 0x%x".formatted(entry));
    }
}
