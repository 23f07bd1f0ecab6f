package dev.tailbound.engines;

import java.util.List;
import java.util.stream.Stream;

/// A choice that a word in an engine's name selects.
interface Word {
    String word();

    static List<String> of(Word... choices) {
        return Stream.of(choices).map(Word::word).toList();
    }
}
