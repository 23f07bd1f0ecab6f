package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElementTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "a < b && c > d       | a &lt; b &amp;&amp; c &gt; d",
        "</b><script>         | &lt;/b&gt;&lt;script&gt;",
        "\" onclick='x'       | &quot; onclick=&#39;x&#39;",
        "&lt;                 | &amp;lt;",
        "\u00e9 \u2013 \ud83d\udc1d | \u00e9 \u2013 \ud83d\udc1d",
        "nul \u0000 esc \u001b bell \u0007 c1 \u0085 | nul \\u0000 esc \\u001b bell \\u0007 c1 \\u0085",
        "lone \ud83d surrogate | lone \\ud83d surrogate",
        "noncharacter \uffff   | noncharacter \\uffff",
        "turned \u202e around  | turned \\u202e around",
    })
    void text_and_attributes_are_escaped(String text, String escaped) {
        assertThat(new Element("b", text)).hasToString("<b>" + escaped + "</b>");
        assertThat(new Element("b").set("title", text)).hasToString("<b title=\"" + escaped + "\"></b>");
    }

    @Test
    void line_feeds_and_tabs_are_unchanged() {
        assertThat(new Element("code", "a\n\tb")).hasToString("<code>a\n\tb</code>");
    }

    @Test
    void only_elements_without_content_close_themselves() {
        assertThat(new Element("br")).hasToString("<br/>");
        assertThat(new Element("td")).hasToString("<td></td>");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "b>", "a b", "1", "x=\"" })
    void names_are_never_data(String name) {
        assertThatThrownBy(() -> new Element(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Element("b").set(name, "")).isInstanceOf(IllegalArgumentException.class);
    }
}
