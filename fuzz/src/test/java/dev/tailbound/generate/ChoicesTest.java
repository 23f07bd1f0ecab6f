package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChoicesTest {

    private static List<Integer> draw(Choices choices, int... bounds) {
        return IntStream.of(bounds).map(choices::below).boxed().toList();
    }

    @Test
    void a_seed_and_an_index_determine_everything() {
        var expected = Choices.seeded(1, 7);
        var actual = Choices.seeded(1, 7);
        for (int i = 0; i < 100; i++) {
            assertThat(actual.bits64()).isEqualTo(expected.bits64());
        }
    }

    @Test
    void streams_of_other_seeds_and_indices_differ() {
        var firsts = LongStream.range(0, 1000).flatMap(i -> LongStream.of(Choices.seeded(1, i).bits64(),
                Choices.seeded(2, i).bits64(), Choices.seeded(i + 3, 0).bits64()));
        assertThat(firsts.distinct()).hasSize(3000);
    }

    // Computed independently, from the formula in the documentation of SeededChoices.
    @Test
    void the_formula_is_the_documented_one() {
        var choices = Choices.seeded(1, 2);
        assertThat(List.of(choices.bits64(), choices.bits64())).isEqualTo(List.of(0x81fb535ca52e6825L, 0x169e0b7da8ddfb5cL));
        assertThat(choices.below(1000)).isEqualTo(854);
    }

    @Test
    void every_number_below_a_bound_is_about_equally_frequent() {
        var choices = Choices.seeded(3, 0);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[choices.below(7)]++;
        }
        assertThat(IntStream.of(counts).boxed()).allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    @Test
    void each_choice_reads_as_many_bytes_as_its_bound_needs() {
        var choices = Choices.of((byte) 5, (byte) 0xff, (byte) 0x34, (byte) 0x12, (byte) 1, (byte) 2, (byte) 3);
        assertThat(draw(choices, 10, 256, 0x10000)).containsExactly(5, 255, 0x1234);
        assertThat(choices.bits64()).as("the rest of the string").isEqualTo(0x030201);
    }

    @Test
    void a_choice_without_alternatives_takes_no_byte() {
        assertThat(draw(Choices.of((byte) 9), 1, 1, 10)).containsExactly(0, 0, 9);
    }

    @Test
    void after_its_end_a_byte_string_returns_0() {
        var choices = Choices.of();
        assertThat(draw(choices, 2, 100, 1 << 20, Integer.MAX_VALUE)).containsOnly(0);
        assertThat(choices.bits64()).isZero();
        assertThat(choices.oneIn(2)).isFalse();
        assertThat(choices.percent(99)).isFalse();
    }

    @Test
    void answers_are_derived_from_one_choice_each() {
        var choices = ScriptedChoices.of(2, 3, 99, 1, 40, 2);
        assertThat(choices.between(-1, 5)).isEqualTo(1);
        assertThat(choices.oneIn(4)).isTrue();
        assertThat(choices.percent(1)).isTrue();
        assertThat(choices.pick(List.of("a", "b"))).isEqualTo("b");
        assertThat(choices.weighted(30, 10, 0, 5)).as("40 of 45, after 30 + 10 + 0").isEqualTo(3);
        assertThat(choices.bitOf(0b1011_0000)).as("the third of bits 4, 5, 7").isEqualTo(7);
        choices.assertUsedUp();
    }

    @Test
    void a_script_detects_unexpected_choices() {
        assertThatThrownBy(() -> ScriptedChoices.of(5).below(5)).hasMessageContaining("one in 5");
        assertThatThrownBy(() -> ScriptedChoices.of().below(2)).hasMessageContaining("choices left");
        assertThatThrownBy(() -> ScriptedChoices.of(0).assertUsedUp()).hasMessageContaining("nobody asked");
    }
}
