package dev.tailbound.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: `tailbound COMMAND`, one class per command.
@Command(name = "tailbound", version = "tailbound 0.1.0", mixinStandardHelpOptions = true,
        description = "Differential fuzzing of BPF JIT compilers where tail calls meet subprograms.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = { "0:all engines agree", "1:a finding", "2:bad usage or bad input",
            "3:something is missing from the environment" })
public final class Tailbound implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    public static void main(String... args) {
        System.exit(new CommandLine(new Tailbound()).execute(args));
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command, found none");
    }
}
