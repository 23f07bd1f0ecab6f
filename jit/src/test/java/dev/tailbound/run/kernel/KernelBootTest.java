package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.setup.MissingToolException;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real kernels of architectures without a backend of ours: they boot, compile programs and agree with the oracle. Skipped visibly if QEMU, a compiler
/// or an image is missing.
class KernelBootTest {
    private static final Path CORPUS = Path.of("../corpus");

    private static KernelSpec kernel(KernelArch arch) {
        try {
            for (var tool : List.of(arch.qemu(), arch.compiler(System.getenv("PATH")))) {
                if (tool.find(System.getenv("PATH")).isEmpty()) {
                    skip(arch, tool.name() + " not found");
                }
            }
            var images = new ArrayList<>(KernelPackages.fetched(arch));
            if (images.isEmpty() && System.getenv("CI") != null) {
                images.add(new KernelPackages(KernelPackages.mirror(), "sid", arch).fetch());
            }
            if (images.isEmpty()) {
                skip(arch, "no image, ./tailbound kernels --fetch sid --arch %s gets one".formatted(arch.word()));
            }
            return KernelSpec.parse(arch.word() + ":" + images.getLast());
        } catch (IOException | MissingToolException e) {
            return skip(arch, e.getMessage());
        }
    }

    private static KernelSpec skip(KernelArch arch, String reason) {
        var line = "kernel %s: skipped, %s".formatted(arch.word(), reason);
        System.out.println(line);
        return abort(line);
    }

    private static VerifiedCase corpus(String name) {
        return switch (Verifier.verify(CaseReader.read(CORPUS.resolve(name)))) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }

    @ParameterizedTest
    @EnumSource(names = { "RISCV64", "PPC64LE" })
    void a_kernel_compiles_programs_and_agrees_with_the_oracle(KernelArch arch) {
        var spec = kernel(arch);
        var rule = spec.image().promises().tailCalls();
        try (var engine = new KernelEngine(spec); var oracle = new Interpreter(rule)) {
            var cases = List.of(corpus("tail-calls/ping-pong-const.case"), corpus("tail-calls/fail-budget-empty-var-33.case"),
                    corpus("isa/alu/add32.case"), corpus("isa/mem/atomic64-cmpxchg-a.case"), corpus("isa/misc/retval-64.case"));
            var outcomes = engine.runAll(cases, _ -> {});
            for (int i = 0; i < cases.size(); i++) {
                assertThat(seen(outcomes.get(i))).as(cases.get(i).source().comment()).isEqualTo(seen(oracle.outcome(cases.get(
                        i))));
            }
            assertThat(engine.times().boots()).isEqualTo(1);
        }
    }

    /// The parts that kernels can observe. A program that the interpreter runs would be inapplicable.
    private static List<Object> seen(Outcome outcome) {
        return outcome instanceof Outcome.Returned(var observation)
                ? List.of(observation.r0(), observation.tailCalls(), observation.maps(), observation.context())
                : List.of(outcome);
    }
}
