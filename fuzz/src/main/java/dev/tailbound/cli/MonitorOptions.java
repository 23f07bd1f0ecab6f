package dev.tailbound.cli;

import dev.tailbound.files.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options for watching a campaign.
final class MonitorOptions {
    @Option(names = "--quiet", description = "Show findings and the summary only, no status lines.")
    private boolean quiet;

    @Option(names = "--status", paramLabel = "FILE",
            description = "Write the state of the campaign there, as a JSON object, every five seconds.")
    private Path status;

    @Option(names = "--metrics", paramLabel = "FILE", description = "The same as text for Prometheus.")
    private Path metrics;

    @Option(names = "--on-finding", paramLabel = "CMD",
            description = "Run this shell command for each new signature, with TAILBOUND_FINDING and TAILBOUND_FOLDER in its environment.")
    private String command;

    private Optional<OutputFile> json = Optional.empty();
    private Optional<OutputFile> text = Optional.empty();

    /// Checks the files before the campaign starts; throws [dev.tailbound.isa.BadInput] if they cannot be replaced.
    void check() {
        json = Optional.ofNullable(status).map(OutputFile::at);
        text = Optional.ofNullable(metrics).map(OutputFile::at);
    }

    /// Shows a campaign on a line of the terminal or of `err`, in the files and by the command.
    Monitor monitor(PrintWriter err, List<String> engines, long seed, LiveLine.Bound bound) {
        return new Monitor(LiveLine.of(err, engines, bound, quiet), new CampaignState(seed, bound), json, text,
                Optional.ofNullable(command));
    }
}
