package dev.tailbound.run.kernel;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.util.ArrayList;
import java.util.List;

/// A case of a few programs without maps; the first is the entry.
final class TestPrograms {
    private final List<Program> programs = new ArrayList<>();

    TestPrograms program(String name, String text) {
        programs.add(AsmParser.parse(name, text, List.of()));
        return this;
    }

    Case source() {
        return new Case("", List.of(), programs, programs.getFirst().name(), Context.Skb.defaults(), Environment.DEFAULT,
                Expectation.NONE);
    }
}
