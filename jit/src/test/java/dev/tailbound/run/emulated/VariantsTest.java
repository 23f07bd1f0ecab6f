package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Expectation;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.arm64.KernelGeneration;
import dev.tailbound.jit.arm64.PointerScheme;
import dev.tailbound.jit.arm64.X26Scheme;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine.Options;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All variants of the arm64 backend run the corpus as real kernels did.
class VariantsTest {
    private static final Path CORPUS = Path.of("..", "corpus");

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Options OLD = new Options(Cpu.ARM64, ObjectLayout.V6_1, TailCallRule.V6_1, LIMIT);
    private static final Set<String> ENDLESS_BY_COPIES = Set.of("tailcall-hierarchy.case", "hierarchy1-unlimited-const.case");

    /// The corpus's cases that the verifier accepts.
    private static final Map<Path, VerifiedCase> CASES = accepted();

    static Stream<Arm64Options> variants() {
        var variants = new ArrayList<Arm64Options>();
        for (var kernel : KernelGeneration.values()) {
            for (int bits = 0; bits < 8; bits++) {
                variants.add(new Arm64Options(kernel, (bits & 4) != 0, (bits & 2) != 0, (bits & 1) != 0));
            }
        }
        return variants.stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void runs_the_corpus_as_kernels_did(Arm64Options options) {
        boolean x26 = options.kernel().compareTo(KernelGeneration.V6_12) < 0;
        var backend = new Arm64Backend(options, x26 ? new X26Scheme() : new PointerScheme());
        try (var engine = new EmulatedEngine(backend, x26 ? OLD : options(options.kernel()))) {
            CASES.forEach((file, verified) -> {
                var expected = x26 ? verified.source().expectationV61() : verified.source().expectation();
                if (!(x26 && isEndless(file))) {
                    var outcome = engine.run(verified);
                    assertThat(outcome).as(file.toString()).isInstanceOf(Returned.class);
                    check(file, verified, expected, ((Returned) outcome).observation());
                }
            });
        }
    }

    private static Options options(KernelGeneration kernel) {
        var layout = kernel == KernelGeneration.V7_2 ? ObjectLayout.V7_2 : ObjectLayout.V6_12;
        return new Options(Cpu.ARM64, layout, TailCallRule.V6_12, LIMIT);
    }

    /// 2^34 tail calls where each call of a subprogram has its own budget.
    private static boolean isEndless(Path file) {
        return ENDLESS_BY_COPIES.contains(file.getFileName().toString());
    }

    private static void check(Path file, VerifiedCase verified, Expectation expected, Observation observed) {
        assertThat(observed.hostDamage()).as(file.toString()).isEmpty();
        expected.r0().ifPresent(r0 -> assertThat(observed.r0()).as(file.toString()).isEqualTo(r0));
        expected.tailCalls().ifPresent(calls -> assertThat(observed.tailCalls()).as(file.toString()).isEqualTo(calls));
        expected.values().forEach((entry, value) -> {
            int size = ((BpfMap.Array) verified.source().maps().get(entry.map())).valueSize();
            var values = observed.maps().get(entry.map()).toHex();
            assertThat(values.substring(2 * size * entry.key(), 2 * size * (entry.key() + 1))).as(file.toString()).isEqualTo(value
                    .toHex());
        });
    }

    private static Map<Path, VerifiedCase> accepted() {
        var cases = new LinkedHashMap<Path, VerifiedCase>();
        for (var file : Corpus.files(List.of(CORPUS))) {
            if (Verifier.verify(CaseReader.read(file)) instanceof Accepted accepted) {
                cases.put(file, accepted.verified());
            }
        }
        return cases;
    }
}
