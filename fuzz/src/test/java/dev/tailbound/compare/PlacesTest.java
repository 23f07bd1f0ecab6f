package dev.tailbound.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.jit.Image;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.emulated.Follower;
import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.interp.Stepper;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Places of events: a run that arrives at an instruction's address is about to run that instruction.
@Tag("emulator")
class PlacesTest {
    private static final long MAX_STEPS = 100_000;

    /// Instructions in the order in which a run first arrives at their addresses.
    private static final class Arrivals implements Follower {
        private final Map<Long, Where> places = new HashMap<>();
        private final Set<Where> arrived = new LinkedHashSet<>();

        @Override
        public void begins(List<Image> images, MachineState machine) {
            for (int program = 0; program < images.size(); program++) {
                var image = images.get(program);
                for (int insn = 0; insn < image.lowered().written().size(); insn++) {
                    var where = new Where(program, insn);
                    image.addressOf(insn).ifPresent(address -> assertThat(places.put(address, where)).isNull());
                }
            }
        }

        @Override
        public boolean reached(long address) {
            if (places.containsKey(address)) {
                arrived.add(places.get(address));
            }
            return true;
        }

        @Override
        public void ended(Outcome outcome) {}
    }

    private static List<Where> run(VerifiedCase verified, TailCallRule rule) {
        var stepper = new Stepper(verified, rule);
        var passed = new LinkedHashSet<Where>();
        for (long steps = 0; stepper.isRunning() && steps < MAX_STEPS; steps++) {
            passed.add(stepper.next());
            if (!stepper.step()) {
                break;
            }
        }
        return List.copyOf(passed);
    }

    private static Stream<VerifiedCase> cases() {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT);
        var corpus = Corpus.files(List.of(Path.of("../corpus"))).stream().map(CaseReader::read);
        var generated = IntStream.range(0, 300).mapToObj(index -> generator.generate(Choices.seeded(8, index)));
        return Stream.concat(corpus, generated).map(source -> source.withEvents(List.of())).map(Verifier::verify)
                .flatMap(verdict -> verdict instanceof Accepted(var verified) ? Stream.of(verified) : Stream.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "arm64" })
    void a_run_that_arrives_at_an_instruction_runs_it_next(String name) {
        int places = 0;
        try (var engine = (EmulatedEngine) EngineSpec.parse(name).open(TailCallRule.V6_12)) {
            for (var verified : cases().toList()) {
                var arrivals = new Arrivals();
                engine.follow(verified, arrivals);
                if (!arrivals.arrived.isEmpty()) {
                    assertThat(run(verified, engine.rule())).as(CasePrinter.print(verified.source()))
                            .containsSubsequence(arrivals.arrived);
                    places += arrivals.arrived.size();
                }
            }
        }
        assertThat(places).isGreaterThan(5_000);
    }
}
