package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Probes do not change a case's observation and record r0 and the number of tail calls; checked with the oracle on the corpus.
class ProbesTest {
    private static final Path CORPUS = Path.of("../corpus");

    static Stream<Path> cases() {
        return Corpus
                .files(List.of(CORPUS.resolve("seeds"), CORPUS.resolve("schemes"), CORPUS.resolve("tail-calls"),
                        CORPUS.resolve("isa/mem")))
                .stream().filter(file -> Verifier.verify(CaseReader.read(file)) instanceof Verdict.Accepted(var verified)
                        && verified.source().proEpilogue().isEmpty());
    }

    private static VerifiedCase accepted(Case source) {
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }

    /// The case as sent to a kernel.
    private static Case probed(VerifiedCase verified, Set<Workaround> mends) {
        var source = verified.source();
        var maps = new ArrayList<>(source.maps());
        maps.add(new BpfMap.Array("probes", Probes.VALUE_SIZE, 1, new TreeMap<>()));
        var probes = new Probes(source.maps().size(), false, mends);
        var programs = new ArrayList<Program>();
        for (int i = 0; i < source.programs().size(); i++) {
            programs.add(probes.probe(source.programs().get(i), verified.facts().get(i), source.context()).program());
        }
        return source.withMaps(maps).withPrograms(programs).withExpectation(Expectation.NONE).withEvents(List.of());
    }

    private static Observation run(Case source) {
        try (var oracle = new Interpreter(TailCallRule.V6_12)) {
            return oracle.outcome(accepted(source)) instanceof Outcome.Returned(var seen) ? seen : null;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void probes_show_what_the_oracle_sees_and_change_nothing(Path file) {
        var source = CaseReader.read(file).withEvents(List.of());
        var verified = accepted(source);
        var expected = run(source);
        for (var mends : List.of(Set.<Workaround>of(), EnumSet.allOf(Workaround.class))) {
            var seen = run(probed(verified, mends));
            int map = source.maps().size();
            var shown = ByteBuffer.wrap(seen.maps().get(map).toArray()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(shown.getLong(Probes.RESULT)).isEqualTo(seen.r0()).isEqualTo(expected.r0());
            assertThat(shown.getLong(Probes.ENTERED) - 1).isEqualTo(seen.tailCalls()).isEqualTo(expected.tailCalls());
            assertThat(seen.maps().subList(0, map)).isEqualTo(expected.maps());
        }
    }

    @Test
    void memory_as_context_becomes_a_map() {
        var verified = accepted(new TestPrograms().program("entry", """
                r0 = *(u8 *)(r1 + 1)
                r0 += r2
                *(u8 *)(r1 + 0) = r0
                exit
                """).source().withContext(new Context.Mem(Bytes.ofHex("0a0b"))));
        var probed = new Probes(0, true, Set.of())
                .probe(verified.source().programs().getFirst(), verified.facts().getFirst(), verified.source().context())
                .program();
        var maps = List.<BpfMap>of(new BpfMap.Array("probes", Probes.VALUE_SIZE, 1, new TreeMap<>()),
                new BpfMap.Array("context", 2, 1, new TreeMap<>(Map.of(0, Bytes.ofHex("0a0b")))));
        var seen = run(verified.source().withMaps(maps).withPrograms(List.of(probed)).withContext(Context.Skb.defaults()));
        assertThat(seen.r0()).isEqualTo(0x0d);
        assertThat(seen.maps().get(1)).isEqualTo(Bytes.ofHex("0d0b"));
    }

    @Test
    void functions_are_identified_by_their_start_slots() {
        var verified = accepted(new TestPrograms().program("entry", """
                call f
                exit
                f:
                r0 = 5
                exit
                """).source());
        var program = verified.source().programs().getFirst();
        var plain = new Probes(0, true, Set.of()).probe(program, verified.facts().getFirst(), verified.source().context());
        assertThat(plain.functions()).containsExactly(0, 2);
        assertThat(plain.program().insns()).isEqualTo(program.insns());
        var probed = new Probes(0, false, Set.of()).probe(program, verified.facts().getFirst(), verified.source().context());
        // Five slots after the entry, three before the exit.
        assertThat(probed.functions()).containsExactly(0, 2 + 5 + 3);
    }
}
