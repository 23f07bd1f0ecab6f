package dev.tailbound.report;

import dev.tailbound.coverage.Coverage;
import dev.tailbound.coverage.Measure;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The histograms of sizes and numbers: a row for each measure, a column for each magnitude.
final class SizeTable {
    private static final int LAST = Stream.of(Measure.values()).mapToInt(Measure::highest).max().orElseThrow();

    private final Coverage coverage;

    SizeTable(Coverage coverage) {
        this.coverage = coverage;
    }

    Element render() {
        var figure = new Element("figure").add(new Element("h3", "Sizes and numbers"),
                new Element("p", "Occurrences by magnitude. Blank cells are beyond the limits of kernels or of the generator.")
                        .styled("note"));
        figure.child("div").styled("scroll").add(table());
        return figure.add(Heat.legend("few", "many, by magnitude", "never"));
    }

    private Element table() {
        var table = new Element("table").styled("heat features sizes");
        var head = table.child("thead").child("tr");
        head.child("th");
        IntStream.rangeClosed(0, LAST).forEach(magnitude -> head.add(new Element("th", smallest(magnitude)).set("scope", "col")));
        var body = table.child("tbody");
        for (var measure : Measure.values()) {
            var row = body.child("tr");
            row.add(new Element("th", measure.title()).set("scope", "row"));
            long largest = IntStream.rangeClosed(0, LAST).mapToLong(magnitude -> coverage.occurrences(measure, magnitude)).max()
                    .orElseThrow();
            IntStream.rangeClosed(0, LAST).forEach(magnitude -> row.add(cell(measure, magnitude, largest)));
        }
        return table;
    }

    private Element cell(Measure measure, int magnitude, long largest) {
        long count = coverage.occurrences(measure, magnitude);
        if (count == 0 && (magnitude < measure.lowest() || magnitude > measure.highest())) {
            return new Element("td").styled("none");
        }
        return new Element("td", count == 0 ? "0" : Figures.brief(count))
                .styled(count == 0 ? "never" : Heat.style(Heat.ofCount(count, largest)))
                .set("title", "%s: %s".formatted(measure.title(), Figures.count(count)));
    }

    /// The smallest number of the magnitude; each column goes up to the number before the next column's.
    private static String smallest(int magnitude) {
        return magnitude == 0 ? "0" : Figures.binary(1L << (magnitude - 1));
    }
}
