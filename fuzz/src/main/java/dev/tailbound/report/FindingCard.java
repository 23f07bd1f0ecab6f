package dev.tailbound.report;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.folder.ReproduceCommand;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.isa.BadInput;
import dev.tailbound.lockstep.DivergenceText;
import java.nio.file.Path;
import java.util.Optional;

/// One finding: its count, the engines' observations of its smallest case, and their machine code.
///
/// @param rerun the rerun of the smallest case; empty if it is not run again
record FindingCard(StoredFinding finding, Optional<Rerun> rerun, EngineSet engines) {

    private static final String NOT_MINIMAL = "not minimal, see the report";

    /// `isOpen`: whether the machine code is expanded initially.
    Element render(String id, boolean isOpen) {
        var card = new Element("article").styled("finding").set("id", id);
        card.child("h3").add(new Element("code", finding.signature()));
        card.add(new Element("p", finding.verdict().meaning()).styled("note"), facts());
        finding.smallest().ifPresent(file -> card.add(
                new Element("p", "Reproduce, on the machine of the campaign:").styled("note"),
                new Element("pre", ReproduceCommand.anywhere(finding.verdict(), file, engines.options())).styled("command"),
                new Element("p", "Or in any checkout of Tailbound, with only the text of the case in a file:").styled("note"),
                new Element("pre", ReproduceCommand.withFileAlone(finding.verdict(), file, engines.options()))
                        .styled("command")));
        rerun.ifPresent(again -> {
            switch (again) {
                case Rerun.Failed(var reason) ->
                    card.add(new Element("p", "The case could not be run again. " + reason).styled("warning"));
                case Rerun.Ran ran -> add(card, ran, isOpen);
            }
        });
        if (!finding.report().isEmpty()) {
            card.add(folded("The report in the campaign's folder", new Element("pre", finding.report()), rerun.isEmpty()));
        }
        return card;
    }

    /// Only divergences are run again: a case that ended a worker would also end the report.
    static boolean isRunAgain(StoredFinding finding) {
        return finding.verdict() == CaseVerdict.DIVERGE && finding.smallest().isPresent();
    }

    private void add(Element card, Rerun.Ran ran, boolean isOpen) {
        var differences = ran.differences();
        if (differences.isEmpty()) {
            card.add(new Element("p", "Run again, the case shows no divergence.").styled("warning"));
        }
        if (!differences.isEmpty()) {
            var list = card.child("ul");
            differences.forEach(difference -> list.add(new Element("li", difference.describe())));
        }
        card.add(new Element("div").styled("scroll").add(new SideBySide(ran.verified(), ran.result()).render()));
        if (!ran.divergences().isEmpty()) {
            card.add(new Element("h4", "The first wrong instruction, in lockstep with the oracle"));
            ran.divergences().forEach(divergence -> card.add(
                    new Element("pre", String.join("\n", DivergenceText.lines(ran.source(), divergence))).styled("lockstep")));
        }
        ran.code().forEach((engine, functions) -> {
            var table = new CodeTable(functions, ran.culprits(engine));
            card.add(folded("BPF next to the machine code of " + engine, table.render(), isOpen));
        });
        card.add(folded(finding.minimized().isPresent() ? "The smallest case as text" : "The case as text, " + NOT_MINIMAL,
                new Element("pre", CasePrinter.print(ran.source())), false));
    }

    private Element facts() {
        var facts = new Facts();
        finding.seen().ifPresentOrElse(
                seen -> facts.add("seen", seen(seen)),
                () -> facts.add("seen", "not counted yet"));
        facts.add("first seen", finding.firstTime());
        facts.add("last seen", finding.lastTime());
        finding.original().ifPresent(file -> facts.add("generated case", size(file)));
        finding.minimized().ifPresentOrElse(
                file -> facts.add("smallest case", size(file)),
                () -> facts.add("smallest so far", finding.smaller().map(file -> size(file) + ", ").orElse("") + NOT_MINIMAL));
        return facts.render();
    }

    private static String seen(Occurrences seen) {
        return seen.count() == 1 ? "in 1 case, number %s".formatted(Figures.count(seen.first()))
                : "in %s, numbers %s to %s".formatted(Figures.counted(seen.count(), "case"), Figures.count(seen.first()),
                        Figures.count(seen.last()));
    }

    private static String size(Path file) {
        try {
            var source = CaseReader.read(file);
            int insns = source.programs().stream().mapToInt(program -> program.insns().size()).sum();
            return "%s in %s".formatted(Figures.counted(insns, "instruction"),
                    Figures.counted(source.programs().size(), "program"));
        } catch (BadInput bad) {
            return bad.getMessage();
        }
    }

    private static Element folded(String title, Element content, boolean isOpen) {
        var details = new Element("details");
        if (isOpen) {
            details.set("open", "open");
        }
        return details.add(new Element("summary", title), content);
    }
}
