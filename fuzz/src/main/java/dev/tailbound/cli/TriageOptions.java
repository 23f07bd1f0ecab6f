package dev.tailbound.cli;

import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.ListedIssue;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.campaign.folder.Triage;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// Options that separate new findings from known ones.
final class TriageOptions {
    @Option(names = "--baseline", paramLabel = "DIR",
            description = "An earlier campaign. Its findings are still there or gone; the exit code is 1 only for new ones.")
    private Path baseline;

    @Option(names = "--known", paramLabel = "FILE",
            description = "A list of known issues, see docs/nightly.md. Findings that they explain do not count for the exit code.")
    private Path known;

    private Optional<Set<String>> earlier = Optional.empty();
    private List<ListedIssue> issues = List.of();

    /// Reads the folder and the list before the campaign starts, so that a wrong one is reported at once.
    void read() {
        earlier = Optional.ofNullable(baseline).map(folder -> CampaignRecord.read(folder).findings().stream()
                .map(StoredFinding::signature).collect(Collectors.toUnmodifiableSet()));
        issues = known == null ? List.of() : ListedIssue.read(known);
    }

    /// Sorts the findings of a campaign with these engines.
    Triage triage(Tally total, List<String> engines, Map<String, String> images) {
        return Triage.of(total.findings(), earlier, issues.stream().filter(issue -> issue.concerns(engines, images)).toList(),
                LocalDate.now(ZoneId.systemDefault()));
    }
}
