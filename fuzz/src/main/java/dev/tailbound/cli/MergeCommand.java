package dev.tailbound.cli;

import dev.tailbound.campaign.folder.MergedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound merge`: joins the folders of a campaign's shards.
@Command(name = "merge", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "Joins the folders of a campaign's shards: counts are added, and of each finding the smallest case is kept.",
            "Folders can be added in any order and repeatedly, also while their campaigns run. tailbound report writes a page about the result.",
            "Exits with 1 if there is a finding, with --baseline only if there is a new one." })
final class MergeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders of tailbound fuzz --shard, or of tailbound merge.")
    private List<Path> folders;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "The merged folder, a new one or one to add to.")
    private Path out;

    @Mixin
    private TriageOptions triage;

    @Override
    public Integer call() {
        triage.read();
        try {
            var merged = MergedFolder.add(folders, out);
            merged.damaged().forEach(spec.commandLine().getErr()::println);
            var parameters = merged.parameters();
            var sorted = triage.triage(merged.total(), parameters.engines(), parameters.images());
            new CampaignSummary(spec.commandLine().getOut()).print(parameters.seed(), merged.coverage(), parameters.engines(),
                    merged.total(), sorted, out);
            return sorted.fresh().isEmpty() ? ExitCode.AGREE : ExitCode.FINDING;
        } catch (IOException e) {
            throw new UnwritableException(out, "the folders cannot be merged there", e);
        }
    }
}
