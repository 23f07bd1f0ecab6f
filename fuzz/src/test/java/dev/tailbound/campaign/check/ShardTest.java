package dev.tailbound.campaign.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.generate.SeededCases;
import dev.tailbound.isa.BadInput;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
    private static final long CASES = 10_000;

    /// The cases of a shard, by walking over its ranges.
    private static LongStream cases(Shard shard) {
        var cases = LongStream.builder();
        for (long from = shard.from(0); from < CASES; from = shard.from(shard.end(from))) {
            for (long index = from; index < Math.min(shard.end(from), CASES); index++) {
                cases.add(index);
            }
        }
        return cases.build();
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 3, 7, 100 })
    void shards_cover_every_case_once(int of) {
        assertThat(
                IntStream.rangeClosed(1, of).mapToObj(number -> new Shard(number, of)).flatMapToLong(ShardTest::cases).sorted())
                .containsExactlyElementsOf(LongStream.range(0, CASES).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = { "1/1", "1/2", "2/2", "3/7" })
    void cases_are_counted_in_any_range(String word) {
        var shard = Shard.parse("--shard", word);
        for (long[] range : new long[][]{ { 0, 0 }, { 0, 1 }, { 255, 257 }, { 300, 300 }, { 256, 5000 }, { 1000, 9999 } }) {
            long expected = LongStream.range(range[0], range[1]).filter(index -> shard.from(index) == index).count();
            assertThat(shard.cases(range[0], range[1])).as("%s %d..%d", shard, range[0], range[1]).isEqualTo(expected);
        }
    }

    @Test
    void a_block_has_whole_families() {
        assertThat(Shard.BLOCK % SeededCases.INPUTS).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "1", "0/3", "4/3", "1/0", "-1/3", "1/1000000", "9999999/9999999", "1/2/3", "a/b" })
    void other_texts_are_bad_input(String text) {
        assertThatThrownBy(() -> Shard.parse("--shard", text)).isInstanceOf(BadInput.class)
                .hasMessageStartingWith("--shard: expected I/N with I from 1 to N");
    }
}
