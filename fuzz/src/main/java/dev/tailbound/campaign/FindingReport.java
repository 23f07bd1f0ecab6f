package dev.tailbound.campaign;

import java.nio.file.Path;

/// The Markdown report of a finding: what differs, how to see it again, the case, where it comes from.
final class FindingReport {
    private final Settings settings;

    FindingReport(Settings settings) {
        this.settings = settings;
    }

    /// The report of the case as it was generated, in `file`.
    String original(Finding finding, Path file) {
        return markdown(finding, file, "The case, as it was generated");
    }

    /// The report of the smallest case, in `file`.
    String minimized(Finding smallest, Path file) {
        return markdown(smallest, file, "The smallest case");
    }

    private String markdown(Finding finding, Path file, String title) {
        var report = new StringBuilder();
        report.append("# ").append(finding.signature()).append("\n\n");
        report.append(CaseVerdict.ofSignature(finding.signature()).meaning()).append("\n\n");
        if (!finding.evidence().isEmpty()) {
            report.append(finding.evidence().stripTrailing()).append("\n\n");
        }
        if (!finding.source().isEmpty()) {
            report.append("Reproduce:\n\n    ").append(ReproduceCommand.line(file, settings.options())).append("\n\n");
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
        return report.toString();
    }

    private static void row(StringBuilder report, String name, String value) {
        report.append("- ").append(name).append(": ").append(value).append('\n');
    }
}
