package dev.tailbound.cli;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.emulator.EmittedForms;
import dev.tailbound.emulator.EmulatorCheck;
import dev.tailbound.emulator.FormSurvey;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.emulated.EmulatedProcessor;
import dev.tailbound.run.processor.HostProcessor;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound check-emulator`: where Unicorn differs from this machine's processor.
@Command(name = "check-emulator", mixinStandardHelpOptions = true,
        description = {
            "Runs each instruction form that the x86-64 backend emits in Unicorn and on this machine's processor, from states with corner values, and compares the results.",
            "Exits with 1 if they differ, and with 0 if they agree or this machine's processor cannot run the code." })
final class CheckEmulatorCommand implements Callable<Integer> {
    private static final String SUITE = "tailbound check-emulator";
    private static final String ARM64 = "arm64 forms: not compared: ";

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Seed of the generated programs and of the states. Default: 1.")
    private long seed;

    @Option(names = "--cases", paramLabel = "N", defaultValue = "1000", description = "Runs of each form. Default: 1000.")
    private int count;

    @Option(names = "--uncorrected", description = "Unicorn alone, without the corrections of the emulated engines.")
    private boolean uncorrected;

    @Option(names = "--all", description = "List all forms, not only those that differ.")
    private boolean all;

    @Mixin
    private CorpusOption corpus;

    @Mixin
    private TestFormatOption format;

    @Override
    public Integer call() {
        if (count < 1) {
            throw new BadInput("--cases", "expected at least 1, found " + count);
        }
        var out = spec.commandLine().getOut();
        var obstacle = HostProcessor.obstacle();
        if (obstacle.isPresent()) {
            var skipped = List.of(TestResult.of("x86-64 forms", TestResult.Status.SKIPPED, obstacle.get()));
            if (!format.print(SUITE, skipped, out)) {
                out.println("x86-64 forms: not compared: " + obstacle.get());
                out.println(ARM64 + "only x86-64 processors can be compared with");
            }
            out.flush();
            return ExitCode.AGREE;
        }
        var cases = Corpus.files(List.of(corpus.folder())).stream().map(CaseReader::read).toList();
        List<EmulatorCheck.Result> results;
        List<String> unknown;
        try (var survey = EmittedForms.survey(cases, seed);
                var emulator = new EmulatedProcessor(!uncorrected);
                var processor = new HostProcessor()) {
            results = check(survey, emulator, processor);
            unknown = survey.unknown();
        }
        if (!format.print(SUITE, results.stream().map(CheckEmulatorCommand::result).toList(), out)) {
            print(out, results, unknown);
        }
        out.flush();
        return results.stream().allMatch(EmulatorCheck.Result::agrees) ? ExitCode.AGREE : ExitCode.FINDING;
    }

    private List<EmulatorCheck.Result> check(FormSurvey survey, EmulatedProcessor emulator, HostProcessor processor) {
        return new EmulatorCheck(emulator, processor, HostProcessor::has).check(survey, seed, count);
    }

    private void print(PrintWriter out, List<EmulatorCheck.Result> results, List<String> unknown) {
        out.println(
                "%s%s, and %s".formatted(EmulatedEngine.library(), uncorrected ? ", uncorrected" : "", HostProcessor.model()));
        if (all) {
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("form", "encodings", "runs", "differ"));
            results.forEach(result -> rows.add(List.of(result.form(), Integer.toString(result.encodings()),
                    Integer.toString(result.runs()), Integer.toString(result.differences()))));
            Table.print(out, "  ", rows);
        }
        for (var result : results) {
            if (!result.agrees()) {
                out.println("  %s: %s".formatted(result.form(), count(result)));
                result.first().forEach(line -> out.println("    " + line));
            }
        }
        unknown.forEach(text -> out.println("  not compared: " + text));
        out.println("x86-64 forms: %d, of which %d differ, in %d runs".formatted(results.size(),
                results.stream().filter(result -> !result.agrees()).count(),
                results.stream().mapToLong(EmulatorCheck.Result::runs).sum()));
        out.println(ARM64 + "this host is x86-64");
    }

    private static TestResult result(EmulatorCheck.Result result) {
        return result.agrees() ? TestResult.passed(result.form())
                : new TestResult(result.form(), TestResult.Status.FAILED,
                        count(result), result.first());
    }

    private static String count(EmulatorCheck.Result result) {
        return "%d of %d runs differ".formatted(result.differences(), result.runs());
    }
}
