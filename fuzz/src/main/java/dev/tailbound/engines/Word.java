package dev.tailbound.engines;

import java.util.List;
import java.util.stream.Stream;

/// A choice that an engine's name can spell.
interface Word {
    String word();

    static List<String> of(Word... choices) {
        return Stream.of(choices).map(Word::word).toList();
    }
}
