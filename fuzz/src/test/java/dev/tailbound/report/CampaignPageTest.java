package dev.tailbound.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.folder.CampaignRecord;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

@Tag("emulator")
class CampaignPageTest {
    private static final String OLD_SCHEME = "oracle x86-64:stack-copy";
    private static final String OVER_BUDGET = "x86-64-stack-copy.budget.tail-call.over-budget";

    @TempDir
    private Path folder;

    private String html() {
        return CampaignPage.html(CampaignRecord.read(folder), 20);
    }

    private Document page() throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html())));
    }

    private static List<Element> elements(Document page, String name) {
        var found = new ArrayList<Element>();
        var nodes = page.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static List<String> texts(Document page, String name) {
        return elements(page, name).stream().map(Element::getTextContent).toList();
    }

    private StoredCampaign campaign() throws IOException {
        return StoredCampaign.of(folder, OLD_SCHEME)
                .counted("0 10 agree=10", "10 12 agree=1 diverge=1 finding:" + OVER_BUDGET + "=1/11/11")
                .sampled("0.500 0 0 0", "1.000 10 10 0", "2.000 12 12 1").found(OVER_BUDGET);
    }

    @Test
    void a_finding_is_shown_side_by_side() throws Exception {
        campaign();
        var page = page();

        assertThat(texts(page, "h1")).containsExactly("1 finding in 12 cases");
        assertThat(texts(page, "h3")).contains(OVER_BUDGET);
        assertThat(texts(page, "li")).containsExactly(
                "x86-64:stack-copy disagrees with oracle: tail_calls expected 33, found 34: tail call 34 happened, stopped at once");
        assertThat(texts(page, "pre"))
                .contains("./tailbound run " + folder.resolve("findings").resolve(OVER_BUDGET).resolve("minimized.case")
                        + " --engine oracle --engine x86-64:stack-copy");
        assertThat(texts(page, "tr")).contains("outcomereturnedstopped at tail call 34", "tail calls3334", "r00x1\u2013");
    }

    @Test
    void findings_of_an_old_engine_are_marked_as_known() throws Exception {
        campaign();
        assertThat(texts(page(), "td")).contains(
                "x86-64 backend, emulated; known to break, see tailbound schemes (kernels: 5.10 to 6.11)");
        StoredCampaign.of(folder, "oracle x86-64");
        assertThat(texts(page(), "td")).contains("x86-64 backend, emulated");
    }

    @Test
    void a_finding_has_a_command_for_its_case_file_alone() throws Exception {
        campaign();
        assertThat(texts(page(), "pre")).contains("./tailbound run minimized.case --engine oracle --engine x86-64:stack-copy");
    }

    @Test
    void the_instruction_that_went_wrong_is_marked_with_its_machine_code() throws Exception {
        campaign();
        var marked = elements(page(), "tr").stream().filter(row -> row.getAttribute("class").contains("wrong"))
                .map(Element::getTextContent).toList();
        assertThat(marked.getFirst()).startsWith("14call bpf_tail_call");
        assertThat(marked).anyMatch(row -> row.endsWith("cmp eax, 0x21"));
    }

    @Test
    void a_clean_campaign_says_so() throws Exception {
        StoredCampaign.of(folder, "oracle").counted("0 3 agree=3").sampled("1.000 3 3 0");
        assertThat(texts(page(), "h1")).containsExactly("No finding in 3 cases");
        assertThat(texts(page(), "p")).contains("All 3 cases of the campaign, generated again from the seed.");
    }

    @Test
    void a_running_campaign_says_so() throws Exception {
        campaign();
        assertThat(texts(page(), "p")).contains("Tailbound campaign, seed 1");
        try (var lock = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            assertThat(texts(page(), "p")).contains("Tailbound campaign, seed 1, still running when this page was written");
        }
    }

    @Test
    void a_campaign_without_cases_has_a_page() throws Exception {
        StoredCampaign.of(folder, OLD_SCHEME);
        assertThat(texts(page(), "h1")).containsExactly("No finding in 0 cases");
    }

    @Test
    void the_same_folder_gives_the_same_page() throws Exception {
        campaign();
        assertThat(html()).isEqualTo(html());
    }

    @Test
    void the_first_wrong_instruction_has_a_block_of_its_own() throws Exception {
        campaign();
        assertThat(texts(page(), "pre")).anySatisfy(block -> assertThat(block)
                .startsWith("x86-64:stack-copy first goes wrong at entry insn 14, step 322: next instruction expected")
                .contains("14: call bpf_tail_call"));
    }

    @Test
    void torn_last_lines_change_nothing() throws Exception {
        var campaign = campaign();
        var whole = html();
        campaign.append("journal", "a99df320 12 14 agr").append("stats.tsv", "3.0");
        Files.createDirectory(folder.resolve("findings/unfinished.tmp"));
        assertThat(html()).isEqualTo(whole);
    }

    @Test
    void the_page_is_self_contained() throws Exception {
        campaign();
        var all = elements(page(), "*");
        assertThat(all).extracting(Element::getTagName).doesNotContain("script", "link", "img", "iframe", "object", "base");
        for (var element : all) {
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                var attribute = element.getAttributes().item(i);
                assertThat(attribute.getNodeName()).doesNotStartWith("on").isNotIn("src", "style", "srcset", "action");
                if (attribute.getNodeName().equals("href")) {
                    assertThat(attribute.getNodeValue()).startsWith("#");
                }
            }
        }
        assertThat(texts(page(), "style")).singleElement().asString().doesNotContain("@import").doesNotContain("url(")
                .doesNotContainPattern("[<>&\"']"); // characters that need escaping
    }

    @Test
    void links_lead_to_findings() throws Exception {
        campaign().found("fake.r0");
        var page = page();
        var ids = elements(page, "article").stream().map(article -> "#" + article.getAttribute("id")).toList();
        assertThat(elements(page, "a")).extracting(link -> link.getAttribute("href")).isEqualTo(ids).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = { "<img src=x onerror=alert(1)>", "\" onclick=\"x", "]]>&amp;", "a\u001b[31mb", "\u202eexe.r0" })
    void hostile_names_and_contents_are_only_text(String name) throws Exception {
        campaign().found(name).found("crash");
        var place = folder.resolve("findings/crash");
        Files.writeString(place.resolve("report.md"), "</pre><script>alert(1)</script>");
        Files.writeString(place.resolve("stats"), "first_time = <b>now</b>\nnonsense\n");
        Files.write(place.resolve("minimized.case"), new byte[]{ '<', 'b', '>', 0, (byte) 0xff });
        var page = page();
        assertThat(texts(page, "li")).contains(folder.resolve("findings") + ": expected the name of a finding, found '"
                + name.replace("\u001b", "\\u001b").replace("\u202e", "\\u202e") + "'");
        assertThat(texts(page, "pre")).contains("</pre><script>alert(1)</script>");
        assertThat(texts(page, "td")).contains("<b>now</b>");
        assertThat(elements(page, "script")).isEmpty();
        assertThat(elements(page, "img")).isEmpty();
    }

    @Test
    void a_case_that_ended_a_worker_is_not_run_again() throws Exception {
        campaign().found("crash");
        Files.write(folder.resolve("findings/crash/report.md"), "It died: \ufffd\n".getBytes(UTF_8));
        var page = page();
        var crash = elements(page, "article").stream().filter(card -> card.getTextContent().startsWith("crash")).findFirst()
                .orElseThrow();
        assertThat(crash.getTextContent()).contains("The process that ran a case died.", "It died: ").doesNotContain("outcome");
    }

    @Test
    void a_case_that_is_not_minimal_is_marked_as_such() throws Exception {
        campaign();
        var place = folder.resolve("findings").resolve(OVER_BUDGET);
        assertThat(texts(page(), "summary")).contains("The smallest case as text");
        Files.move(place.resolve("minimized.case"), place.resolve("smaller.case"));
        var page = page();
        assertThat(texts(page, "td")).contains("15 instructions in 1 program, not minimal, see the report");
        assertThat(texts(page, "summary")).contains("The case as text, not minimal, see the report");
        assertThat(texts(page, "pre")).anyMatch(text -> text.startsWith("./tailbound run " + place.resolve("smaller.case")));
    }

    @Test
    void a_case_that_no_longer_differs_is_reported() throws Exception {
        StoredCampaign.of(folder, "oracle x86-64").found("x86-64.r0");
        assertThat(texts(page(), "p")).contains("Run again, the case shows no divergence.");
    }

    @Test
    void known_issues_are_listed_separately() throws Exception {
        StoredCampaign.of(folder, "oracle").counted("0 5 agree=2 known=3 known:hierarchy=1/3/3 known:old-one=2/1/4");
        var page = page();
        assertThat(texts(page, "h2")).contains("Known issues");
        assertThat(texts(page, "tr")).contains("old-oneno longer in the table214",
                "hierarchyhttps://git.kernel.org/linus/116e04ba1459133");
        assertThat(texts(page, "h1")).containsExactly("No finding in 5 cases");
    }
}
