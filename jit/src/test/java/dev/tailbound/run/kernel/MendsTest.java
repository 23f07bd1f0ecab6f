package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Workarounds change a program, and not what it means.
class MendsTest {
    private static final Path CORPUS = Path.of("../corpus");

    private static VerifiedCase verified(Case source) {
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }

    private static Case mended(VerifiedCase verified, Set<Workaround> workarounds) {
        var source = verified.source();
        var probes = new Probes(source.maps().size(), true, workarounds);
        var programs = new ArrayList<Program>();
        for (int i = 0; i < source.programs().size(); i++) {
            programs.add(probes.probe(source.programs().get(i), verified.facts().get(i), source.context()).program());
        }
        return source.withPrograms(programs);
    }

    @ParameterizedTest
    @ValueSource(strings = { "verifier/zext-pruned.case", "isa/mem/store-far.case", "isa/mem/ldsx32.case",
        "isa/mem/ldsx32-odd.case", "isa/alu/movsx.case", "isa/alu/byteswap.case", "isa/mem/atomic32-cmpxchg-a.case",
        "isa/mem/atomic32-add_f-a.case", "isa/jmp/jslt32.case", "tail-calls/larger-frame.case",
        "tail-calls/index-0x100000000.case", "tail-calls/ping-pong-const.case", "tail-calls/fail-budget-empty-var-33.case" })
    void a_program_with_workarounds_has_the_same_results(String name) {
        var source = verified(CaseReader.read(CORPUS.resolve(name)));
        var all = EnumSet.of(Workaround.ZERO_EXTENSIONS, Workaround.NEAR_STORES, Workaround.SHIFTED_LOADS,
                Workaround.NARROW_INDICES, Workaround.DEEP_STACKS);
        var changed = mended(source, all);
        assertThat(changed.programs()).isNotEqualTo(source.source().programs());
        try (var oracle = new Interpreter()) {
            var expected = oracle.outcome(source);
            assertThat(expected).isInstanceOf(Outcome.Returned.class);
            assertThat(oracle.outcome(verified(changed))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({ "NEAR_STORES, isa/mem/store-far.case", "SHIFTED_LOADS, isa/mem/ldsx32-odd.case",
        "ZERO_EXTENSIONS, verifier/zext-pruned.case", "NARROW_INDICES, tail-calls/index-0x100000000.case",
        "DEEP_STACKS, tail-calls/larger-frame.case" })
    void each_workaround_changes_the_case_of_its_bug(Workaround workaround, String name) {
        var source = verified(CaseReader.read(CORPUS.resolve(name)));
        assertThat(mended(source, Set.of(workaround)).programs()).isNotEqualTo(source.source().programs());
    }

    @ParameterizedTest
    @ValueSource(strings = { "isa/mem/store-far.case" })
    void no_far_store_remains(String name) {
        var source = verified(CaseReader.read(CORPUS.resolve(name)));
        assertThat(stores(mended(source, Set.of(Workaround.NEAR_STORES)).programs())).allMatch(store -> store.off() < 2048)
                .hasSameSizeAs(stores(source.source().programs()).toList());
    }

    private static Stream<Insn.Store> stores(List<Program> programs) {
        return programs.stream().flatMap(program -> program.insns().stream()).filter(Insn.Store.class::isInstance)
                .map(Insn.Store.class::cast);
    }
}
