package dev.tailbound.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.generate.TargetLimits;
import dev.tailbound.isa.Width;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A register shift by the width or more is found, also if its own result replaces the count.
class WideShiftsTest {

    @ParameterizedTest
    @CsvSource({ "W64, r0 <<= r1, 63,", "W64, r0 <<= r1, 64, entry insn 2 by 0x40",
        "W64, r0 s>>= r1, -1, entry insn 2 by 0xffffffffffffffff",
        "W64, r1 >>= r1, 64, entry insn 2 by 0x40", "W64, w0 <<= w1, 40,", "W32, w0 <<= w1, 32, entry insn 2 by 0x20",
        "W32, w0 <<= w1, 31,", "W32, r0 <<= r1, 64,", "W64, r0 += r1, 64," })
    void counts_are_compared_with_the_width(Width width, String insn, String count, String found) {
        var source = CaseReader.parse("case", "-- prog entry\nr0 = 1\nr1 = %s\n%s\nexit\n".formatted(count, insn));
        var shifts = new WideShifts(Set.of(width));
        shifts.start(source);
        if (!(Verifier.verify(source) instanceof Verdict.Accepted(var verified))) {
            throw new AssertionError(insn);
        }
        try (var oracle = new Interpreter(TailCallRule.V6_12, shifts)) {
            oracle.outcome(verified);
        }
        assertThat(shifts.found()).isEqualTo(Optional.ofNullable(found));
    }

    private static long wideShifts(GeneratorOptions options) {
        var both = Set.of(Width.values());
        var generator = new CaseGenerator(options);
        var shifts = new WideShifts(both);
        try (var oracle = new Interpreter(TailCallRule.V6_12, shifts)) {
            return IntStream.range(0, 300).filter(index -> {
                var source = generator.generate(Choices.seeded(5, index));
                shifts.start(source);
                return Verifier.verify(source) instanceof Verdict.Accepted(var verified) && oracle.outcome(verified) != null
                        && shifts
                                .found().isPresent();
            }).count();
        }
    }

    @Test
    void for_processors_that_do_not_mask_them_no_wide_shifts_are_generated() {
        var options = GeneratorOptions.forKernels(true, true);
        assertThat(wideShifts(options)).isGreaterThan(20);
        assertThat(wideShifts(options.withTarget(new TargetLimits(true, true, Set.of(Width.values()), true, true, 4), 4)))
                .isZero();
    }
}
