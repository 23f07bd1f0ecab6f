package dev.tailbound.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.FindingName;
import dev.tailbound.campaign.check.KernelIssues;
import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.engines.SchemeRow;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.KernelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A campaign on one self-contained HTML page: no scripts, no other files, no network.
///
/// `CampaignPage.html(CampaignRecord.read(folder), 10_000)` runs the smallest cases of the findings again, and generates 10,000 cases of the
/// campaign again to count their contents. The same folder gives the same page.
public final class CampaignPage {
    private static final String STYLE = "report.css";
    /// With more findings than this, machine code is collapsed.
    private static final int FINDINGS_SHOWN_OPEN = 3;

    private final CampaignRecord campaign;
    private final EngineSet engines;
    private final CoverageSample sample;

    private CampaignPage(CampaignRecord campaign, long sampleSize) {
        this.campaign = campaign;
        var parameters = campaign.parameters();
        try {
            this.engines = EngineSet.recorded(parameters.engines(), parameters.images(), parameters.rule());
        } catch (BadInput bad) {
            throw bad.in(campaign.folder().toString());
        }
        this.sample = CoverageSample.of(CaseSource.seeded(parameters.seed(), engines.specs()), parameters.fingerprint(),
                campaign.total().cases(), sampleSize);
    }

    /// The text of the page.
    public static String html(CampaignRecord campaign, long sampleSize) {
        return "<!DOCTYPE html>\n" + new CampaignPage(campaign, sampleSize).page();
    }

    private Element page() {
        var title = "Tailbound campaign, seed " + campaign.parameters().seed();
        var head = new Element("head").add(
                new Element("meta").set("charset", "utf-8"),
                new Element("meta").set("name", "viewport").set("content", "width=device-width, initial-scale=1"),
                new Element("meta").set("name", "color-scheme").set("content", "light dark"),
                new Element("title", title),
                new Element("style", style()));
        var body = new Element("body").add(
                header(title),
                section("Progress", new ProgressCharts(campaign.moments()).render()),
                section("Engines", engineTable()),
                findings());
        if (!campaign.damaged().isEmpty()) {
            body.add(damaged());
        }
        if (!campaign.total().known().isEmpty()) {
            body.add(section("Known issues", knownIssues()));
        }
        body.add(coverage());
        return new Element("html").set("lang", "en").add(head, body);
    }

    private Element header(String title) {
        var total = campaign.total();
        int signatures = campaign.findings().size();
        var verdict = signatures == 0
                ? "No finding in " + Figures.counted(total.cases(), "case")
                : "%s in %s".formatted(Figures.counted(signatures, "finding"), Figures.counted(total.cases(), "case"));
        var speed = campaign.seconds() == 0 ? "-" : Figures.count(Math.round(total.cases() / campaign.seconds())) + " cases/s";
        return new Element("header").add(
                new Element("p", campaign.isRunning() ? title + ", still running when this page was written" : title)
                        .styled("kicker"),
                new Element("h1", verdict).styled(signatures == 0 ? "clean" : "found"),
                new Facts().add("engines", String.join(", ", campaign.parameters().engines()))
                        .add("tail calls", "counted as kernel %s does".formatted(campaign.parameters().rule()))
                        .add("elapsed", Figures.duration(campaign.seconds()) + " at " + speed)
                        .add("accepted", Figures.share(total.accepted(), total.cases()) + " of the cases, by the verifier")
                        .add("version", campaign.parameters().version())
                        .add("folder", campaign.folder().toAbsolutePath().normalize().toString()).render(),
                verdicts());
    }

    private Element verdicts() {
        var tiles = new Element("div").styled("tiles");
        for (var verdict : CaseVerdict.values()) {
            long count = campaign.total().count(verdict);
            var kind = count == 0 ? "zero" : switch (verdict) {
                case AGREE -> "good";
                case INCONCLUSIVE, KNOWN -> "";
                case DIVERGE, REJECTED, THREW, CRASH, HANG -> "bad";
            };
            tiles.child("div").styled("tile " + kind).set("title", verdict.meaning())
                    .add(new Element("b", Figures.count(count)), new Element("span", verdict.word()));
        }
        return tiles;
    }

    private Element engineTable() {
        var table = new Element("table").styled("engines");
        var head = table.child("thead").child("tr");
        List.of("engine", "what it is", "options").forEach(name -> head.add(new Element("th", name)));
        List.of("signatures", "cases").forEach(name -> head.add(new Element("th", name).styled("number")));
        var body = table.child("tbody");
        for (var engine : engines.specs()) {
            var own = campaign.findings().stream().filter(finding -> isBlamed(engine, finding)).toList();
            long cases = own.stream().mapToLong(finding -> finding.seen().map(seen -> seen.count()).orElse(0L)).sum();
            body.child("tr").add(new Element("td").add(new Element("code", engine.name())),
                    new Element("td", kind(engine) + (engine.equals(engines.specs().getFirst()) ? ", the reference" : "")),
                    new Element("td", options(engine)), new Element("td", Figures.count(own.size())).styled("number"),
                    new Element("td", Figures.count(cases)).styled("number"));
        }
        return table;
    }

