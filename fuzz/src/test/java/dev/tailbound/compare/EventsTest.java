package dev.tailbound.compare;

import static dev.tailbound.jit.PokeProtocol.Step.BYPASS;
import static dev.tailbound.jit.PokeProtocol.Step.TARGET;
import static dev.tailbound.jit.PokeProtocol.Step.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Differential.Explored;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.PokeProtocol.Step;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// While another CPU updates a program array, each run sees the old slot or the new one, under any interleaving of the update's steps.
@Tag("emulator")
class EventsTest {
    private static final Path CORPUS = Path.of("../corpus");
    private static final List<VerifiedCase> EVENTS = Stream.of("poke-clear.case", "poke-fill.case", "poke-replace.case")
            .map(file -> verified(CaseReader.read(CORPUS.resolve("seeds", file)))).toList();
    private static final int LIMIT = 20_000;

    private static VerifiedCase verified(Case source) {
        return ((Accepted) Verifier.verify(source)).verified();
    }

    private static List<Explored> explore(Engine engine, List<VerifiedCase> cases, int limit) {
        try (var differential = new Differential(List.of(new Interpreter(), engine), Case::expectation)) {
            return cases.stream().map(verified -> differential.explore(verified, limit, Choices.seeded(0, 0)::below).getFirst())
                    .toList();
        }
    }

