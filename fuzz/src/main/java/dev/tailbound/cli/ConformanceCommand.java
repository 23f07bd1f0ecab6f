package dev.tailbound.cli;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cli.ConformanceResult.Word;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound conformance`: runs test files of bpf_conformance on engines, and counts results.
@Command(name = "conformance", mixinStandardHelpOptions = true, description = {
    "Runs .data files of bpf_conformance on engines and counts those that pass. A file with -- error passes if the program is refused." })
final class ConformanceCommand implements Callable<Integer> {
    private enum Format {
        TEXT, JSON
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, or folders of *.data files.")
    private List<Path> paths;

    @Mixin
    private EngineOptions options;

    @Option(names = "--unverified", description = "Also run programs that the verifier refuses, if their behaviour is defined.")
    private boolean unverified;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = {
        "text, or json: one object per line for each file and engine, whose result is pass, fail, refused or skipped, then one with the"
                + " counts of each engine; default: text." })
    private Format format;

    private final Map<String, Map<Word, Integer>> tally = new LinkedHashMap<>();
    private boolean unreadable;

    @Override
    public Integer call() {
        var files = Corpus.files(paths, ".data");
        try (var differential = options.open()) {
            var conformance = new Conformance(differential, options.set().rule(), unverified);
            differential.engineNames().forEach(engine -> tally.put(engine, new EnumMap<>(Word.class)));
            for (var file : files) {
                var graded = conformance.grade(new Source(file.toString(), CaseReader.bytes(file)));
                unreadable |= graded.unreadable();
                graded.results().forEach((engine, result) -> tally.get(engine).merge(result.word(), 1, Integer::sum));
                print(file, graded);
            }
        }
        printTally();
        out().flush();
        return tally.values().stream().anyMatch(counts -> counts.containsKey(Word.FAIL)) ? ExitCode.FINDING
                : unreadable ? ExitCode.BAD_INPUT : ExitCode.AGREE;
    }

    private void print(Path file, Conformance.Graded graded) {
        switch (format) {
            case TEXT -> printText(file, graded);
            case JSON -> graded.results().forEach((engine, result) -> {
                var line = new LinkedHashMap<String, Object>();
                line.put("case", file.toString());
                line.put("engine", engine);
                line.put("result", result.word().toString());
                if (!result.reason().isEmpty()) {
                    line.put("reason", result.reason());
                }
                if (graded.unverified()) {
                    line.put("unverified", true);
                }
                printJson(line);
            });
        }
    }

    /// Prints results other than `pass`, each with its engines.
    private void printText(Path file, Conformance.Graded graded) {
        var engines = new LinkedHashMap<ConformanceResult, List<String>>();
        graded.results().forEach((engine, result) -> engines.computeIfAbsent(result, _ -> new ArrayList<>()).add(engine));
        engines.forEach((result, names) -> {
            if (result.word() != Word.PASS || graded.unverified()) {
                out().println(Printable.line("%s: %s%s%s%s".formatted(file, result.word(), graded.unverified() ? " (unverified)"
                        : "",
                        names.size() == tally.size() ? "" : " on " + String.join(", ", names), result.reason().isEmpty() ? ""
                                : ": " + result.reason())));
            }
        });
    }

    private void printTally() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("engine", "pass", "fail", "refused", "skipped"));
        tally.forEach((engine, counts) -> {
            if (format == Format.JSON) {
                var line = new LinkedHashMap<String, Object>();
                line.put("engine", engine);
                Stream.of(Word.values()).forEach(word -> line.put(word.toString(), counts.getOrDefault(word, 0)));
                printJson(line);
            }
            rows.add(Stream.concat(Stream.of(engine),
                    Stream.of(Word.values()).map(word -> Integer.toString(counts.getOrDefault(word, 0)))).toList());
        });
        if (format == Format.TEXT) {
            Table.print(out(), "", rows);
        }
    }

    private void printJson(Map<String, Object> line) {
        Json.write(line, out());
        out().println();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
