package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.folder.TimeSeries.Moment;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressChartsTest {

    private static String render(Moment... moments) {
        return new ProgressCharts(List.of(moments)).render().toString();
    }

    private static List<String> texts(String svg) {
        return Pattern.compile("<text[^>]*>([^<]*)</text>").matcher(svg).results().map(match -> match.group(1)).toList();
    }

    @Test
    void a_campaign_without_counts_says_so() {
        assertThat(render()).contains("Nothing is counted yet.").doesNotContain("<svg");
    }

    @Test
    void a_steady_campaign_is_a_level_line() {
        var moments = LongStream.rangeClosed(0, 60).mapToObj(s -> new Moment(s, 100 * s, 100 * s, 0)).toArray(Moment[]::new);
        var html = render(moments);
        var speed = html.substring(0, html.indexOf("</figure>"));
        assertThat(texts(speed)).containsExactly("0", "20", "40", "60", "80", "100", "0", "10", "20", "30", "40", "50", "60",
                "seconds");
        var line = Pattern.compile("class=\"line\" d=\"([^\"]*)\"").matcher(speed).results().findFirst().orElseThrow().group(1);
        assertThat(line.split(" ?[ML] ")).filteredOn(point -> !point.isEmpty()).hasSize(30)
                .allSatisfy(point -> assertThat(point).endsWith(" 12"));
    }

    @Test
    void all_coordinates_are_numbers_for_any_campaign() {
        assertThat(render(new Moment(0, 0, 0, 0))).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(render(new Moment(5, 0, 0, 0))).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(render(new Moment(0.5, 10, 0, 3))).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(render(new Moment(1, 5, 5, 1), new Moment(1, 9, 9, 1))).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @ParameterizedTest
    @CsvSource({ "100, seconds", "600, minutes", "50000, hours", "1000000, days" })
    void time_has_a_suitable_unit(double seconds, String unit) {
        assertThat(texts(render(new Moment(seconds, 10, 10, 0)))).contains(unit);
    }

    @ParameterizedTest
    @CsvSource({ "100, 90%", "95, 90%", "60, 50%", "10, 0%" })
    void acceptance_starts_below_its_lowest_value(long accepted, String lowest) {
        assertThat(texts(render(new Moment(10, 100, accepted, 0)))).contains(lowest, "100%");
    }
}
