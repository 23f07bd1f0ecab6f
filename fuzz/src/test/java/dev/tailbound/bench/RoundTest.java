package dev.tailbound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The arithmetic of the figures that `bench` prints.
class RoundTest {
    private static final List<Stage> STAGES = List.of(new Stage("make", false), new Stage("emulate", true),
            new Stage("other", true));

    /// 1000 cases in 4 ms, with 2 ms of processor time.
    private static final Round ROUND = new Round(1000, 0, 0, 4_000_000, 2_000_000, new long[]{ 1_000_000, 2_000_000, 500_000 });

    @Test
    void the_ratio_compares_the_whole_with_all_emulators() {
        assertThat(ROUND.ratioToBare(STAGES)).isEqualTo(4.0 / 2.5);
    }

    @Test
    void microseconds_are_of_processor_time() {
        assertThat(ROUND.share(1_000_000)).isEqualTo(0.25);
        assertThat(ROUND.micros(1_000_000)).isEqualTo(0.5);
        assertThat(ROUND.casesPerProcessorSecond()).isEqualTo(500_000);
        assertThat(ROUND.casesPerSecond()).isEqualTo(250_000);
    }

    @Test
    void the_median_is_by_processor_time() {
        var rounds = List.of(taking(9), taking(1), taking(5));
        assertThat(Round.median(rounds)).isSameAs(rounds.get(2));
    }

    private static Round taking(long processor) {
        return new Round(1, 0, 0, 100 - processor, processor, new long[3]);
    }
}
