package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A real kernel of each architecture that has an engine of ours; skipped visibly if QEMU, a compiler or an image is missing.
class KernelEngineTest {
    private static final Path CORPUS = Path.of("../corpus");
    private static final int CASE_LIMIT = 15_000;

    private static VerifiedCase accepted(Case source) {
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new BadInput("", rejected.message());
        };
    }

    private static VerifiedCase corpus(String name) {
        return accepted(CaseReader.read(CORPUS.resolve(name)));
    }

    private static VerifiedCase returning(String name, int value) {
        return accepted(new TestPrograms().program(name, "r0 = %d\nexit\n".formatted(value)).source());
    }

    private static boolean isNamed(VerifiedCase verified, String name) {
        return verified.source().entry().equals(name);
    }

    /// Runs cases with a crash and a stall among them, which do not affect the other cases.
    @ParameterizedTest
    @EnumSource(names = { "X86_64", "ARM64" })
    void a_kernel_runs_cases_and_is_rebooted_when_it_dies(KernelArch arch) {
        var options = new KernelEngine.Options(CASE_LIMIT, verified -> isNamed(verified, "fatal"),
                verified -> isNamed(verified, "stalling"));
        var spec = TestKernels.of(arch);
        try (var engine = new KernelEngine(spec, options); var oracle = new Interpreter(spec.image().promises().tailCalls())) {
            var cases = List.of(corpus("tail-calls/main-chain-plain-subprog-const.case"), returning("fatal", 1),
                    corpus("schemes/flat-35-calls.case"), returning("stalling", 1), returning("last", -1),
                    corpus("seeds/poke-fill.case"), corpus("trampolines/fentry-bounded.case"));
            var outcomes = engine.runAll(cases, _ -> {});
            for (int i : new int[]{ 0, 2, 4, 6 }) {
                assertThat(TestKernels.seen(outcomes.get(i))).as(cases.get(i).source().comment())
                        .isEqualTo(TestKernels.seen(oracle.outcome(cases.get(i))));
            }
            assertThat(outcomes.get(1)).isInstanceOfSatisfying(Outcome.Trapped.class, died -> {
                assertThat(died.kind()).isEqualTo(Trap.EXCEPTION);
                assertThat(died.detail()).startsWith("the kernel died: Kernel panic - not syncing: sysrq triggered crash");
                assertThat(died.evidence()).isNotEmpty();
            });
            assertThat(outcomes.get(3)).isInstanceOfSatisfying(Outcome.Trapped.class,
                    stalled -> assertThat(stalled.kind()).isEqualTo(Trap.RUNAWAY));
            assertThat(outcomes.get(5)).isInstanceOf(Outcome.Inapplicable.class);
            assertThat(engine.times().boots()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "X86_64", "ARM64" })
    void a_rejection_has_the_verifiers_log(KernelArch arch) {
        var wrong = new VerifiedCase(
                returning("entry", 0).source()
                        .withPrograms(new TestPrograms().program("entry", "r0 = r4\nexit\n").source().programs()),
                returning("entry", 0).facts());
        try (var engine = new KernelEngine(TestKernels.of(arch))) {
            var refused = engine.outcome(wrong);
            assertThat(refused).isInstanceOfSatisfying(Outcome.Refused.class,
                    told -> assertThat(told.reason()).startsWith("program entry: EACCES (13): R4 !read_ok\n"));
            assertThat(refused.evidence()).anyMatch(line -> line.contains("r0 = r4"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "X86_64", "ARM64" })
    void a_kernel_dumps_loaded_programs(KernelArch arch) {
        var verified = accepted(CaseReader.read(Path.of("src/test/resources/dev/tailbound/run/kernel/dump.case")));
        try (var engine = new KernelEngine(TestKernels.of(arch))) {
            var dump = KernelDump.of(engine, verified);
            assertThat(dump.maps()).startsWith("table", "values");
            var program = dump.programs().getFirst();
            assertThat(program.functions()).hasSize(2).allMatch(function -> function.code().length() > 40);
            var calls = program.rewritten().insns().stream().filter(Insn.CallHelper.class::isInstance)
                    .map(Insn.CallHelper.class::cast).toList();
            assertThat(dump.symbols().names(List.of(dump.callBase() + calls.getFirst().id(), 7L)))
                    .containsOnly(Map.entry(dump.callBase() + calls.getFirst().id(), "array_map_update_elem"));
            assertThat(calls.getLast().isTailCall()).isTrue();
        }
    }
}
