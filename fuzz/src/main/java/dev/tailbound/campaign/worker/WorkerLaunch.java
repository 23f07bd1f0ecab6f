package dev.tailbound.campaign.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// How a worker is started: this very Java on this very class path, with a main class that ends in [Worker#serve].
///
/// @param main      the main class
/// @param arguments what it is given, before the path of its heartbeat
/// @param classPath where its classes are
public record WorkerLaunch(String main, List<String> arguments, String classPath) {
    private static final String COPY = "tailbound.jar";

    public WorkerLaunch {
        arguments = List.copyOf(arguments);
    }

    public WorkerLaunch(String main, List<String> arguments) {
        this(main, arguments, System.getProperty("java.class.path"));
    }

    /// The same from a copy of the jar in `folder`: workers that are started later are of this build, too, whatever replaces the jar.
    ///
    /// Classes that are not in one jar stay where they are, and so does a jar that a class path could not name in that folder.
    public WorkerLaunch copiedTo(Path folder) throws IOException {
        var copy = folder.toAbsolutePath().resolve(COPY);
        if (classPath.contains(File.pathSeparator) || copy.toString().contains(File.pathSeparator) || !Files.isRegularFile(Path
                .of(
                        classPath))) {
            return this;
        }
        Files.copy(Path.of(classPath), copy, StandardCopyOption.REPLACE_EXISTING);
        return new WorkerLaunch(main, arguments, copy.toString());
    }

    /// Deletes what [#copiedTo] made.
    public static void deleteCopy(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve(COPY));
    }

    List<String> line(Path heartbeat, Path crashLog) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m", "-XX:+UseSerialGC", // one thread of work, and many such processes
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + crashLog.toAbsolutePath().toString().replace("%", "%%"),
                "-XX:+DisplayVMOutputToStderr", // standard output is for answers
                "-XX:-UsePerfData",
                "-cp", classPath, main));
        line.addAll(arguments);
        line.add(heartbeat.toAbsolutePath().toString()); // which no option and no other word begins like
        return line;
    }
}
