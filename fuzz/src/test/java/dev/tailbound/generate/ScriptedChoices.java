package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.LongStream;

/// Scripted choices of a test; the code under test must make exactly these.
final class ScriptedChoices implements Choices {
    private final Deque<Long> script = new ArrayDeque<>();

    private ScriptedChoices(long... script) {
        LongStream.of(script).forEach(this.script::add);
    }

    static ScriptedChoices of(long... script) {
        return new ScriptedChoices(script);
    }

    @Override
    public int below(int bound) {
        long choice = bits64();
        assertThat(choice).as("the choice of one in %d; still scripted: %s", bound, script).isBetween(0L, bound - 1L);
        return (int) choice;
    }

    @Override
    public long bits64() {
        assertThat(script).as("choices left in the script").isNotEmpty();
        return script.poll();
    }

    void assertUsedUp() {
        assertThat(script).as("choices that nobody asked for").isEmpty();
    }
}
