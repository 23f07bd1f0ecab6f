package dev.tailbound.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.compare.Signature;
import dev.tailbound.faults.Fault.Topic;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The harness finds every injected fault, and nothing in correct backends, always with the same cases.
class FaultsTest {
    private static final long SEED = 1;
    private static final int CASES = 64_000;
    private static final int CASES_WITHOUT_FAULT = 16_000;
    private static final int CASES_FOR_HIERARCHIES = 1000;
    private static final int INSNS = 15;

    static final List<Fault> FAULTS = Faults.ALL;

    static Stream<Fault> hierarchies() {
        return Stream.of(X86TailCallFaults.STACK_COPY, Arm64TailCallFaults.X26);
    }

    @Test
    void there_are_faults_of_every_topic_on_both_architectures() {
        assertThat(FAULTS).hasSizeGreaterThanOrEqualTo(40);
        for (var topic : Topic.values()) {
            assertThat(FAULTS).filteredOn(fault -> fault.topic() == topic).extracting(Fault::machine).contains(Machine.X86_64,
                    Machine.ARM64);
        }
        assertThat(FAULTS).extracting(Fault::toString).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @FieldSource("FAULTS")
    void every_fault_is_found(Fault fault) {
        try (var hunt = new Hunt(SEED, fault)) {
            assertThat(hunt.first(CASES)).as("found within %d cases of seed %d", CASES, SEED).isPresent();
        }
    }

    /// Faults with wrong control flow, so that runs may not end.
    static Stream<Fault> strayJumps() {
        return FAULTS.stream().filter(fault -> fault.origin().equals("kernel e4d4d456436b"));
    }

    /// The load and speed of the machine do not affect the case at which a fault is found, nor its smallest case.
    @ParameterizedTest
    @MethodSource("strayJumps")
    void the_same_seed_finds_a_fault_at_the_same_case_with_the_same_smallest_case(Fault fault) {
        var found = IntStream.range(0, 2).parallel().mapToObj(_ -> {
            try (var hunt = new Hunt(SEED, fault)) {
                var kill = hunt.first(CASES).orElseThrow();
                return List.of(kill.cases(), kill.signature(), hunt.smallest(kill));
            }
        }).toList();
        assertThat(found.getFirst()).isEqualTo(found.getLast());
    }

    @ParameterizedTest
    @EnumSource
    void without_a_fault_nothing_is_found(Machine machine) {
        try (var hunt = new Hunt(SEED, Fault.none(machine))) {
            assertThat(hunt.first(CASES_WITHOUT_FAULT)).isEmpty();
        }
    }

    static List<Fault> controls() {
        return LoweringFaults.CONTROLS;
    }

    @ParameterizedTest
    @MethodSource("controls")
    void with_correct_passes_assembled_for_faults_nothing_is_found(Fault control) {
        try (var hunt = new Hunt(SEED, control)) {
            assertThat(hunt.first(CASES_WITHOUT_FAULT)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("hierarchies")
    void a_count_that_is_not_shared_is_found_soon_with_a_small_case(Fault fault) {
        try (var hunt = new Hunt(SEED, fault)) {
            var kill = hunt.first(CASES_FOR_HIERARCHIES, Signature::overBudget).orElseThrow();
            assertThat(Hunt.insns(hunt.smallest(kill))).isLessThanOrEqualTo(INSNS);
        }
    }
}
