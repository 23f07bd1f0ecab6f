package dev.tailbound.run.processor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// This machine's x86-64 processor. Instructions run in a process of their own, which an exception ends.
public final class HostProcessor implements Processor {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /// Exit codes after an exception of the processor: of Java, which handles it, and of a shell's 128 plus SIGILL, SIGTRAP, SIGABRT, SIGBUS,
    /// SIGFPE and SIGSEGV. SIGKILL is none of them.
    private static final Set<Integer> EXCEPTION = Set.of(1, 132, 133, 134, 135, 136, 139);

    private Process process;
    private DataOutputStream to;
    private DataInputStream from;

    /// Throws [UnusableProcessorException] if the process does not start.
    public HostProcessor() {
        start();
    }

    /// Why this machine's processor cannot run x86-64 code; empty if it can.
    public static Optional<String> obstacle() {
        var host = System.getProperty("os.arch");
        return host.equals("amd64") ? Optional.empty() : Optional.of("this host is " + (host.equals("aarch64") ? "arm64" : host));
    }

    /// The processor's name.
    public static String model() {
        return line("model name").orElse("an unnamed processor");
    }

    /// Whether it has the feature, by its name in `/proc/cpuinfo`.
    public static boolean has(String feature) {
        return line("flags").filter(flags -> List.of(flags.split(" ", -1)).contains(feature)).isPresent();
    }

    private static Optional<String> line(String name) {
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip());
        } catch (IOException _) {
            return Optional.empty(); // not mounted
        }
    }

    private void start() {
        try {
            process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                    "-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage", "-XX:-UsePerfData", "-cp",
                    System.getProperty("java.class.path"), HostProcess.class.getName()).start();
            to = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            from = new DataInputStream(new BufferedInputStream(process.getInputStream()));
            if (from.readInt() != Wire.READY) {
                throw new EOFException();
            }
        } catch (IOException e) {
            throw new UnusableProcessorException(
                    "process for native instructions: expected it to start, found: " + complaint(String.valueOf(e.getMessage())));
        }
    }

    private String complaint(String otherwise) {
        if (process == null) {
            return otherwise;
        }
        try (var errors = process.getErrorStream()) {
            return new String(errors.readAllBytes(), UTF_8).lines().findFirst().orElse(otherwise);
        } catch (IOException e) {
            return e.getMessage();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Trials that raise an exception cost a new process each.
    @Override
    public List<Effect> run(List<Trial> trials) {
        try {
            return List.copyOf(send(trials));
        } catch (IOException _) {
            int status = process.onExit().join().exitValue();
            if (!EXCEPTION.contains(status)) {
                throw new UnusableProcessorException(
                        "process for native instructions: expected effects, found its end with exit code %d: %s"
                                .formatted(status, complaint("no message")));
            }
            start();
        }
        if (trials.size() == 1) {
            return List.of(new Effect.Faulted());
        }
        var effects = new ArrayList<Effect>();
        trials.forEach(trial -> effects.addAll(run(List.of(trial))));
        return effects;
    }

    private List<Effect> send(List<Trial> trials) throws IOException {
        var effects = new ArrayList<Effect>();
        // Not all at once: both pipes could be full.
        for (int i = 0; i < trials.size(); i += 16) {
            var some = trials.subList(i, Math.min(i + 16, trials.size()));
            to.writeInt(some.size());
            for (var trial : some) {
                Wire.write(to, trial);
            }
            to.flush();
            for (var _ : some) {
                effects.add(Wire.effect(from));
            }
        }
        return effects;
    }

    private void end() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        end();
    }
}
