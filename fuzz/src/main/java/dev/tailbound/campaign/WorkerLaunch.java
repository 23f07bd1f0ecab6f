package dev.tailbound.campaign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a worker is started: this very Java on this very class path, with a main class that ends in [Worker#serve].
///
/// @param main      the main class
/// @param arguments what it is given, in front of the path of its heartbeat
public record WorkerLaunch(String main, List<String> arguments) {
    public WorkerLaunch {
        arguments = List.copyOf(arguments);
    }

    List<String> line(Path heartbeat, Path crashLog) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m", "-XX:+UseSerialGC", // one thread of work, and many such processes
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + crashLog,
                "-XX:+DisplayVMOutputToStderr", // standard output is for answers
                "-XX:-UsePerfData",
                "-cp", System.getProperty("java.class.path"), main));
        line.addAll(arguments);
        line.add(heartbeat.toString());
        return line;
    }
}
