package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import java.util.List;

/// Kernel selftests in C whose functions are `__naked` and made of inline assembly.
final class SelftestForm implements Form {
    @Override
    public String word() {
        return "selftest";
    }

    @Override
    public String phrase() {
        return "a kernel selftest in C, with inline assembly in __naked functions";
    }

    @Override
    public boolean recognizes(Source source) {
        return SelftestFile.occursIn(source);
    }

    /// A case for each function with a section; functions marked as `__auxiliary`, which tests only tail-call, are entered by `--program` alone.
    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        var file = SelftestFile.of(source);
        var entries = file.functions().values().stream().filter(function -> function.section().isPresent()).toList();
        if (entries.isEmpty()) {
            entries = file.functions().values().stream()
                    .filter(function -> function.hasTag("__naked") && !function.hasTag("static")).toList();
        }
        if (options.entry().isPresent()) {
            var names = entries.stream().map(CFunction::name).toList();
            var chosen = entries.get(TestNames.chosen(source, names, options.entry().get()));
            return List.of(new Imported(chosen.name(), new SelftestCase(source, file, chosen).draft().build()));
        }
        var tests = entries.stream().filter(function -> !function.hasTag("__auxiliary")).toList();
        var entered = tests.isEmpty() ? entries : tests;
        if (entered.isEmpty()) {
            throw new BadInput(source.file(), "expected a function with SEC(\"...\"), found none");
        }
        var drafts = new ReadableTests(source, entered.stream().map(CFunction::name).toList());
        entered.forEach(function -> drafts.add(() -> new SelftestCase(source, file, function).draft()));
        return drafts.cases();
    }
}
