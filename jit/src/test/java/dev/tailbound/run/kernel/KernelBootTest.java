package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real kernels of architectures without a backend of ours: they boot, compile programs and agree with the oracle. Skipped visibly if QEMU, a compiler
/// or an image is missing.
class KernelBootTest {
    private static final Path CORPUS = Path.of("../corpus");

    private static VerifiedCase corpus(String name) {
        return switch (Verifier.verify(CaseReader.read(CORPUS.resolve(name)))) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }

    @ParameterizedTest
    @EnumSource(names = { "RISCV64", "PPC64LE" })
    void a_kernel_compiles_programs_and_agrees_with_the_oracle(KernelArch arch) {
        var spec = TestKernels.of(arch);
        var rule = spec.image().promises().tailCalls();
        try (var engine = new KernelEngine(spec); var oracle = new Interpreter(rule)) {
            var cases = List.of(corpus("tail-calls/ping-pong-const.case"), corpus("tail-calls/fail-budget-empty-var-33.case"),
                    corpus("isa/alu/add32.case"), corpus("isa/mem/atomic64-cmpxchg-a.case"), corpus("isa/misc/retval-64.case"));
            var outcomes = engine.runAll(cases, _ -> {});
            for (int i = 0; i < cases.size(); i++) {
                assertThat(TestKernels.seen(outcomes.get(i))).as(cases.get(i).source().comment())
                        .isEqualTo(TestKernels.seen(oracle.outcome(cases.get(i))));
            }
            assertThat(engine.times().boots()).isEqualTo(1);
        }
    }
}
