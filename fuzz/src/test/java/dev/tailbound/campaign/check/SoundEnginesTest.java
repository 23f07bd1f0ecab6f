package dev.tailbound.campaign.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.SoundEngines;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoundEnginesTest {

    private static EngineSet set(String rule, String... engines) {
        return EngineSet.parse(List.of(engines), rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "oracle x86-64 arm64                   | v6.12 | []",
        "oracle arm64:x26                      | v6.12 | [arm64]",
        "oracle x86-64:percpu arm64            | v6.12 | [x86-64]",
        "oracle x86-64:stack-copy arm64:own-x26| v6.12 | [x86-64, arm64]",
        "oracle x86-64:stack-copy x86-64       | v6.12 | []",
        "oracle arm64:own-x26                  | v6.1  | [arm64:v6.1]" })
    void each_processor_has_the_engine_that_follows_the_rule(String engines, String rule, String sound) {
        assertThat(set(rule, engines.strip().split(" +")).soundBeside().stream().map(EngineSpec::name).toList().toString())
                .isEqualTo(sound);
    }

    /// A case on which sound engines agree if it expects 1.
    private static Case expecting(int result) {
        return CaseReader.parse("f", "-- prog p\nr0 = 1\nexit\n-- expect\nr0 = %d\n".formatted(result));
    }

    @Test
    void a_smaller_case_agrees_on_the_engines_of_the_original() {
        try (var sound = SoundEngines.beside(set("v6.12", "oracle", "arm64:x26"), () -> {})) {
            assertThat(sound.agreeingOn(expecting(1))).accepts(expecting(1)).rejects(expecting(2));
        }
    }

    @Test
    void no_agreement_is_required_if_the_original_differs() {
        try (var sound = SoundEngines.beside(set("v6.12", "oracle", "arm64:x26"), () -> {})) {
            assertThat(sound.agreeingOn(expecting(2))).accepts(expecting(1), expecting(2));
        }
    }

    @Test
    void no_agreement_is_required_if_all_sound_engines_are_compared_already() {
        try (var sound = SoundEngines.beside(set("v6.12", "oracle", "x86-64", "arm64"), () -> {})) {
            assertThat(sound.agreeingOn(expecting(1))).accepts(expecting(2));
        }
    }
}
