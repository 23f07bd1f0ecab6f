package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.generate.Choices;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Bits that depend on an address are never compared, for any data flow of the address.
///
/// `-Dtailbound.pointer-cases=1000000` sets the number of cases.
class AddressDependenceTest {
    private static final int CASES = Integer.getInteger("tailbound.pointer-cases", 5_000);
    private static final long SEED = 14;

    private static Stream<VerifiedCase> accepted() {
        return accepted(CASES, ByteOrder.LITTLE_ENDIAN);
    }

    private static Stream<VerifiedCase> accepted(int cases, ByteOrder order) {
        return LongStream.range(0, cases).mapToObj(index -> PointerCases.of(Choices.seeded(SEED, index)))
                .map(source -> Verifier.verify(source, order))
                .flatMap(verdict -> verdict instanceof Verdict.Accepted(var verified) ? Stream.of(verified) : Stream.empty());
    }

    @Test
    void compared_bits_are_the_same_under_every_layout() {
        compareLayouts(CASES, ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void compared_bits_of_a_big_endian_run_are_the_same_under_every_layout() {
        compareLayouts(CASES / 2, ByteOrder.BIG_ENDIAN);
    }

    private static void compareLayouts(int cases, ByteOrder order) {
        int[] verdicts = new int[3];
        try (var oracle = new Interpreter()) {
            accepted(cases, order).forEach(verified -> {
                var comparability = oracle.comparability(verified);
                switch (comparability) {
                    case Comparability.Whole _ -> verdicts[0]++;
                    case Comparability.Partly _ -> verdicts[1]++;
                    case Comparability.Nothing _ -> verdicts[2]++;
                }
                if (!(comparability instanceof Comparability.Nothing)) {
                    var expected = masked(comparability, oracle.outcome(verified));
                    for (long layout = 1; layout <= 6; layout++) {
                        var found = oracle.runUnder(layout(layout), verified);
                        assertThat(masked(comparability, found)).as(() -> CasePrinter.print(verified.source()))
                                .isEqualTo(expected);
                    }
                }
            });
        }
        assertThat(IntStream.of(verdicts).boxed()).as("whole, partly, not at all").allMatch(count -> count > cases / 20);
    }

    private static Object masked(Comparability comparability, Outcome outcome) {
        return outcome instanceof Outcome.Returned(var observation) ? comparability.comparable(observation) : outcome;
    }

    /// Windows at both halves of the address space, where every bit of an address varies.
    private static AddressLayout layout(long number) {
        long random = Choices.seeded(SEED, number).bits64();
        int window = (int) (random >>> 33) & 0x3fff_ffff;
        return new AddressLayout(number % 2 == 0 ? window : window | 0x8000_0000, (int) random & 0x3fff_fff8,
                (int) (random >>> 16) & 0x000f_fff8);
    }

    @Test
    void a_program_that_leaks_no_address_is_compared_as_a_whole() {
        accepted().filter(verified -> verified.facts().stream().noneMatch(ProgramFacts::leaksAddresses)).forEach(verified -> {
            var tracking = Interpreter.tracking(TailCallRule.V6_12);
            assertThat(tracking.trackedRun(verified)).as(() -> CasePrinter.print(verified.source()))
                    .isEqualTo(new Comparability.Whole());
        });
    }

    @Test
    void engines_never_diverge() {
        try (var engines = new Differential(EngineSet.DEFAULT.stream().map(spec -> spec.open(TailCallRule.V6_12)).toList(),
                Case::expectation)) {
            accepted().forEach(verified -> assertThat(engines.compare(verified).comparison())
                    .as(() -> CasePrinter.print(verified.source())).isNotInstanceOf(Comparison.Diverge.class));
        }
    }
}
