package dev.tailbound.cli;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.CrashArtifacts;
import dev.tailbound.campaign.check.Explainer;
import dev.tailbound.campaign.check.GuestTimes;
import dev.tailbound.campaign.check.KernelIssues;
import dev.tailbound.campaign.check.SoundEngines;
import dev.tailbound.campaign.worker.Heartbeat;
import dev.tailbound.campaign.worker.IsolatedRunner;
import dev.tailbound.campaign.worker.Worker;
import dev.tailbound.campaign.worker.WorkerLaunch;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.report.KernelLockstep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The hidden command of `tailbound fuzz`'s worker processes; it replies to its parent on standard output.
@Command(name = WorkerCommand.NAME, hidden = true, description = "A worker of tailbound fuzz.")
final class WorkerCommand implements Callable<Integer> {
    static final String NAME = "worker";

    @Option(names = "--seed", required = true)
    private long seed;

    @Mixin
    private EngineOptions engines;

    @Parameters(paramLabel = "HEARTBEAT")
    private Path heartbeat;

    /// The command line of a worker for the cases of a seed and these engines.
    static WorkerLaunch launch(long seed, EngineSet engines) {
        var arguments = new ArrayList<String>(List.of(NAME, "--seed", Long.toString(seed)));
        arguments.addAll(engines.options());
        return new WorkerLaunch(Tailbound.class.getName(), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var set = engines.set();
        try (var alive = new Heartbeat(heartbeat); var differential = set.open()) {
            Runnable beat = () -> {
                alive.beat();
                alive.kernels(GuestTimes.of(differential));
            };
            differential.start(beat);
            var checker = new Checker(differential, beat);
            var explainer = Explainer.firstWrongInstruction(differential).and((verified, divergence) -> section(
                    KernelLockstep.explain(verified, divergence, differential)));
            var folder = heartbeat.toAbsolutePath().getParent();
            Worker.serve(alive,
                    new Worker.Tools(CaseSource.seeded(seed, set.specs()), checker, KernelIssues.of(differential), explainer,
                            () -> new IsolatedRunner(launch(seed, set), folder, heartbeat.getFileName() + ".guard", alive::beat),
                            () -> SoundEngines.beside(set, beat), new CrashArtifacts(folder)));
            return ExitCode.AGREE;
        }
    }

    private static String section(List<String> lines) {
        return lines.isEmpty() ? "" : "## The kernel's machine code\n\n" + String.join("\n", lines).indent(4) + "\n";
    }
}
