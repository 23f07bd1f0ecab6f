package dev.tailbound.campaign.check;

import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.run.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// Evidence of engines that died at a case, stored at once: a second run may succeed or fail differently.
///
/// @param folder the folder of the campaign's workers; empty if nothing is stored
public record CrashArtifacts(Optional<Path> folder) {
    private static final int MAX_BYTES = 1 << 20;
    public static final CrashArtifacts NONE = new CrashArtifacts(Optional.empty());

    public CrashArtifacts(Path folder) {
        this(Optional.of(folder));
    }

    /// Stores the evidence of traps, if there is any.
    public void keep(long index, Checked checked) {
        if (folder.isPresent() && checked instanceof Checked.Compared(_, var result)) {
            var left = result.runs().stream()
                    .filter(run -> run.outcome() instanceof Outcome.Trapped && !run.outcome().evidence().isEmpty())
                    .map(run -> "\n## Output of %s when it first died at the case\n\n%s".formatted(run.engine(),
                            String.join("\n", run.outcome().evidence()).indent(4)))
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
            throw new UncheckedIOException("the evidence of case %d cannot be stored".formatted(index), e);
        }
    }

    /// The stored evidence of a case, in Markdown; usually empty.
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
