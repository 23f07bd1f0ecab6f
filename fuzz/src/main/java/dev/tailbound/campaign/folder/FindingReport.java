package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.mail.FindingExports;
import dev.tailbound.campaign.mail.MailReport;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The Markdown report of a finding: the difference, the command to reproduce it, the case, its origin, and whether it is minimal.
final class FindingReport {
    private static final String SIZE = "\n## How small it is\n\n";

    private final Settings settings;
    private final Path campaign;

    /// Reports of findings in a campaign folder.
    FindingReport(Settings settings, Path campaign) {
        this.settings = settings;
        this.campaign = campaign.toAbsolutePath().normalize();
    }

    /// The report of the generated case, in `file`.
    String original(Finding finding, Path file) {
        return markdown(finding, file, "The case, as it was generated", finding.source().isEmpty()
                ? ""
                : SIZE + unfinished(finding.signature(), "Not minimal: minimizing has not finished."));
    }

    /// The report of the minimized case, in `file`.
    String reduced(Finding reduced, Path file, MinimizationResult ending) {
        return ending == MinimizationResult.SMALLEST
                ? markdown(reduced, file, "The smallest case", SIZE + ending.meaning() + "\n")
                : markdown(reduced, file, "A smaller case, not the smallest",
                        SIZE + unfinished(reduced.signature(), ending.meaning()));
    }

    /// The report with a reason why its case is not minimal.
    String withReason(String report, String signature, String why) {
        int end = report.lastIndexOf(SIZE);
        return (end < 0 ? report : report.substring(0, end)) + SIZE + Printable.lines(unfinished(signature, why));
    }

    private String unfinished(String signature, String why) {
        // A campaign resumed with no further cases only minimizes its findings.
        var text = """
                %s The smallest case so far, if any, is `%s` next to this report. To continue:

                    %s
                """.formatted(why, FindingStore.SMALLER, ReproduceCommand.anywhere("fuzz",
                List.of("--out", campaign.toString(), "--cases", "1")));
        return CaseVerdict.ofSignature(signature) == CaseVerdict.DIVERGE
                ? text + "\nOr run `./tailbound minimize` on the case file, with the options from above.\n"
                : text;
    }

    private String markdown(Finding finding, Path file, String title, String size) {
        var report = new StringBuilder();
        report.append("# ").append(finding.signature()).append("\n\n");
        var verdict = CaseVerdict.ofSignature(finding.signature());
        report.append(verdict.meaning()).append("\n\n");
        if (!finding.evidence().isEmpty()) {
            report.append(finding.evidence().stripTrailing()).append("\n\n");
        }
        if (!finding.source().isEmpty()) {
            report.append(reproduce(verdict, file));
            report.append("## ").append(title).append("\n\n").append(finding.source().indent(4)).append('\n');
        }
        // @formatter:off
        report.append("## Where it comes from\n\n");
        row(report, "seed",       Long.toString(settings.seed()));
        row(report, "case",       Long.toString(finding.index()));
        row(report, "engines",    String.join(", ", settings.engines()));
        row(report, "tail calls", settings.rule());
        row(report, "version",    settings.version());
        // @formatter:on
        return Printable.lines(report + size);
    }

    private String reproduce(CaseVerdict verdict, Path file) {
        return """
                ## Reproduce

                On the machine of the campaign, from any folder:

                    %s

                Anywhere else, in a checkout of Tailbound, with no more than the file `%s`:

                    %s

                """.formatted(ReproduceCommand.anywhere(verdict, file, settings.options()), file.getFileName(),
                ReproduceCommand.withFileAlone(verdict, file, settings.options()));
    }

    /// Writes the case in other forms beside `file`, and removes those of an earlier case that cannot hold this one.
    void exports(Finding finding, Folder place, String file) throws IOException {
        if (finding.source().isEmpty()) {
            return;
        }
        var path = place.resolve(file);
        var verdict = CaseVerdict.ofSignature(finding.signature());
        var mail = new MailReport(finding.signature(), CaseReader.parse(path.toString(), finding.source()), file,
                file.equals(FindingStore.MINIMIZED), finding.evidence(), settings.engines(), settings.images(),
                ReproduceCommand.withFileAlone(verdict, path, settings.options()), settings.version());
        for (var export : FindingExports.files(mail).entrySet()) {
            if (export.getValue().isPresent()) {
                place.write(export.getKey(), export.getValue().get());
            } else {
                place.delete(export.getKey());
            }
        }
    }

    private static void row(StringBuilder report, String name, String value) {
        report.append("- ").append(name).append(": ").append(value).append('\n');
    }
}
