package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Occurrences;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The findings of a campaign, sorted into new ones and those that are known.
///
/// @param isCompared whether there is an earlier campaign
/// @param fresh      new findings
/// @param still      findings that an earlier campaign has, too
/// @param gone       findings of the earlier campaign that were not seen again
/// @param listed     findings that a listed issue explains
/// @param unseen     listed issues that explain no finding
/// @param expired    listed issues that no longer count
public record Triage(boolean isCompared, SortedMap<String, Occurrences> fresh, SortedMap<String, Occurrences> still,
        SortedSet<String> gone, SortedMap<String, ListedIssue> listed, List<ListedIssue> unseen, List<ListedIssue> expired) {

    /// Sorts the findings in `found`.
    ///
    /// @param earlier names of the findings of an earlier campaign
    /// @param issues  listed issues that concern this campaign
    public static Triage of(Map<String, Occurrences> found, Optional<Set<String>> earlier, List<ListedIssue> issues,
            LocalDate today) {
        var fresh = new TreeMap<String, Occurrences>();
        var still = new TreeMap<String, Occurrences>();
        var listed = new TreeMap<String, ListedIssue>();
        var current = issues.stream().filter(issue -> !issue.isExpired(today)).toList();
        found.forEach((name, seen) -> {
            var issue = current.stream().filter(each -> each.explains(name)).findFirst();
            if (issue.isPresent()) {
                listed.put(name, issue.get());
            } else {
                (earlier.isPresent() && earlier.get().contains(name) ? still : fresh).put(name, seen);
            }
        });
        var gone = new TreeSet<>(earlier.orElse(Set.of()));
        gone.removeAll(found.keySet());
        return new Triage(earlier.isPresent(), fresh, still, gone, listed,
                current.stream().filter(issue -> found.keySet().stream().noneMatch(issue::explains)).toList(),
                issues.stream().filter(issue -> issue.isExpired(today)).toList());
    }
}
