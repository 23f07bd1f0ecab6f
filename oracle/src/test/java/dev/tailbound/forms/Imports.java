package dev.tailbound.forms;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Inputs of tests, read.
final class Imports {
    private Imports() {}

    static Source source(String text) {
        return new Source("input", text.getBytes(UTF_8));
    }

    /// A file below `forms/` of the resources.
    static Source resource(String file) {
        try (var in = Imports.class.getResourceAsStream("/forms/" + file)) {
            return new Source(file.substring(file.lastIndexOf('/') + 1), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The one case of a source, in the form that its content shows.
    static Case read(Source source) {
        return read(source, ImportOptions.NONE);
    }

    static Case read(Source source, ImportOptions options) {
        var all = Forms.read(source, options);
        if (all.size() != 1) {
            throw new IllegalStateException("%d cases".formatted(all.size()));
        }
        return all.getFirst().source();
    }

    /// The text of a program, maps by name and made-up labels: what forms without labels can hold.
    static String text(Case source, int program) {
        return text(source.programs().get(program), source.maps().stream().map(BpfMap::name).toList());
    }

    static String text(Program program, List<String> maps) {
        var insns = new ArrayList<>(program.insns());
        // No listing shows whose kfunc it is.
        insns.replaceAll(insn -> insn instanceof Insn.CallKfunc call ? new Insn.CallKfunc(call.id(), 0) : insn);
        return AsmPrinter.print(new Program("p", insns), maps);
    }
}
