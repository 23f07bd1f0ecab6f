package dev.tailbound.cli;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.Triage;
import dev.tailbound.isa.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The text summary of a campaign, which depends only on its cases.
final class CampaignSummary {
    private final PrintWriter out;

    CampaignSummary(PrintWriter out) {
        this.out = out;
    }

    /// `shards` are those whose cases are in `total`; the findings are in `folder`.
    void print(long seed, List<Shard> shards, List<String> engines, Tally total, Triage triage, Path folder) {
        out.printf("seed %d%s: %d cases on %s%n", seed, share(shards), total.cases(), String.join(", ", engines));
        out.println(Stream.of(CaseVerdict.values()).map(verdict -> total.count(verdict) + " " + verdict.word())
                .collect(Collectors.joining(", ")));
        if (!total.passes().isEmpty()) {
            out.println("changed by passes: " + total.passes().entrySet().stream()
                    .map(pass -> "%s %d%%".formatted(pass.getKey(), 100 * pass.getValue() / total.cases()))
                    .collect(Collectors.joining(", ")));
        }
        if (total.unrepeated() > 0) {
            out.printf("hangs that did not happen again: %d%n", total.unrepeated());
        }
        if (total.interleavings() > 0) {
            out.printf("interleavings of events: %d%n", total.interleavings());
        }
        if (total.interpreted() > 0) {
            out.printf("in a kernel's interpreter, not compared: %d%n", total.interpreted());
        }
        total.known().forEach(
                (name, seen) -> out.printf("known issue %s: %d cases, first %d%n", name, seen.count(), seen.first()));
        triage.fresh()
                .forEach((signature, seen) -> finding(triage.isCompared() ? "new finding" : "finding", signature, seen, folder));
        triage.still().forEach((signature, seen) -> finding("still there:", signature, seen, folder));
        triage.gone().forEach(signature -> out.printf("gone: %s%n", Printable.line(signature)));
        triage.listed().forEach((signature, issue) -> out.printf("known issue %s: %s, %s%n", issue, signature,
                cases(total.findings().get(signature))));
        triage.unseen().forEach(issue -> out.printf("known issue %s: not seen%n", issue));
        triage.expired().forEach(
                issue -> out.printf("known issue %s: expired on %s, its findings count%n", issue, issue.expires().orElseThrow()));
        if (triage.isCompared()) {
            out.printf("%d new, %d still there, %d gone%n", triage.fresh().size(), triage.still().size(), triage.gone().size());
        }
        out.flush();
    }

    /// The same for a test runner: one test for the campaign, and one for each finding.
    static List<TestResult> results(Tally total, Triage triage) {
        var results = new ArrayList<TestResult>();
        results.add(TestResult.passed("%d cases".formatted(total.cases())));
        triage.fresh().forEach((signature, seen) -> results.add(TestResult.of(signature, TestResult.Status.FAILED, cases(seen))));
        triage.still().forEach((signature, seen) -> results.add(
                TestResult.of(signature, TestResult.Status.KNOWN, "still there: " + cases(seen))));
        triage.listed().forEach((signature, issue) -> results.add(
                TestResult.of(signature, TestResult.Status.KNOWN, issue.toString())));
        total.known().forEach((name, seen) -> results.add(TestResult.of(name, TestResult.Status.KNOWN, cases(seen))));
        return results;
    }

    private void finding(String kind, String signature, Occurrences seen, Path folder) {
        out.printf("%s %s: %s%n", kind, signature, cases(seen));
        out.printf("  see %s%n", Printable.line(folder.resolve("findings").resolve(signature).resolve("report.md").toString()));
    }

    private static String cases(Occurrences seen) {
        return "%d %s, first %d".formatted(seen.count(), seen.count() == 1 ? "case" : "cases", seen.first());
    }

    /// Nothing for a campaign on one machine or with all shards, else the shards: `, shard 2/3` or `, shards 1/3 3/3`.
    private static String share(List<Shard> shards) {
        if (shards.isEmpty() || shards.size() == shards.getFirst().of()) {
            return "";
        }
        return (shards.size() == 1 ? ", shard " : ", shards ")
                + shards.stream().map(Shard::toString).collect(Collectors.joining(" "));
    }
}
