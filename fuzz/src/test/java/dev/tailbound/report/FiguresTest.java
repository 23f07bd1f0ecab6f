package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({ "0, 10, 0.0%", "1, 10000, <0.1%", "1, 3, 33.3%", "9999, 10000, 99.9%", "10, 10, 100.0%", "0, 0, -" })
    void a_share_is_100_or_0_percent_only_for_all_or_none(long part, long whole, String shown) {
        assertThat(Figures.share(part, whole)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "0 | 0", "9999 | 9,999", "99999 | 99,999", "123456 | 123k", "12345678 | 12.3M" })
    void a_count_is_brief(long count, String shown) {
        assertThat(Figures.brief(count)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({ "0, 0:00:00", "59.6, 0:01:00", "3725, 1:02:05", "360000, 100:00:00" })
    void a_duration_counts_hours(double seconds, String shown) {
        assertThat(Figures.duration(seconds)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "2 | 2", "0.25 | 0.25", "12.5 | 12.5", "1500 | 1,500" })
    void a_tick_has_no_more_digits_than_it_needs(double value, String shown) {
        assertThat(Figures.tick(value)).isEqualTo(shown);
    }
}
