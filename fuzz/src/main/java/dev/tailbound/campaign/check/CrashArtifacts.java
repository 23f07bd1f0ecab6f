package dev.tailbound.campaign.check;

import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.run.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// What engines left when they died of a case, written down at once: a second run may go well, or elsewhere.
///
/// @param folder of the campaign's workers; empty where nothing is kept
public record CrashArtifacts(Optional<Path> folder) {
    private static final int MAX_BYTES = 1 << 20;
    public static final CrashArtifacts NONE = new CrashArtifacts(Optional.empty());

    public CrashArtifacts(Path folder) {
        this(Optional.of(folder));
    }

    /// Keeps the evidence of traps, if there is any.
    public void keep(long index, Checked checked) {
        if (folder.isPresent() && checked instanceof Checked.Compared(_, var result)) {
            var left = result.runs().stream().filter(run -> run.outcome() instanceof Outcome.Trapped && !run.outcome().evidence()
                    .isEmpty())
                    .map(run -> "\n## What %s left when it first died of the case\n\n%s".formatted(run.engine(), String.join("\n",
                            run.outcome()
                                    .evidence()).indent(4)))
                    .collect(Collectors.joining());
            if (!left.isEmpty()) {
                write(index, left);
            }
        }
    }

    private void write(long index, String text) {
        try {
            new Folder(folder.orElseThrow()).write(file(index), text);
        } catch (IOException e) {
            throw new UncheckedIOException("what an engine left of case %d cannot be kept".formatted(index), e);
        }
    }

    /// What was kept of a case, in Markdown; mostly nothing.
    public String of(long index) {
        if (folder.isEmpty()) {
            return "";
        }
        var kept = new Folder(folder.get());
        return kept.kind(file(index)) == FileKind.NOTHING ? "" : kept.beginning(file(index), MAX_BYTES);
    }

    private static String file(long index) {
        return "case-" + index + ".console";
    }
}