    private static String options(EngineSpec engine) {
        return engine instanceof EmulatedSpec emulated && !emulated.words().isEmpty() ? String.join(", ", emulated.words())
                : "default";
    }

    private static String kind(EngineSpec engine) {
        return switch (engine) {
            case EngineSpec.Oracle _ -> "interpreter";
            case EmulatedSpec emulated -> "%s backend, emulated%s".formatted(emulated.architecture().word(), history(emulated));
            case EngineSpec.RealKernel(_, var kernel) -> "Linux " + kernel.image().describe();
            case EngineSpec.External _ -> "a runtime in a process of its own";
        };
    }

    /// The kernels whose known bugs an engine reproduces, so that these are not mistaken for new findings.
    private static String history(EmulatedSpec engine) {
        return SchemeRow.ALL.stream().filter(row -> row.engine().equals(engine.name()) && !engine.words().isEmpty()
                && row.verdict() == SchemeRow.Verdict.BREAKS).findFirst()
                .map(row -> "; known to break, see tailbound schemes (kernels: %s)".formatted(row.kernels())).orElse("");
    }

    /// Signatures of divergences begin with the engines that disagree, see [dev.tailbound.compare.Signature].
    private static boolean isBlamed(EngineSpec engine, StoredFinding finding) {
        return finding.verdict() == CaseVerdict.DIVERGE && Pattern
                .compile("(^|_)" + Pattern.quote(FindingName.of(engine.label())) + "[_.]").matcher(finding.signature()).find();
    }

    private Element findings() {
        if (campaign.findings().isEmpty()) {
            return section("Findings", new Element("p", "None: all engines agree on every case.").styled("note"));
        }
        var section = section("Findings", index());
        var absent = engines.specs().stream().flatMap(engine -> engine.real().stream()).map(KernelSpec::image)
                .filter(image -> !image.isThere()).toList();
        if (!absent.isEmpty()) {
            absent.forEach(image -> section.add(
                    new Element("p", "Cases are not run again: %s is no longer in %s.".formatted(image.describe(), image.file()))
                            .styled("warning")));
            addCards(section, _ -> Optional.empty());
            return section;
        }
        try (var differential = Checker.closer(engines.open())) {
            addCards(section, file -> Optional.of(Rerun.of(file, engines, differential)));
        }
        return section;
    }

    private void addCards(Element section, Function<Path, Optional<Rerun>> runs) {
        int number = 0;
        for (var finding : campaign.findings()) {
            var rerun = Optional.of(finding).filter(FindingCard::isRunAgain).flatMap(StoredFinding::smallest).flatMap(runs);
            section.add(new FindingCard(finding, rerun, engines).render("finding-" + ++number,
                    campaign.findings().size() <= FINDINGS_SHOWN_OPEN));
        }
    }

    private Element damaged() {
        var list = new Element("ul");
        campaign.damaged().forEach(line -> list.child("li").text(line));
        return section("Damaged findings", list);
    }

    private Element index() {
        var table = new Element("table").styled("index");
        var head = table.child("thead").child("tr").add(new Element("th", "signature"));
        List.of("cases", "first", "last").forEach(name -> head.add(new Element("th", name).styled("number")));
        var body = table.child("tbody");
        int number = 0;
        for (var finding : campaign.findings()) {
            var link = new Element("a").set("href", "#finding-" + ++number).add(new Element("code", finding.signature()));
            var row = body.child("tr").add(new Element("td").add(link));
            finding.seen().ifPresentOrElse(
                    seen -> List.of(seen.count(), seen.first(), seen.last())
                            .forEach(value -> row.add(new Element("td", Figures.count(value)).styled("number"))),
                    () -> row.add(new Element("td", "not counted yet").set("colspan", "3").styled("number")));
        }
        return table;
    }

    private Element knownIssues() {
        var table = new Element("table").styled("index");
        var head = table.child("thead").child("tr").add(new Element("th", "issue"), new Element("th", "tracked at"));
        List.of("cases", "first", "last").forEach(name -> head.add(new Element("th", name).styled("number")));
        var body = table.child("tbody");
        campaign.total().known().forEach((name, seen) -> {
            var link = KernelIssues.link(name).orElse("no longer in the table");
            var row = body.child("tr").add(new Element("td", name), new Element("td", link));
            List.of(seen.count(), seen.first(), seen.last())
                    .forEach(value -> row.add(new Element("td", Figures.count(value)).styled("number")));
        });
        return table;
    }

    private Element coverage() {
        var section = section("What was generated", new Element("p", sample.describe()).styled("note"));
        if (!sample.isEmpty()) {
            section.add(new FeatureMatrix(sample.coverage()).render(), new SizeTable(sample.coverage()).render(),
                    new OpcodeGrid(sample.coverage()).render());
        }
        return section;
    }

    private static Element section(String title, Element content) {
        return new Element("section").add(new Element("h2", title), content);
    }

    private static String style() {
        try (var in = CampaignPage.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
