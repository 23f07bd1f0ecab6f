package dev.tailbound.cli;

import dev.tailbound.campaign.CaseSource;
import dev.tailbound.campaign.Checker;
import dev.tailbound.campaign.Explainer;
import dev.tailbound.campaign.Heartbeat;
import dev.tailbound.campaign.KnownIssue;
import dev.tailbound.campaign.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The hidden command behind `tailbound fuzz`: a worker process, which answers its parent on standard output.
@Command(name = WorkerCommand.NAME, hidden = true, description = "A worker of tailbound fuzz.")
final class WorkerCommand implements Callable<Integer> {
    static final String NAME = "worker";

    @Option(names = "--seed", required = true)
    private long seed;

    @Mixin
    private EngineOptions engines;

    @Parameters(paramLabel = "HEARTBEAT")
    private Path heartbeat;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (var alive = new Heartbeat(heartbeat); var differential = engines.set().open()) {
            differential.start(alive::beat);
            var checker = new Checker(differential, alive::beat);
            var explainer = Explainer.firstWrongInstruction(differential);
            Worker.serve(alive, new Worker.Tools(CaseSource.seeded(seed), checker, KnownIssue.TABLE, explainer));
            return ExitCode.AGREE;
        }
    }
}
