package dev.tailbound.report;

import dev.tailbound.isa.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// An element of a page. Only this class writes markup, so every text and attribute is escaped, including characters that are not [Printable].
///
/// `new Element("p").set("class", "note").text("1 < 2")` prints `<p class="note">1 &lt; 2</p>`. What it prints is HTML and well-formed XML.
final class Element {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]*");
    /// Elements that have no content and no end tag.
    private static final Set<String> VOID = Set.of("meta", "col", "br");
    /// Elements that end a line of the page's source.
    private static final Set<String> BLOCKS = Set.of("article", "body", "details", "div", "figure", "h1", "h2", "h3", "head",
            "header", "html", "li", "meta", "p", "pre", "section", "style", "summary", "svg", "table", "thead", "tbody", "title",
            "tr", "ul");

    private final String name;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private final List<Object> children = new ArrayList<>(); // elements, and texts as strings

    Element(String name) {
        this.name = requireName(name);
    }

    Element(String name, String text) {
        this(name);
        text(text);
    }

    Element set(String attribute, String value) {
        attributes.put(requireName(attribute), value);
        return this;
    }

    Element set(String attribute, double value) {
        return set(attribute, Figures.coordinate(value));
    }

    Element styled(String classes) {
        return classes.isBlank() ? this : set("class", classes.strip());
    }

    Element text(String text) {
        children.add(text);
        return this;
    }

    Element add(Element... elements) {
        children.addAll(List.of(elements));
        return this;
    }

    /// Adds a new element and returns it.
    Element child(String childName) {
        var child = new Element(childName);
        children.add(child);
        return child;
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'%s' is no name of an element or attribute".formatted(name));
        }
        return name;
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        out.append('<').append(name);
        attributes.forEach((attribute, value) -> {
            out.append(' ').append(attribute).append("=\"");
            escape(out, value);
            out.append('"');
        });
        if (VOID.contains(name)) {
            out.append("/>");
        } else {
            out.append('>');
            for (var child : children) {
                switch (child) {
                    case Element element -> element.write(out);
                    case Object text -> escape(out, text.toString());
                }
            }
            out.append("</").append(name).append('>');
        }
        if (BLOCKS.contains(name)) {
            out.append('\n');
        }
    }

    private static void escape(StringBuilder out, String text) {
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    var character = Character.toString(c);
                    out.append(c == '\n' || c == '\t' ? character : Printable.line(character));
                }
            }
        });
    }
}
