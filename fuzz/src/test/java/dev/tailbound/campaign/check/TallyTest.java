package dev.tailbound.campaign.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.Tally;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TallyTest {
    private static final ClassifiedCase R0 = new ClassifiedCase(CaseVerdict.DIVERGE, "arm64.r0");

    /// Cases `from..to-1`, of which those divisible by three diverge.
    private static Tally cases(int from, int to) {
        var tally = new Tally.Builder(from);
        IntStream.range(from, to).forEach(index -> tally.add(index % 3 == 0 ? R0 : new ClassifiedCase(CaseVerdict.AGREE, "")));
        tally.interleaved(8 * (to - from));
        IntStream.range(from, to).filter(index -> index % 4 == 0).forEach(_ -> tally.interpreted());
        return tally.build();
    }

    @Test
    void is_written_on_one_line() {
        assertThat(cases(1, 8).line()).isEqualTo("1 8 agree=5 diverge=2 finding:arm64.r0=2/3/6 interleavings=56 interpreted=1");
    }

    @Test
    void adjacent_tallies_add_up() {
        for (int middle = 0; middle <= 20; middle++) {
            assertThat(cases(0, middle).plus(cases(middle, 20))).isEqualTo(cases(0, 20));
        }
    }

    @Test
    void only_adjacent_tallies_add_up() {
        var before = cases(0, 3);
        var after = cases(4, 5);
        assertThatThrownBy(() -> before.plus(after)).hasMessage("cases from 4 do not follow cases to 3");
    }

    @Test
    void every_case_of_the_shard_must_be_counted() {
        var incomplete = Tally.parse("0 2 agree=1");
        assertThatThrownBy(() -> Tally.NOTHING.plus(incomplete))
                .hasMessage("cases 0 to 2 of shard 1/1 count 1 verdicts, expected 2");
        var second = Tally.parse("256 258 agree=2");
        assertThat(Tally.NOTHING.plus(second, new Shard(2, 3)).cases()).isEqualTo(2);
        assertThatThrownBy(() -> Tally.NOTHING.plus(second, new Shard(3, 3)))
                .hasMessage("cases 256 to 258 of shard 3/3 count 2 verdicts, expected 0");
    }

    @ParameterizedTest
    @EnumSource
    void every_verdict_survives_the_line(CaseVerdict verdict) {
        var tally = new Tally.Builder(5).add(new ClassifiedCase(verdict, "some.name")).build();

        assertThat(Tally.parse(tally.line())).isEqualTo(tally);
        assertThat(Tally.parse(cases(0, 9).line())).isEqualTo(cases(0, 9));
        assertThat(tally.count(verdict)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "0", "0 1 agree", "0 1 agree=2", "0 1 agree=x", "0 1 great=1",
        "0 1 diverge=1 finding:x=1/2", "1 0" })
    void anything_else_is_refused(String line) {
        assertThatThrownBy(() -> Tally.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
