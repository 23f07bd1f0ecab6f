package dev.tailbound.cli;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.isa.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
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
    void print(long seed, List<Shard> shards, List<String> engines, Tally total, Path folder) {
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
        total.known().forEach(
                (name, seen) -> out.printf("known issue %s: %d cases, first %d%n", name, seen.count(), seen.first()));
        total.findings().forEach((signature, seen) -> {
            out.printf("finding %s: %d %s, first %d%n", signature, seen.count(), seen.count() == 1 ? "case" : "cases",
                    seen.first());
            out.printf("  see %s%n",
                    Printable.line(folder.resolve("findings").resolve(signature).resolve("report.md").toString()));
        });
        out.flush();
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
