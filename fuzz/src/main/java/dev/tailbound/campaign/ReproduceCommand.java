package dev.tailbound.campaign;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command that runs a stored case again, as a shell takes it.
public final class ReproduceCommand {
    private ReproduceCommand() {}

    /// `./tailbound run FILE OPTION...`
    public static String line(Path file, List<String> options) {
        return Stream.concat(Stream.of("./tailbound", "run", file.toString()), options.stream())
                .map(ReproduceCommand::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9._+:/=,-][A-Za-z0-9._+:/=,~-]*") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
