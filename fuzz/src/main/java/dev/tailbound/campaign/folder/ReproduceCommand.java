package dev.tailbound.campaign.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.isa.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The commands that run a stored case again, quoted for a shell.
public final class ReproduceCommand {
    private static final String LAUNCHER = "tailbound";

    private ReproduceCommand() {}

    /// `./tailbound run FILE OPTION...`, in a checkout.
    public static String line(Path file, List<String> options) {
        return line(Path.of(".", LAUNCHER), "run", with(file, options));
    }

    /// The same with absolute paths, which works from any folder of the machine.
    public static String anywhere(CaseVerdict verdict, Path file, List<String> options) {
        return prefix(verdict) + anywhere("run", with(file.toAbsolutePath().normalize(), options));
    }

    /// The same in a checkout, for a reader who has only the case file.
    public static String withFileAlone(CaseVerdict verdict, Path file, List<String> options) {
        return prefix(verdict) + line(file.getFileName(), options);
    }

    /// A hanging case needs a timeout.
    private static String prefix(CaseVerdict verdict) {
        return verdict == CaseVerdict.HANG ? "timeout 60 " : "";
    }

    /// A command of the running Tailbound; relative to the current folder if it was not started by its launcher.
    static String anywhere(String command, List<String> arguments) {
        return line(Path.of(System.getProperty("tailbound.home", "."), LAUNCHER), command, arguments);
    }

    private static String line(Path launcher, String command, List<String> arguments) {
        return Stream.concat(Stream.of(launcher.toString(), command), arguments.stream())
                .map(ReproduceCommand::quoted).collect(Collectors.joining(" "));
    }

    private static List<String> with(Path file, List<String> options) {
        return Stream.concat(Stream.of(file.toString()), options.stream()).toList();
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9._+:/=,-][A-Za-z0-9._+:/=,~-]*") ? word
                : word.codePoints().allMatch(Printable::isPrintable) ? "'" + word.replace("'", "'\\''") + "'" : escaped(word);
    }

    /// `$'a\012b'`: bytes of characters that are not printable in octal.
    private static String escaped(String word) {
        var quoted = new StringBuilder("$'");
        word.codePoints().forEach(c -> {
            if (c == '\'' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Printable.isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(UTF_8)) {
                    quoted.append("\\%03o".formatted(b & 0xff));
                }
            }
        });
        return quoted.append('\'').toString();
    }
}