    /// The delay of an update for which a helper call waits changes nothing, and is not tried.
    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:indirect", "arm64" })
    void after_a_helper_call_that_waits_for_an_update_every_tail_call_sees_it(String engine) {
        var waiting = verified(CaseReader.read(CORPUS.resolve("tail-calls/update-seen-after-helper.case")));
        var explored = explore(EngineSpec.parse(engine).open(TailCallRule.V6_12), List.of(waiting), LIMIT).getFirst();
        assertThat(explored.verdict()).isEqualTo(new Comparison.Agree());
        assertThat(explored.interleavings().isComplete()).isTrue();
        assertThat(explored.interleavings().outcomes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:stack-copy", "x86-64:percpu", "x86-64:indirect", "arm64" })
    void every_interleaving_shows_the_old_slot_or_the_new_one(String engine) {
        for (var explored : explore(EngineSpec.parse(engine).open(TailCallRule.V6_12), EVENTS, LIMIT)) {
            assertThat(explored.verdict()).isEqualTo(new Comparison.Agree());
            assertThat(explored.interleavings().isComplete()).isTrue();
            assertThat(explored.interleavings().outcomes()).hasSize(2);
        }
    }

    static Stream<Arguments> wrongOrders() {
        var fill = PokeProtocol.KERNEL.fill();
        var clear = PokeProtocol.KERNEL.clear();
        // @formatter:off
        return Stream.of(
                Arguments.of("filling: the bypass is removed first",         List.of(BYPASS, TARGET),       clear),
                Arguments.of("clearing: the target is removed first",             fill, List.of(TARGET, WAIT, BYPASS)),
                Arguments.of("clearing as the thread sketches it: the target, then the bypass", fill, List.of(TARGET, BYPASS)),
                Arguments.of("clearing: without waiting for runs in progress",   fill, List.of(BYPASS, TARGET)));
        // @formatter:on
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongOrders")
    void wrong_orders_of_the_steps_are_found(String name, List<Step> fill, List<Step> clear) {
        var options = X86Options.debian(KernelGeneration.V6_12).withPokes(new PokeProtocol(name, fill, clear));
        var engine = new EmulatedEngine(new X86Backend(options, new PointerScheme()), EmulatedEngine.Options.of(Cpu.X86_64));
        assertThat(explore(engine, EVENTS, LIMIT)).extracting(Explored::verdict)
                .hasAtLeastOneElementOfType(Comparison.Diverge.class);
    }

    @Test
    void rejected_designs_are_found() {
        for (var engine : List.of("x86-64:ip-aux", "x86-64:pop-nop-push", "x86-64:stack-copy,pop-nop-push")) {
            assertThat(explore(EngineSpec.parse(engine).open(TailCallRule.V6_12), EVENTS, LIMIT)).extracting(Explored::verdict)
                    .as(engine).hasAtLeastOneElementOfType(Comparison.Diverge.class);
        }
    }

    /// The cases of the corpus, each with an update of each of its slots at the start.
    private static List<VerifiedCase> corpusWithUpdates() {
        var cases = new ArrayList<VerifiedCase>();
        for (var file : Corpus.files(List.of(CORPUS.resolve("tail-calls")))) {
            var source = CaseReader.read(file);
            for (int map = 0; map < source.maps().size(); map++) {
                if (source.maps().get(map) instanceof BpfMap.ProgArray array) {
                    var start = new Event.Place.Before(source.entry(), 0);
                    var program = array.slots().containsKey(0) ? "" : source.entry();
                    cases.add(verified(
                            source.withEvents(List.of(new Event(start, map, 0, program))).withExpectation(Expectation.NONE)));
                }
            }
        }
        return cases;
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "arm64" })
    void the_corpus_sees_old_or_new_when_its_slots_change(String engine) {
        var explored = explore(EngineSpec.parse(engine).open(TailCallRule.V6_12), corpusWithUpdates(), 20);
        assertThat(explored).extracting(Explored::verdict).doesNotHaveAnyElementsOfTypes(Comparison.Diverge.class);
        assertThat(explored).filteredOn(result -> result.verdict() instanceof Comparison.Agree).hasSizeGreaterThan(40);
    }

    /// Three tail calls; each may start to fall through at any of its 34 executions.
    private static final String MANY_WAYS = """
            -- map table prog_array entries=1
            0: entry
            -- prog entry
                r6 = r1
                r2 = map[table] ll
                r3 = 0
                call bpf_tail_call
                r1 = r6
                r2 = map[table] ll
                r3 = 0
                call bpf_tail_call
                r1 = r6
                r2 = map[table] ll
                r3 = 0
                call bpf_tail_call
                r0 = 0
                exit
            -- events
            before entry 1: table[0] =
            """;

    @Test
    void runs_with_very_many_possible_event_orders_are_compared() {
        var verified = verified(CaseReader.parse("ways.case", MANY_WAYS));
        try (var oracle = new Interpreter(); var engine = EngineSpec.parse("x86-64").open(TailCallRule.V6_12)) {
            assertThat(oracle.eventOutcomes(verified, 300_000).all()).as("too many").isEmpty();
            assertThat(engine.outcome(verified)).isNotEqualTo(oracle.outcome(verified));
            assertThat(besideOracle(engine).compare(verified).comparison()).isEqualTo(new Comparison.Agree());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:indirect", "arm64" })
    void the_route_of_a_run_leads_the_oracle_to_its_outcome(String name) {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT.withEvents(100));
        var cases = IntStream.range(0, 300).mapToObj(index -> verified(generator.generate(Choices.seeded(5, index))))
                .filter(verified -> !verified.source().events().isEmpty()
                        && verified.facts().stream().noneMatch(ProgramFacts::leaksAddresses))
                .toList();
        try (var oracle = new Interpreter(); var engine = (EmulatedEngine) EngineSpec.parse(name).open(TailCallRule.V6_12)) {
            for (var verified : cases) {
                var allowed = oracle.eventOutcomes(verified, 0);
                var run = engine.run(verified, OptionalLong.empty());
                assertThat(allowed.include(run.outcome(), run.route())).isTrue();
                assertThat(engine.sample(verified, 4, Choices.seeded(6, 0)::below).outcomes()).allSatisfy((outcome,
                        way) -> assertThat(allowed.include(outcome, way.route())).isTrue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "x86-64:indirect", "arm64" })
    void events_whose_instruction_does_not_run_do_not_happen(String name) {
        try (var engines = besideOracle(EngineSpec.parse(name).open(TailCallRule.V6_12))) {
            var results = Corpus.files(List.of(CORPUS.resolve("events"))).stream().map(CaseReader::read).map(EventsTest::verified)
                    .map(engines::compare).toList();
            assertThat(results).hasSize(4).extracting(Differential.Result::comparison).containsOnly(new Comparison.Agree());
        }
    }

    /// Under the rule of 6.1, each call has its own budget: `doubling` runs as often as its first number says. The second number is
    /// the slot that is cleared.
    private static final String DOUBLING = """
            -- map count array value=8 entries=1
            -- map table prog_array entries=3
            0: doubling
            1: doubling
            2: doubling
            -- prog entry
                r2 = map[table] ll
                r3 = 0
                call bpf_tail_call
                r0 = 0
                exit
            -- prog doubling
                r6 = r1
                r1 = map[count][0] ll
                r2 = 1
                r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)
                if r2 > %d goto out
                r1 = r6
                call subprog
                r1 = r6
                call subprog
            out:
                r0 = 0
                exit
            subprog:
                r2 = map[table] ll
                r3 = 1
                call bpf_tail_call
                r0 = 0
                exit
            -- events
            before entry 0: table[%d] =
            """;
    /// Runs that see the event late do not end.
    private static final String NO_END = DOUBLING.formatted(Integer.MAX_VALUE, 0);
    /// No run sees the event, and each run takes longer than delayed runs may.
    private static final String FAR_END = DOUBLING.formatted(60_000, 2);

    static Stream<Arguments> longRuns() {
        return Stream.of("x86-64:v6.1", "arm64:v6.1")
                .flatMap(engine -> Stream.of(NO_END, FAR_END).map(text -> Arguments.of(engine, text)));
    }

    @ParameterizedTest
    @MethodSource("longRuns")
    void delayed_runs_that_were_cut_short_are_not_compared(String engine, String text) {
        var verified = verified(CaseReader.parse("long.case", text));
        try (var engines = new Differential(
                List.of(new Interpreter(TailCallRule.V6_1), EngineSpec.parse(engine).open(TailCallRule.V6_1)), Case::expectation)
                .sampling(interleavings(4))) {
            assertThat(engines.compare(verified).comparison()).isEqualTo(new Comparison.Agree());
        }
    }

    private static Differential.Sampling interleavings(int runs) {
        return new Differential.Sampling(runs, () -> Choices.seeded(0, 0)::below);
    }

    private static Differential besideOracle(Engine engine) {
        return new Differential(List.of(new Interpreter(), engine), Case::expectation);
    }

    /// An immediate update applies all steps between two instructions, in any order.
    @Test
    void a_comparison_also_runs_events_at_other_times() {
        var fill = EVENTS.get(1);
        try (var wrong = besideOracle(EngineSpec.parse("x86-64:ip-aux").open(TailCallRule.V6_12));
                var right = besideOracle(EngineSpec.parse("x86-64").open(TailCallRule.V6_12))) {
            assertThat(wrong.compare(fill).comparison()).isInstanceOf(Comparison.Agree.class);
            var closer = wrong.sampling(interleavings(100));
            assertThat(closer.compare(fill).comparison()).isInstanceOf(Comparison.Diverge.class)
                    .isEqualTo(closer.compare(fill).comparison());
            assertThat(right.sampling(interleavings(100)).compare(fill))
                    .matches(result -> result.comparison() instanceof Comparison.Agree && result.interleavings() == 100);
        }
    }
}
