package dev.tailbound.cli;

import dev.tailbound.campaign.Progress;
import dev.tailbound.files.IoErrors;
import dev.tailbound.files.OutputFile;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Shows a campaign to people and to other programs. A file that cannot be written, or a command that does not start, is noted once and ends nothing.
final class Monitor implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final LiveLine line;
    private final CampaignState state;
    private final Optional<OutputFile> json;
    private final Optional<OutputFile> metrics;
    private final Optional<String> command;
    private Duration next = Duration.ZERO;
    private Optional<Status> last = Optional.empty();
    private boolean complained;

    Monitor(LiveLine line, CampaignState state, Optional<OutputFile> json, Optional<OutputFile> metrics,
            Optional<String> command) {
        this.line = line;
        this.state = state;
        this.json = json;
        this.metrics = metrics;
        this.command = command;
    }

    @Override
    public void status(Status status) {
        line.status(status);
        last = Optional.of(status);
        if (status.session().compareTo(next) >= 0) {
            next = status.session().plus(INTERVAL);
            write(status);
        }
    }

    /// Shows the last state, and the folder.
    void end(Path folder) {
        last.ifPresent(this::write);
        line.end(folder);
    }

    private void write(Status status) {
        json.ifPresent(file -> write(file, state.json(status)));
        metrics.ifPresent(file -> write(file, state.metrics(status)));
    }

    private void write(OutputFile file, String text) {
        try {
            file.write(text);
        } catch (IOException e) {
            complain("%s cannot be written: %s".formatted(file.file(), IoErrors.reason(e)));
        }
    }

    private void complain(String what) {
        if (!complained) {
            complained = true;
            note(what);
        }
    }

    @Override
    public void found(String signature, long index, Path folder) {
        line.found(signature, index, folder);
        command.ifPresent(text -> start(text, signature, folder));
    }

    /// The command runs beside the campaign; its output goes to standard error.
    private void start(String text, String signature, Path folder) {
        // Standard output has the summary alone.
        var builder = new ProcessBuilder("sh", "-c", "{ %s%n} >&2".formatted(text)).redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT);
        builder.environment().put("TAILBOUND_FINDING", signature);
        builder.environment().put("TAILBOUND_FOLDER", folder.toAbsolutePath().toString());
        try {
            builder.start().getOutputStream().close();
        } catch (IOException e) {
            complain("--on-finding cannot be started: " + IoErrors.reason(e));
        }
    }

    @Override
    public void note(String text) {
        line.note(text);
    }
}
