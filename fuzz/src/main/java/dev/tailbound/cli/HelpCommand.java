package dev.tailbound.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// `tailbound help COMMAND`: the same as `tailbound COMMAND --help`.
@Command(name = "help", mixinStandardHelpOptions = true, description = "Shows the help of a command.")
final class HelpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Default: the list of commands.")
    private String command;

    @Override
    public Integer call() {
        var root = spec.root().commandLine();
        var asked = command == null ? root : root.getSubcommands().get(command);
        if (asked == null) {
            throw new UnmatchedArgumentException(root, List.of(command));
        }
        asked.usage(root.getOut());
        return ExitCode.AGREE;
    }
}
