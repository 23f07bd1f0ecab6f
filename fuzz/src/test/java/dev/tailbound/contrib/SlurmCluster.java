package dev.tailbound.contrib;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Slurm cluster of this machine alone, with all of its files in one folder; needs root, munge and slurm-wlm.
final class SlurmCluster implements AutoCloseable {
    private static final List<String> PROGRAMS = List.of("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue");
    private static final int SECONDS_TO_END = 30;

    private final Path folder;
    private final List<Process> daemons = new ArrayList<>();

    SlurmCluster(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("state"));
        Files.createDirectories(folder.resolve("spool"));
        var key = Files.write(folder.resolve("munge.key"), new byte[1024]);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        Files.writeString(folder.resolve("slurm.conf"), configuration());
        start("munged", "--foreground", "--force", "--key-file=" + key, "--socket=" + folder.resolve("munge.socket"),
                "--pid-file=" + folder.resolve("munge.pid"), "--log-file=" + folder.resolve("munge.log"),
                "--seed-file=" + folder.resolve("munge.seed"));
        awaitFile(folder.resolve("munge.socket"));
        start("slurmctld", "-D", "-f", conf());
        start("slurmd", "-D", "-f", conf());
        while (!run(Map.of(), "sinfo", "--noheader", "--format=%t").strip().equals("idle")) {
            requireAlive();
            Thread.sleep(200);
        }
    }

    /// Whether this machine can run a cluster.
    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name")) && PROGRAMS.stream().allMatch(SlurmCluster::isInstalled);
    }

    private static boolean isInstalled(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin").anyMatch(
                place -> Files.isExecutable(Path.of(place, program)));
    }

    private String conf() {
        return folder.resolve("slurm.conf").toString();
    }

    private String configuration() throws IOException {
        var host = run(Map.of(), "hostname", "-s").strip();
        return """
                ClusterName=test
                SlurmctldHost=HOST(127.0.0.1)
                SlurmctldPort=%d
                SlurmdPort=%d
                AuthType=auth/munge
                AuthInfo=socket=DIR/munge.socket
                SlurmUser=root
                SlurmdUser=root
                StateSaveLocation=DIR/state
                SlurmdSpoolDir=DIR/spool
                SlurmctldPidFile=DIR/slurmctld.pid
                SlurmdPidFile=DIR/slurmd.pid
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                SelectType=select/cons_tres
                SelectTypeParameters=CR_Core
                SchedulerParameters=sched_interval=1,bf_interval=1
                MpiDefault=none
                SwitchType=switch/none
                ReturnToService=2
                NodeName=HOST NodeAddr=127.0.0.1 CPUs=%d State=UNKNOWN
                PartitionName=test Nodes=HOST Default=YES State=UP
                """.formatted(freePort(), freePort(), Runtime.getRuntime().availableProcessors()).replace("HOST", host)
                .replace("DIR", folder.toString());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void start(String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".out").toFile());
        builder.environment().put("SLURM_CONF", conf());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin");
        daemons.add(builder.start());
    }

    private static void awaitFile(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            Thread.sleep(50);
        }
    }

    private void requireAlive() {
        if (!daemons.stream().allMatch(Process::isAlive)) {
            throw new IllegalStateException("a daemon of Slurm has ended, see " + folder);
        }
    }

    /// The standard output of a command that talks to the cluster.
    String run(Map<String, String> environment, String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().putAll(environment);
        builder.environment().put("SLURM_CONF", conf());
        return new String(builder.start().getInputStream().readAllBytes(), UTF_8);
    }

    /// Waits until no job is left.
    void await() throws IOException, InterruptedException {
        while (!run(Map.of(), "squeue", "--noheader").isBlank()) {
            requireAlive();
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        for (var daemon : daemons.reversed()) {
            daemon.destroy();
            try {
                if (!daemon.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    daemon.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
