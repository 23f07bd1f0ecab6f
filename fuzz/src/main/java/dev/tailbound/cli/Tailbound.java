package dev.tailbound.cli;

import dev.tailbound.campaign.worker.WorkersDoNotStartException;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.jit.disasm.UnusableLibraryException;
import dev.tailbound.run.external.UnusableEngineException;
import dev.tailbound.run.kernel.UnusableCacheException;
import dev.tailbound.run.processor.UnusableProcessorException;
import dev.tailbound.setup.MissingToolException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The command line: `tailbound COMMAND`, one class per command.
@Command(name = "tailbound", versionProvider = Versions.class, mixinStandardHelpOptions = true,
        description = "Differential fuzzing of BPF JIT compilers where tail calls meet subprograms.",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:no finding: all engines agree, or the runs cannot be compared (inconclusive)",
            "1:a finding",
            "2:bad usage or bad input",
            "3:something is missing from the environment, or output cannot be written",
            "70:Tailbound itself failed, which is a bug",
            "130, 143:ended by SIGINT or SIGTERM; fuzz and minimize instead end with their result and one of the above" },
        subcommands = { RunCommand.class, FuzzCommand.class, MinimizeCommand.class, DumpCommand.class, ReportCommand.class,
            MergeCommand.class, ImportCommand.class, ExportCommand.class, MailCommand.class, ConformanceCommand.class,
            PluginCommand.class, SchemesCommand.class, BenchCommand.class, ChoicesCommand.class, CheckKernelCommand.class,
            CheckVerifierCommand.class, CheckEmulatorCommand.class, KernelsCommand.class, DoctorCommand.class, HelpCommand.class,
            WorkerCommand.class })
public final class Tailbound implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        var output = StandardOutput.install();
        var command = commandLine(writer(System.out), writer(System.err));
        int code = command.execute(args);
        command.getOut().flush();
        System.out.flush();
        if (output.hasLost()) {
            command.getErr().println("standard output: cannot be written, output is lost");
            code = ExitCode.MISSING;
        }
        System.exit(code);
    }

    private static Writer writer(PrintStream stream) {
        return new OutputStreamWriter(stream, stream.charset());
    }

    /// The commands; exceptions become one line on stderr and an exit code.
    static CommandLine commandLine(Writer out, Writer err) {
        var command = new CommandLine(new Tailbound());
        command.getSubcommands().values().forEach(each -> each.getCommandSpec().versionProvider(new Versions()));
        Examples.addTo(command);
        return command
                .setOut(EscapingWriter.to(out)).setErr(EscapingWriter.to(err))
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setExpandAtFiles(false) // @ at the start of a file name has no special meaning
                .setResourceBundle(new HelpTexts())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, new PathConverter())
                .registerConverter(int.class, NumberConverter.INT).registerConverter(Integer.class, NumberConverter.INT)
                .registerConverter(long.class, NumberConverter.LONG).registerConverter(Long.class, NumberConverter.LONG)
                .setParameterExceptionHandler(Tailbound::badUsage)
                .setExecutionStrategy(Tailbound::execute)
                .setExecutionExceptionHandler(Tailbound::failed);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }

    private static int badUsage(ParameterException failure, String... args) {
        failure.getCommandLine().getErr().println(new UsageError(failure).describe());
        return ExitCode.BAD_INPUT;
    }

    /// Runs the command. Picocli does not handle an [Error], so it is wrapped in an exception.
    private static int execute(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error error) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), "failed", error);
        }
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure.getCause() instanceof OutOfMemoryError) {
            command.getErr().printf("out of memory: expected more than the %d MiB of Java's maximum heap, see its option -Xmx%n",
                    Runtime.getRuntime().maxMemory() >> 20);
            return ExitCode.MISSING;
        }
        return switch (failure) {
            case BadInput bad -> complain(command, bad, ExitCode.BAD_INPUT);
            case UnusableLibraryException unusable -> complain(command, unusable, ExitCode.MISSING);
            case WorkersDoNotStartException unusable -> complain(command, unusable, ExitCode.MISSING);
            case MissingToolException missing -> complain(command, missing, ExitCode.MISSING);
            case UnusableEngineException unusable -> complain(command, unusable, ExitCode.MISSING);
            case UnusableProcessorException unusable -> complain(command, unusable, ExitCode.MISSING);
            case UnusableCacheException unusable -> complain(command, unusable, ExitCode.MISSING);
            case UnwritableException lost -> complain(command, lost, ExitCode.MISSING);
            default -> {
                command.getErr().println(new FailureTrace(failure).describe());
                yield ExitCode.FAILED;
            }
        };
    }

    private static int complain(CommandLine command, Exception failure, int exitCode) {
        command.getErr().println(Printable.line(failure.getMessage()));
        return exitCode;
    }
}
