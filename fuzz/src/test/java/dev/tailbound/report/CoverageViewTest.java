package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.coverage.Coverage;
import dev.tailbound.coverage.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page's tables of generated cases.
class CoverageViewTest {
    private static final Coverage HIERARCHY = new Coverage();

    static {
        HIERARCHY.add(CaseReader.read(StoredCampaign.HIERARCHY));
    }

    private static long occurrences(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().count();
    }

    @Test
    void the_grid_has_a_cell_for_each_of_the_256_opcode_bytes() {
        var html = new OpcodeGrid(HIERARCHY).render().toString();
        long instructions = Shape.all().stream().map(Shape::opcode).distinct().count();
        assertThat(occurrences("<td class=\"(h\\d|never)\" title=\"0x..\n", html)).isEqualTo(instructions);
        assertThat(occurrences("<td class=\"none\"></td>", html)).isEqualTo(256 - instructions);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x85 | 3 | call bpf_tail_call  1", // and two calls of the subprogram
        "0x95 | 2 | exit  2",
        "0xbf | 3 | r1 = r2  3",
        "0xc3 | 1 | lock *(u32 *)(r1 + 0) += w2  1",
    })
    void a_cell_counts_its_instructions(String opcode, int count, String shape) {
        assertThat(new OpcodeGrid(HIERARCHY).render().toString())
                .containsPattern("title=\"%s\n[^\"]*%s[^\"]*\">%d</td>".formatted(opcode, Pattern.quote(shape), count));
    }

    @Test
    void an_instruction_that_never_occurs_is_marked() {
        assertThat(new OpcodeGrid(HIERARCHY).render().toString()).contains(
                "<td class=\"never\" title=\"0x27\nr1 *= 7  0\">0</td>");
    }

    @Test
    void the_matrix_distinguishes_never_from_impossible() {
        var html = new FeatureMatrix(HIERARCHY).render().toString();
        var caller = html.lines().filter(line -> line.contains("access to a caller&#39;s stack")).findFirst().orElseThrow();
        assertThat(caller).contains("<td class=\"never\" title=\"0 cases\">0</td>").contains("<td class=\"none\"></td>");
        assertThat(html).contains("<td class=\"h8\" title=\"1 case\">100.0%</td>");
    }

    @Test
    void sizes_are_counted_by_magnitude() {
        var html = new SizeTable(HIERARCHY).render().toString();
        assertThat(html.lines().filter(line -> line.contains("entries of a program array"))).first().asString()
                .contains("<td class=\"h8\" title=\"entries of a program array: 1\">1</td>",
                        "<td class=\"never\" title=\"entries of a program array: 0\">0</td>", "<td class=\"none\"></td>");
    }

    @Test
    void a_sample_is_spread_over_the_whole_campaign() {
        var made = new ArrayList<Long>();
        CaseSource source = index -> {
            made.add(index);
            return CaseReader.read(StoredCampaign.HIERARCHY);
        };
        var sample = CoverageSample.of(source, "", 1000, 4);
        assertThat(made).isEqualTo(List.of(0L, 250L, 500L, 750L));
        assertThat(sample.describe()).isEqualTo(
                "A sample of 4 cases out of 1,000, evenly spread over the campaign, generated again from the seed.");
        assertThat(CoverageSample.of(source, "", 3, 4).describe()).startsWith("All 3 cases of the campaign, ");
        assertThat(CoverageSample.of(source, "", 0, 4).describe()).isEqualTo("No case is counted yet.");
    }

    @Test
    void a_case_that_cannot_be_generated_is_reported() {
        CaseSource source = index -> {
            if (index == 1) {
                throw new IllegalStateException("no case 1");
            }
            return CaseReader.read(StoredCampaign.HIERARCHY);
        };
        assertThat(CoverageSample.of(source, "", 2, 2).describe()).endsWith(" 1 case could not be generated.");
    }

    @Test
    void another_generator_is_reported() {
        var sample = CoverageSample.of(CaseSource.seeded(1), "00000000", 1000, 4);
        assertThat(sample.isEmpty()).isTrue();
        assertThat(sample.describe()).startsWith("Not shown: ");
    }
}
