package dev.tailbound.cli;

import dev.tailbound.campaign.check.SoundEngines;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Signature;
import dev.tailbound.files.OutputFile;
import dev.tailbound.isa.BadInput;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.verify.Verdict;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound minimize`: prints the smallest case with the same signature.
@Command(name = "minimize", mixinStandardHelpOptions = true, description = "Finds the smallest case with the same signature.")
final class MinimizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A case on which the engines differ.")
    private Path file;

    @Mixin
    private ProgramFiles programs;

    @Mixin
    private EngineOptions options;

    @Option(names = "--output", paramLabel = "FILE", description = "File for the smallest case. Default: standard output.")
    private Path output;

    @Option(names = "--time", paramLabel = "DURATION", converter = DurationConverter.class, description = {
        "Stop after this time, such as 60s or 10m, with the smallest case so far. Ctrl-C does the same." })
    private Duration time;

    @Override
    public Integer call() {
        var target = output == null ? null : OutputFile.at(output);
        // The file's expectations are dropped: smaller cases compute other results.
        var source = programs.readOne(file).source().withExpectation(Expectation.NONE);
        try (var differential = options.open();
                var sound = SoundEngines.beside(options.set(), () -> {});
                var interruption = new Interruption()) {
            var signature = signature(source, differential);
            var agreesElsewhere = sound.agreeingOn(source);
            var progress = progress(source);
            interruption.runs(progress::interrupt);
            var minimizer = new Minimizer(candidate -> keeps(candidate, progress, smaller -> divergence(smaller, differential)
                    .filter(signature::equals).isPresent() && agreesElsewhere.test(smaller)), progress);
            var smallest = minimizer.minimize(source);
            progress.end();
            write(target, CasePrinter.print(smallest));
            spec.commandLine().getErr().printf("%s: %d instructions became %d, %d candidates tried%s%n", signature,
                    MinimizeProgress.instructions(source), MinimizeProgress.instructions(smallest), minimizer.tried(),
                    minimizer.isCut() ? "; not minimal: the search was stopped" : "");
            spec.commandLine().getErr().flush();
            interruption.exitsWith(ExitCode.FINDING);
        }
        return ExitCode.FINDING;
    }

    private MinimizeProgress progress(Case source) {
        boolean terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        // Directly, since the command's writer would escape the sequence that erases the line.
        var err = terminal ? new PrintWriter(System.err, true, System.err.charset()) : spec.commandLine().getErr();
        return new MinimizeProgress(err, terminal, source, Optional.ofNullable(time), System::nanoTime);
    }

    /// Ctrl-C reaches the processes of engines, too: what they then answer says nothing about the candidate.
    private static boolean keeps(Case candidate, MinimizeProgress progress, Predicate<Case> test) {
        try {
            return test.test(candidate) && !progress.isInterrupted();
        } catch (RuntimeException failure) {
            if (progress.isInterrupted()) {
                return false;
            }
            throw failure;
        }
    }

    private Signature signature(Case source, Differential differential) {
        if (differential.verify(source) instanceof Verdict.Rejected rejected) {
            throw new BadInput(file.toString(), Places.describe(rejected));
        }
        return divergence(source, differential)
                .orElseThrow(() -> new BadInput(file.toString(), "expected engines that differ, found that %s do not differ"
                        .formatted(String.join(", ", differential.engineNames()))));
    }

    /// The signature of the case's divergence; empty if the case is rejected or does not diverge.
    private static Optional<Signature> divergence(Case candidate, Differential differential) {
        return differential.verify(candidate) instanceof Verdict.Accepted(var verified)
                && differential.compare(verified).comparison() instanceof Comparison.Diverge(var signature, _)
                        ? Optional.of(signature)
                        : Optional.empty();
    }

    private void write(OutputFile target, String text) {
        if (target == null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            return;
        }
        try {
            target.write(text);
        } catch (IOException e) {
            throw new UnwritableException(output, e);
        }
    }
}
