package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.disasm.MissingLibraryException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// The command line: `tailbound COMMAND`, one class per command.
@Command(name = "tailbound", version = "tailbound 0.1.0", mixinStandardHelpOptions = true,
        description = "Differential fuzzing of BPF JIT compilers where tail calls meet subprograms.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = { "0:all engines agree", "1:a finding", "2:bad usage or bad input",
            "3:something is missing from the environment" },
        subcommands = { RunCommand.class, FuzzCommand.class, MinimizeCommand.class, DumpCommand.class, ReportCommand.class,
            SchemesCommand.class,
            BenchCommand.class, ChoicesCommand.class, WorkerCommand.class })
public final class Tailbound implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    /// The commands, with what they throw turned into one line and an exit code.
    static CommandLine commandLine() {
        return new CommandLine(new Tailbound())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Tailbound::badUsage)
                .setExecutionExceptionHandler(Tailbound::failed);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }

    private static int badUsage(ParameterException failure, String... args) {
        var command = failure.getCommandLine();
        command.getErr().println(failure.getMessage());
        command.getErr().printf("try: %s --help%n", command.getCommandSpec().qualifiedName());
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        switch (failure) {
            case BadInput bad -> command.getErr().println(bad.getMessage());
            case MissingLibraryException missing -> {
                command.getErr().println(missing.getMessage());
                return ExitCode.MISSING;
            }
            default -> throw failure;
        }
        return ExitCode.BAD_INPUT;
    }
}
