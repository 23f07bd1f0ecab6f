package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Expectation;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.arm64.X26Scheme;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.jit.x86.StackCopyScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine.Options;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// All variants of the backends, with every combination of options, reproduce real kernels' results on the corpus.
@Tag("emulator")
class VariantsTest {
    private static final Path CORPUS = Path.of("..", "corpus");
    private static final Set<String> ENDLESS_BY_COPIES = Set.of("tailcall-hierarchy.case", "tailcall-hierarchy-second-call.case",
            "tailcall-hierarchy-many-calls.case", "hierarchy1-unlimited-const.case", "budget-of-mains.case");

    /// The corpus's cases that the verifier accepts.
    private static final Map<Path, VerifiedCase> CASES = accepted();

    /// A kernel generation, with its structures and its tail call rule.
    enum Generation {
        V6_1, V6_12, V7_2;

        private Options options(Cpu cpu) {
            var layout = switch (this) {
                case V6_1 -> ObjectLayout.V6_1;
                case V6_12 -> ObjectLayout.V6_12;
                case V7_2 -> ObjectLayout.V7_2;
            };
            return new Options(cpu, layout, countsByCopies() ? TailCallRule.V6_1 : TailCallRule.V6_12);
        }

        private Lowering lowering(Cpu cpu) {
            boolean x86 = cpu == Cpu.X86_64;
            return Passes.ALL.lowering(switch (this) {
                case V6_1 -> x86 ? Profile.X86_64_V6_1 : Profile.ARM64_V6_1;
                case V6_12 -> x86 ? Profile.X86_64_V6_12 : Profile.ARM64_V6_12;
                case V7_2 -> x86 ? Profile.X86_64_V7_2 : Profile.ARM64_V7_2;
            });
        }

        private boolean countsByCopies() {
            return this == V6_1;
        }

        private Backend x86(boolean bmi2, boolean landingPads) {
            return x86(new X86Options(dev.tailbound.jit.x86.KernelGeneration.valueOf(name()), bmi2, landingPads));
        }

        private Backend indirectX86() {
            var options = X86Options.debian(dev.tailbound.jit.x86.KernelGeneration.valueOf(name()));
            return x86(options.withPokes(PokeProtocol.NONE));
        }

        private Backend x86(X86Options options) {
            return new X86Backend(options, countsByCopies() ? new StackCopyScheme() : new dev.tailbound.jit.x86.PointerScheme());
        }

        private Backend arm64(boolean lse, boolean pac, boolean bti) {
            var options = new Arm64Options(dev.tailbound.jit.arm64.KernelGeneration.valueOf(name()), lse, pac, bti);
            return new Arm64Backend(options, countsByCopies() ? new X26Scheme() : new dev.tailbound.jit.arm64.PointerScheme());
        }
    }

    /// A backend and its processor; `name` contains all options.
    record Variant(String name, Generation kernel, Backend backend, Cpu cpu) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Variant> variants() {
        var variants = new ArrayList<Variant>();
        var choices = List.of(false, true);
        for (var kernel : Generation.values()) {
            for (boolean first : choices) {
                for (boolean second : choices) {
                    variants.add(new Variant("x86-64 %s bmi2=%s landingPads=%s".formatted(kernel, first, second), kernel,
                            kernel.x86(first, second), Cpu.X86_64));
                    for (boolean third : choices) {
                        variants.add(new Variant("arm64 %s lse=%s pac=%s bti=%s".formatted(kernel, first, second, third), kernel,
                                kernel.arm64(first, second, third), first ? Cpu.ARM64 : Cpu.ARM64_NO_LSE));
                    }
                }
            }
        }
        for (var kernel : Generation.values()) {
            variants.add(new Variant("x86-64 %s indirect".formatted(kernel), kernel, kernel.indirectX86(), Cpu.X86_64));
        }
        return variants.stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void runs_the_corpus_as_kernels_did(Variant variant) {
        boolean copies = variant.kernel().countsByCopies();
        try (var engine = new EmulatedEngine(variant.name(), variant.kernel().lowering(variant.cpu()), variant.backend(),
                variant.kernel().options(variant.cpu()))) {
            CASES.forEach((file, verified) -> {
                if (!(copies && isEndless(file))) {
                    var outcome = engine.outcome(verified);
                    assertThat(outcome).as(file.toString()).isInstanceOf(Returned.class);
                    var expected = copies ? verified.source().expectationV61() : verified.source().expectation();
                    check(file, verified, expected, ((Returned) outcome).observation());
                }
            });
        }
    }

    /// 2^34 tail calls if each call of a subprogram has its own budget.
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
            assertThat(values.substring(2 * size * entry.key(), 2 * size * (entry.key() + 1))).as(file.toString())
                    .isEqualTo(value.toHex());
        });
    }

    private static Map<Path, VerifiedCase> accepted() {
        var cases = new LinkedHashMap<Path, VerifiedCase>();
        for (var file : Corpus.files(List.of(CORPUS))) {
            if (Verifier.verify(CaseReader.read(file)) instanceof Accepted accepted) {
                cases.put(file, accepted.verified());
            }
        }
        assertThat(cases).hasSizeGreaterThan(200);
        return cases;
    }
}
