package dev.tailbound.report;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Texts with one letter per line.
class AlignmentTest {

    @ParameterizedTest
    @CsvSource({ "abc,abc,a b c", "abc,ac,a <b c", "ac,abc,a >b c", "'',ab,>a >b", "ab,'',<a <b", "abxd,abyd,a b <x >y d",
        "xab,aby,<x a b >y" })
    void lines_of_one_text_are_between_common_lines(String left, String right, String expected) {
        assertThat(show(left, right, align(left, right))).isEqualTo(expected);
    }

    @Test
    void pairs_are_split_without_a_change_of_order() {
        var parted = align("abc", "abc").parting((line, _) -> line == 1);
        assertThat(show("abc", "abc", parted)).isEqualTo("a <b >b c");
    }

    @Test
    void the_ends_of_both_texts_are_aligned() {
        var alignment = align("ab", "b");
        assertThat(alignment.has(2, 1)).isTrue();
        assertThat(alignment.has(1, 0)).isTrue();
        assertThat(alignment.has(0, 0)).isFalse();
    }

    @Test
    void of_long_texts_only_the_common_beginning_and_end_are_aligned() {
        var alignment = align("a" + "x".repeat(9000) + "b", "a" + "y".repeat(9000) + "b");
        assertThat(alignment.pairs()).hasSize(18_002).filteredOn(Alignment.Pair::isCommon)
                .containsExactly(new Alignment.Pair(0, 0), new Alignment.Pair(9001, 9001));
    }

    private static Alignment align(String left, String right) {
        return Alignment.of(left.length(), right.length(), (l, r) -> left.charAt(l) == right.charAt(r));
    }

    private static String show(String left, String right, Alignment alignment) {
        return alignment.pairs().stream().map(pair -> switch (Compared.side(pair)) {
            case BOTH -> "" + left.charAt(pair.left());
            case KERNEL -> "<" + left.charAt(pair.left());
            case OURS -> ">" + right.charAt(pair.right());
        }).collect(joining(" "));
    }
}
