package dev.tailbound.report;

import dev.tailbound.coverage.CallKind;
import dev.tailbound.coverage.Coverage;
import dev.tailbound.coverage.Feature;
import java.util.stream.Stream;

/// The heat map of features by the calls in the same function, and the bars of features of whole cases.
final class FeatureMatrix {
    private static final int BAR = 160;

    private final Coverage coverage;

    FeatureMatrix(Coverage coverage) {
        this.coverage = coverage;
    }

    Element render() {
        var section = new Element("div").styled("columns");
        section.add(new Element("figure").add(new Element("h3", "Functions: feature \u00d7 call kind"),
                new Element("p", "Cases with a function that has the feature (row) and makes such a call (column).")
                        .styled("note"),
                matrix(), Heat.legend("1/128 of the cases or less", "all", "never")));
        section.add(new Element("figure").add(
                new Element("h3", "Cases: tail calls as a whole"),
                new Element("p", "Cases with the feature.").styled("note"),
                bars()));
        return section;
    }

    private Element matrix() {
        var table = new Element("table").styled("heat features");
        var head = table.child("thead").child("tr");
        head.child("th");
        head.add(new Element("th", "any").set("scope", "col"));
        for (var kind : CallKind.values()) {
            head.add(new Element("th", kind == CallKind.NONE ? "no call" : kind.title()).set("scope", "col"));
        }
        var body = table.child("tbody");
        for (var feature : of(Feature.Scope.FUNCTION)) {
            var row = body.child("tr");
            row.add(new Element("th", feature.title()).set("scope", "row"));
            row.add(cell(coverage.cases(feature)));
            for (var kind : CallKind.values()) {
                row.add(feature.fits(kind) ? cell(coverage.cases(feature, kind)) : new Element("td").styled("none"));
            }
        }
        return table;
    }

    private Element cell(long cases) {
        return new Element("td", cases == 0 ? "0" : Figures.share(cases, coverage.cases()))
                .styled(cases == 0 ? "never" : Heat.style(Heat.ofShare(cases, coverage.cases())))
                .set("title", Figures.counted(cases, "case"));
    }

    private Element bars() {
        var table = new Element("table").styled("bars");
        for (var feature : of(Feature.Scope.CASE)) {
            long cases = coverage.cases(feature);
            var row = table.child("tr");
            row.add(new Element("th", feature.title()).set("scope", "row"));
            double width = (double) BAR * cases / coverage.cases();
            row.child("td")
                    .add(new Element("svg").set("width", BAR).set("height", 10).set("aria-hidden", "true").add(
                            new Element("rect").styled("track").set("width", BAR).set("height", 10),
                            new Element("rect").styled("bar").set("width", width).set("height", 10)));
            row.add(new Element("td", Figures.share(cases, coverage.cases())).styled(cases == 0 ? "number never" : "number")
                    .set("title", Figures.counted(cases, "case")));
        }
        return table;
    }

    private static Iterable<Feature> of(Feature.Scope scope) {
        return Stream.of(Feature.values()).filter(feature -> feature.scope() == scope).toList();
    }
}
