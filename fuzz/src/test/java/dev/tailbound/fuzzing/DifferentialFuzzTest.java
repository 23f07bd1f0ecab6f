package dev.tailbound.fuzzing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CorpusEntry;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/// All engines agree on the case of every corpus entry; a coverage-guided fuzzer tries to refute that.
class DifferentialFuzzTest {
    /// The default engines, and engines whose options cover the rest of the backends.
    private static final List<String> BACKENDS = List.of("x86-64", "arm64", "x86-64:v7.2,no-bmi2", "arm64:v7.2,ll-sc,bti");

    /// Few enough instructions that no backend comes near its time limit.
    private static final long FUEL = 1_000_000;

    private static Differential differential;

    @BeforeAll
    static void open() {
        var engines = new ArrayList<Engine>(List.of(new Interpreter(TailCallRule.V6_12, FUEL)));
        BACKENDS.forEach(name -> engines.add(EngineSpec.parse(name).open(TailCallRule.V6_12)));
        // A text's expectations become wrong at the first change.
        differential = new Differential(engines, _ -> Expectation.NONE);
    }

    @AfterAll
    static void close() {
        differential.close();
    }

    @MethodSource("dev.tailbound.fuzzing.Seeds#entries")
    @FuzzTest(maxDuration = "")
    void all_engines_agree(byte[] entry) {
        Case source;
        try {
            source = CorpusEntry.read("entry", entry);
        } catch (BadInput _) {
            return; // An invalid text: ReadersFuzzTest tests those.
        }
        if (Verifier.verify(source) instanceof Verdict.Accepted(var verified)
                && differential.compare(verified).comparison() instanceof Comparison.Diverge(var signature, var differences)) {
            throw new AssertionError("%s: %s%n%s".formatted(signature, differences, CasePrinter.print(source)));
        }
    }
}
