package dev.tailbound.report;

/// Names and values in two columns.
final class Facts {
    private final Element table = new Element("table").styled("facts");

    Facts add(String name, String value) {
        if (!value.isEmpty()) {
            table.child("tr").add(new Element("th", name).set("scope", "row"), new Element("td", value));
        }
        return this;
    }

    Element render() {
        return table;
    }
}
