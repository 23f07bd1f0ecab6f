package dev.tailbound.engines;

import dev.tailbound.isa.BadInput;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// The options in the name of an engine, as words.
record EngineWords(String name, Set<String> words) {

    /// Throws [BadInput] for the first unknown word.
    static void requireKnown(String name, List<String> words, List<String> known) {
        for (var word : words) {
            if (!known.contains(word)) {
                throw new BadInput("engine " + name, "%s, expected %s".formatted(word.isEmpty() ? "empty option"
                        : "unknown option '%s'".formatted(word),
                        known.isEmpty() ? "none"
                                : "some of " + String.join(", ", known)));
            }
        }
    }

    /// The choice that the words name; throws [BadInput] if they name two.
    <T> Optional<T> oneOf(Stream<T> choices, Function<T, String> word) {
        var all = choices.toList();
        var named = all.stream().filter(choice -> words.contains(word.apply(choice))).toList();
        refuseTwo(all.stream().map(word).toList());
        return named.stream().findFirst();
    }

    /// The choices that the words name.
    <T extends Enum<T> & Word> Set<T> allOf(Class<T> choices) {
        var named = EnumSet.noneOf(choices);
        Stream.of(choices.getEnumConstants()).filter(choice -> words.contains(choice.word())).forEach(named::add);
        return named;
    }

    /// Throws [BadInput] if two of the alternatives are named.
    void refuseTwo(List<String> alternatives) {
        var named = new TreeSet<>(words);
        named.retainAll(alternatives);
        if (named.size() > 1) {
            throw new BadInput("engine " + name, "expected at most one of %s, found %s".formatted(String.join(", ", alternatives),
                    String.join(" and ", named)));
        }
    }
}
