package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cli.TestResult.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class TestFormatTest {
    private static final List<TestResult> RESULTS = List.of(TestResult.passed("a.case"),
            new TestResult("b.case", Status.FAILED, "diverge: arm64.r0", List.of("r0 expected 0x1, found 0x2", "  2: exit")),
            TestResult.of("c.case", Status.SKIPPED, "inconclusive: no end"), TestResult.of("d.case", Status.KNOWN,
                    "issue (link)"),
            TestResult.of("e#1.case", Status.ERROR, "e: expected <, found \u0007 & \"#\""));

    private static String print(TestFormat format, List<TestResult> results) {
        var text = new StringWriter();
        try (var out = new PrintWriter(text)) {
            format.print("tailbound run", results, out);
        }
        return text.toString();
    }

    @Test
    void ktap_has_a_plan_one_line_per_test_and_directives() {
        assertThat(print(TestFormat.KTAP, RESULTS)).isEqualTo("""
                KTAP version 1
                1..1
                  KTAP version 1
                  # Subtest: tailbound run
                  1..5
                  ok 1 a.case
                  # r0 expected 0x1, found 0x2
                  #   2: exit
                  not ok 2 b.case # diverge: arm64.r0
                  ok 3 c.case # SKIP inconclusive: no end
                  ok 4 d.case # XFAIL issue (link)
                  not ok 5 e_1.case # ERROR e: expected <, found \u0007 & "_"
                not ok 1 tailbound run
                """);
    }

    @Test
    void every_ktap_line_has_its_form() {
        var form = Pattern.compile(" *(KTAP version 1|# .*|1\\.\\.\\d+|(not )?ok \\d+ [^#]+( # .*)?)");
        assertThat(print(TestFormat.KTAP, RESULTS).lines()).allMatch(form.asMatchPredicate());
        assertThat(print(TestFormat.KTAP, RESULTS.subList(0, 1))).endsWith("\nok 1 tailbound run\n");
    }

    @Test
    void junit_xml_is_valid_and_counts_the_results() throws Exception {
        var xml = print(TestFormat.JUNIT, RESULTS);
        validate(xml);
        var suite = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)))
                .getDocumentElement().getElementsByTagName("testsuite").item(0).getAttributes();
        assertThat(List.of("tests", "failures", "errors", "skipped")).extracting(name -> suite.getNamedItem(name).getNodeValue())
                .containsExactly("5", "1", "1", "2");
        assertThat(xml).contains("<failure message=\"diverge: arm64.r0\">r0 expected 0x1, found 0x2\n  2: exit</failure>")
                .contains(
                        "expected &lt;, found ? &amp; &quot;#&quot;");
        validate(print(TestFormat.JUNIT, List.of()));
    }

    private static void validate(String xml) throws SAXException, IOException {
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(TestFormatTest.class.getResource("junit.xsd"))
                .newValidator().validate(new StreamSource(new StringReader(xml)));
    }
}
