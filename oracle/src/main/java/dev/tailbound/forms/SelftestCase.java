package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The case that enters one function of a selftest, with the functions that it calls as subprograms, and those in its program arrays.
final class SelftestCase {
    private static final Pattern CALL = Pattern.compile("(?:^|[:\\s])call\\s+(\\w+)$");
    private static final Pattern LINE = Pattern.compile("\\d+");

    /// The kernels' limit for a program, including the main function.
    private static final int MAX_FUNCTIONS = 256;
    private static final int MAX_PROGRAMS = 256;

    private final Source source;
    private final SelftestFile file;
    private final CVariables variables;
    private final CFunction entry;
    private final CaseDraft draft;
    private boolean hasHash;
    /// Functions in program arrays whose programs are still to come.
    private final ArrayDeque<String> targets = new ArrayDeque<>();

    SelftestCase(Source source, SelftestFile file, CFunction entry) {
        this.source = source;
        this.file = file;
        this.entry = entry;
        variables = new CVariables(file);
        draft = new CaseDraft(source);
    }

    /// Throws [BadInput].
    CaseDraft draft() {
        entry.text("__description").ifPresent(draft::comment);
        var program = program(entry);
        draft.program(program);
        var done = new LinkedHashSet<>(Set.of(entry.name()));
        while (!targets.isEmpty()) {
            var target = targets.remove();
            if (done.size() == MAX_PROGRAMS) {
                throw entry.bad("more than %d programs in program arrays".formatted(MAX_PROGRAMS));
            }
            if (done.add(target)) {
                draft.program(program(function(target)));
            }
        }
        expect(program);
        return draft;
    }

    private CFunction function(String name) {
        var function = file.functions().get(name);
        if (function == null) {
            throw entry.bad("%s is in a program array, but not defined here".formatted(BadInput.quoted(name)));
        }
        return function;
    }

    private void expect(Program program) {
        var type = entry.section().map(section -> "SEC(\"%s\")".formatted(section)).orElse("a program without SEC");
        boolean hasSkb = entry.section().map(ProgramTypes::sectionHasSkb).orElse(true);
        if (!hasSkb) {
            ProgramTypes.guessContext(draft, type);
        }
        if (entry.hasTag("__failure")) {
            KernelMessages.expect(draft, entry.text("__msg").orElse(""));
            return;
        }
        var retval = entry.tag("__retval");
        if (retval.isEmpty() || retval.get().peek().is("POINTER_VALUE")) {
            return;
        }
        var missing = hasHash ? "a hash is an array here" : hasSkb ? "" : ProgramTypes.whyNotRun(type, program);
        if (missing.isEmpty()) {
            draft.expect(Expectation.ofRetval((int) file.scope().constant(retval.get()).bits()));
        } else {
            draft.comment("no result is expected: " + missing);
        }
    }

    /// The function, then the functions that it calls, each once, in the order of the calls.
    private Program program(CFunction main) {
        var functions = new LinkedHashMap<String, List<AsmStatement>>();
        var pending = new ArrayDeque<CFunction>(List.of(main));
        while (!pending.isEmpty()) {
            var function = pending.remove();
            if (functions.containsKey(function.name())) {
                continue;
            }
            if (functions.size() == MAX_FUNCTIONS) {
                throw main.bad("%s calls more than %d functions".formatted(main.name(), MAX_FUNCTIONS));
            }
            var statements = function.statements(file.scope(), this::address);
            functions.put(function.name(), statements);
            for (var statement : statements) {
                called(statement).ifPresent(pending::add);
            }
        }
        return parse(main, functions);
    }

    private Optional<CFunction> called(AsmStatement statement) {
        var call = CALL.matcher(statement.text().strip());
        return call.find() ? Optional.ofNullable(file.functions().get(call.group(1))) : Optional.empty();
    }

    private Program parse(CFunction main, Map<String, List<AsmStatement>> functions) {
        var text = new StringBuilder();
        var lines = new ArrayList<Integer>();
        functions.forEach((name, statements) -> {
            // A recursive call of the main function needs a label, too.
            text.append(name).append(":\n");
            lines.add(statements.getFirst().line());
            for (var statement : statements) {
                text.append(statement.text()).append('\n');
                lines.add(statement.line());
            }
        });
        try {
            return AsmParser.parse(main.name(), text.toString(), draft.mapNames());
        } catch (BadInput malformed) {
            int line = LINE.matcher(malformed.where()).matches() ? Integer.parseInt(malformed.where()) : 0;
            throw new BadInput(source.at(line < 1 || line > lines.size() ? main.line() : lines.get(line - 1)), malformed.what());
        } catch (IllegalArgumentException malformed) {
            throw new BadInput(source.at(main.line()), malformed.getMessage());
        }
    }

    /// The text of a map's or variable's address; the case gets the map, and the programs in it. Empty where the file declares neither.
    private String address(String name) {
        if (!variables.declares(name)) {
            return "";
        }
        draft.map(name, () -> {
            var declared = variables.declare(name, draft);
            hasHash |= declared.isHash();
            if (declared.map() instanceof BpfMap.ProgArray array) {
                targets.addAll(array.slots().values());
            }
            return declared.map();
        });
        return "map[%s]%s".formatted(name, variables.isMap(name) ? "" : "[0]");
    }
}
