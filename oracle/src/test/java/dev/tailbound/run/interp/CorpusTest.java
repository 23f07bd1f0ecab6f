package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Expectation;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The verifier and the oracle reproduce the results of real kernels in corpus/.
class CorpusTest {
    private static final Path CORPUS = Path.of("..", "corpus");

    static Stream<Path> corpus() {
        return Corpus.files(List.of(CORPUS)).stream();
    }

    static Stream<Path> tailCalls() {
        return Corpus.files(List.of(CORPUS.resolve("tail-calls"))).stream();
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void reproduces_the_results_of_kernels_from_6_12_on(Path file) {
        var source = CaseReader.read(file);
        check(source, source.expectation(), TailCallRule.V6_12, ByteOrder.LITTLE_ENDIAN);
    }

    /// An `expect big` was computed by hand or by a model outside of this project, not recorded from a kernel.
    @ParameterizedTest
    @MethodSource("corpus")
    void reproduces_the_results_on_big_endian_targets(Path file) {
        var source = CaseReader.read(file);
        check(source, source.expectationBig(), TailCallRule.V6_12, ByteOrder.BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("tailCalls")
    void reproduces_the_results_of_kernel_6_1(Path file) {
        var source = CaseReader.read(file);
        if (source.expectationV61().equals(Expectation.NONE)) {
            assertThat(file).as("the only case that kernel 6.1 did not finish").hasFileName("hierarchy1-unlimited-const.case");
        } else {
            check(source, source.expectationV61(), TailCallRule.V6_1, ByteOrder.LITTLE_ENDIAN);
        }
    }

    @ParameterizedTest
    @CsvFileSource(resources = "s390x-tail-calls.txt")
    void reproduces_the_tail_calls_of_an_s390x_kernel(String name, int retval, String counters) {
        var source = CaseReader.read(CORPUS.resolve("tail-calls").resolve(name + ".case"));
        try (var oracle = new Interpreter()) {
            var seen = Scenario
                    .observation(oracle.outcome(((Verdict.Accepted) Verifier.verify(source, ByteOrder.BIG_ENDIAN)).verified()));
            assertThat((int) seen.r0()).isEqualTo(retval);
            if (counters == null) {
                return; // the contents were not read
            }
            var numbers = counters.split(" ", -1);
            var memory = ByteBuffer
                    .wrap(seen.maps().stream().filter(values -> values.length() > 0).findFirst().orElse(Bytes.EMPTY).toArray());
            for (int i = 0; i < memory.capacity() / Long.BYTES; i++) {
                assertThat(memory.getLong(Long.BYTES * i)).as("number " + i)
                        .isEqualTo(i < numbers.length ? Long.parseLong(numbers[i]) : 0);
            }
        }
    }

    private static void check(Case source, Expectation expected, TailCallRule rule, ByteOrder order) {
        switch (Verifier.verify(source, order)) {
            case Verdict.Rejected rejected ->
                assertThat(expected.allowsRejection(rejected.reason())).as(rejected.reason()).isTrue();
            case Verdict.Accepted accepted -> {
                assertThat(expected.rejected()).isEmpty();
                try (var oracle = new Interpreter(rule)) {
                    var outcome = oracle.outcome(accepted.verified());
                    assertThat(outcome).isInstanceOf(Outcome.Returned.class);
                    check(source, expected.inMemory(source.maps(), order), ((Outcome.Returned) outcome).observation());
                }
            }
        }
    }

    private static void check(Case source, Expectation expected, Observation observed) {
        expected.r0().ifPresent(r0 -> assertThat(observed.r0()).isEqualTo(r0));
        expected.retval().ifPresent(retval -> assertThat((int) observed.r0()).isEqualTo(retval));
        expected.tailCalls().ifPresent(calls -> assertThat(observed.tailCalls()).isEqualTo(calls));
        expected.values().forEach((entry, value) -> {
            int size = ((BpfMap.Array) source.maps().get(entry.map())).valueSize();
            var values = observed.maps().get(entry.map()).toHex();
            assertThat(values.substring(2 * size * entry.key(), 2 * size * (entry.key() + 1))).isEqualTo(value.toHex());
        });
    }
}
