package dev.tailbound.campaign.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The command line of a worker: this Java and class path, with a main class that calls [Worker#serve].
///
/// @param main      the main class
/// @param arguments its arguments before the path of its heartbeat
/// @param classPath its class path
public record WorkerLaunch(String main, List<String> arguments, String classPath) {
    private static final String COPY = "tailbound.jar";

    public WorkerLaunch {
        arguments = List.copyOf(arguments);
    }

    public WorkerLaunch(String main, List<String> arguments) {
        this(main, arguments, System.getProperty("java.class.path"));
    }

    /// The same with a copy of the jar in `folder`: later workers use this build even if the jar is replaced.
    ///
    /// Classes that are not in a single jar are not copied, nor is a jar whose copy a class path could not name.
    public WorkerLaunch copiedTo(Path folder) throws IOException {
        var copy = folder.toAbsolutePath().resolve(COPY);
        if (classPath.contains(File.pathSeparator) || copy.toString().contains(File.pathSeparator)
                || !Files.isRegularFile(Path.of(classPath))) {
            return this;
        }
        Files.copy(Path.of(classPath), copy, StandardCopyOption.REPLACE_EXISTING);
        return new WorkerLaunch(main, arguments, copy.toString());
    }

    /// Deletes the copy of [#copiedTo].
    public static void deleteCopy(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(COPY));
    }

    List<String> line(Path heartbeat, Path crashLog) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m", "-XX:+UseSerialGC", // many such processes, each with one busy thread
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + crashLog.toAbsolutePath().toString().replace("%", "%%"),
                "-XX:+DisplayVMOutputToStderr", // standard output is for replies
                "-XX:-UsePerfData",
                "-cp", classPath, main));
        line.addAll(arguments);
        line.add(heartbeat.toAbsolutePath().toString()); // an absolute path cannot be mistaken for an option
        return line;
    }
}
