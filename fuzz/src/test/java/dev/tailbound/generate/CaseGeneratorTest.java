package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.coverage.CallKind;
import dev.tailbound.coverage.Coverage;
import dev.tailbound.coverage.Feature;
import dev.tailbound.coverage.Measure;
import dev.tailbound.coverage.Shape;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CaseGeneratorTest {
    private static final int CASES = 3000;
    private static final long SEED = 1;
    private static final CaseGenerator GENERATOR = new CaseGenerator(GeneratorOptions.DEFAULT);
    private static final List<Verdict> VERDICTS = cases(CASES).map(Verifier::verify).toList();

    /// Instruction limit of a run: a longer one should have terminated.
    private static final int FUEL = 2_000_000;

    private static Stream<Case> cases(int count) {
        return cases(GENERATOR, count);
    }

    private static Stream<Case> cases(CaseGenerator generator, int count) {
        return IntStream.range(0, count).mapToObj(i -> generator.generate(Choices.seeded(SEED, i)));
    }

    /// The first `CASES` cases, generated and verified once for all tests.
    private static Stream<VerifiedCase> verified() {
        return VERDICTS.stream().map(verdict -> ((Verdict.Accepted) verdict).verified());
    }

    private static VerifiedCase accepted(Case source) {
        var verdict = Verifier.verify(source);
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).verified();
    }

    private static Stream<Insn> insns(Case source) {
        return source.wholes().stream().flatMap(whole -> whole.insns().stream());
    }

    // Determinism

    @Test
    void the_same_choices_make_the_same_case() {
        assertThat(cases(200)).containsExactlyElementsOf(cases(new CaseGenerator(GeneratorOptions.DEFAULT), 200).toList());
    }

    @Test
    void a_case_does_not_depend_on_earlier_ones() {
        var alone = GENERATOR.generate(Choices.seeded(SEED, 199));
        assertThat(cases(200).toList().getLast()).isEqualTo(alone);
    }

    @Test
    void other_choices_make_other_cases() {
        assertThat(cases(500).distinct()).hasSize(500);
    }

    @Test
    void some_jumps_go_over_more_than_two_kibibytes_of_code() {
        assertThat(places((program, i) -> program.insn(i) instanceof Insn.JumpIf jump && jump.target() - i >= 420))
                .isGreaterThan(5);
    }

    @Test
    void some_stack_offsets_are_known_only_at_run_time() {
        assertThat(places((program, i) -> program.insn(i).equals(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R2, Reg.R3))
                && program.insn(i - 1).equals(new Insn.Mov(Width.W64, Reg.R2, Reg.R10)))).isGreaterThan(10);
    }

    @Test
    void some_addresses_of_map_values_go_through_the_stack() {
        assertThat(places((program, i) -> program.insn(i) instanceof Insn.Load filled && filled.base() == Reg.R10
                && program.insn(i - 1) instanceof Insn.Store spilled && spilled.base() == Reg.R10 && spilled.off() == filled.off()
                && program.insn(i + 1) instanceof Insn.Store number && number.off() == filled.off()
                && program.insn(i + 2) instanceof Insn.Load load && load.base() == filled.dst())).isGreaterThan(100);
    }

    private interface Place {
        boolean test(Program program, int insn);
    }

    private static long places(Place place) {
        return verified().flatMap(verified -> verified.source().programs().stream())
                .mapToLong(program -> IntStream.range(1, program.size() - 2).filter(i -> place.test(program, i)).count()).sum();
    }

    // Valid by construction

    @Test
    void the_verifier_accepts_every_case() {
        assertThat(VERDICTS).hasOnlyElementsOfType(Verdict.Accepted.class);
    }

    @Test
    void no_value_depends_on_an_address() {
        assertThat(verified().flatMap(verified -> verified.facts().stream())).noneMatch(ProgramFacts::leaksAddresses);
    }

    @Test
    void every_run_ends_and_reads_nothing_undefined() {
        try (var oracle = new Interpreter(TailCallRule.V6_12, FUEL)) {
            assertThat(verified().map(oracle::outcome)).hasOnlyElementsOfType(Outcome.Returned.class);
        }
    }

    /// Uniformly distributed bytes, and bytes of few values, which repeat the same choice.
    @Test
    void any_byte_string_makes_a_valid_case() {
        try (var oracle = new Interpreter(TailCallRule.V6_12, FUEL)) {
            for (int i = 0; i < 1500; i++) {
                var choices = Choices.seeded(2, i);
                var bytes = new byte[choices.below(1500)];
                int mask = choices.pick(new int[]{ 0xff, 0x03, (int) choices.bits64() });
                int set = choices.pick(new int[]{ 0, 0, (int) choices.bits64() });
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) ((choices.below(256) & mask) | set);
                }
                assertThat(oracle.outcome(accepted(GENERATOR.generate(Choices.of(bytes))))).isInstanceOf(Outcome.Returned.class);
            }
        }
    }

    static Stream<GeneratorOptions> kernelEnvironment() {
        var plain = GeneratorOptions.DEFAULT.withProEpilogues(0);
        return Stream.of(plain.withAttachments(100), plain.withEvents(100).withAttachments(0),
                plain.withAttachments(100).withEvents(100),
                GeneratorOptions.DEFAULT.withEvents(100).withAttachments(0).withProEpilogues(100));
    }

    /// Extensions and tracing programs restart the count, so such runs may take longer.
    @ParameterizedTest
    @MethodSource("kernelEnvironment")
    void cases_full_of_attachments_and_events_are_valid(GeneratorOptions options) {
        try (var oracle = new Interpreter(TailCallRule.V6_12, FUEL)) {
            assertThat(cases(new CaseGenerator(options), 500)).allSatisfy(source -> {
                var verified = accepted(source);
                assertThat(verified.facts()).noneMatch(ProgramFacts::leaksAddresses);
                assertThat(oracle.outcome(verified)).isInstanceOf(Outcome.Returned.class);
            });
        }
    }

    @Test
    void kernels_get_neither_attachments_nor_events() {
        assertThat(cases(new CaseGenerator(GeneratorOptions.forKernels(true, true)), 500)).allSatisfy(source -> {
            assertThat(source.attachments().isEmpty()).isTrue();
            assertThat(source.events()).isEmpty();
        });
    }

    /// An update that happens after the run, or never, changes nothing.
    @Test
    void many_events_change_the_outcome() {
        var changing = cases(new CaseGenerator(GeneratorOptions.DEFAULT.withEvents(100)), 500)
                .filter(source -> !source.events().isEmpty()).map(CaseGeneratorTest::accepted).toList();
        try (var oracle = new Interpreter(TailCallRule.V6_12)) {
            assertThat(changing.stream().filter(verified -> oracle.eventOutcomes(verified, 1_000_000).all().size() != 1).count())
                    .isGreaterThan(changing.size() / 6);
        }
    }

    static Stream<String> rows() {
        return Menu.ROWS.stream().map(Menu.Row::name);
    }

    /// Repeating one row uses up registers, slots and cost.
    @ParameterizedTest
    @MethodSource("rows")
    void cases_full_of_one_row_are_valid(String row) {
        try (var oracle = new Interpreter(TailCallRule.V6_12, FUEL)) {
            assertThat(cases(new CaseGenerator(GeneratorOptions.DEFAULT.withWeight(row, 1000)), 150)
                    .map(source -> oracle.outcome(accepted(source)))).hasOnlyElementsOfType(Outcome.Returned.class);
        }
    }

    @Test
    void repeated_bytes_make_valid_cases() {
        for (int value = 0; value < 256; value++) {
            var bytes = new byte[2000];
            Arrays.fill(bytes, (byte) value);
            accepted(GENERATOR.generate(Choices.of(bytes)));
        }
    }

    @Test
    void no_bytes_make_the_smallest_case() {
        var smallest = GENERATOR.generate(Choices.of());
        assertThat(smallest.programs()).hasSize(1);
        assertThat(insns(smallest)).hasSizeLessThan(12);
    }

    // Coverage

    @Test
    void every_instruction_feature_and_pair_occurs_within_3000_cases() {
        var coverage = new Coverage();
        cases(CASES).forEach(coverage::add);

        assertThat(Shape.all()).allSatisfy(shape -> assertThat(coverage.insns(shape)).as("%s", shape).isPositive());
        for (var feature : Feature.values()) {
            assertThat(coverage.cases(feature)).as(feature.title()).isPositive();
            for (var kind : CallKind.values()) {
                if (feature.fits(kind)) {
                    assertThat(coverage.cases(feature, kind)).as("%s beside %s", feature.title(), kind.title()).isPositive();
                }
            }
        }
    }

    @Test
    void every_size_that_kernels_allow_occurs_within_100000_cases() {
        var coverage = new Coverage();
        cases(100_000).forEach(coverage::add);
        for (var measure : Measure.values()) {
            assertThat(IntStream.rangeClosed(measure.lowest(), measure.highest())
                    .filter(magnitude -> coverage.occurrences(measure, magnitude) == 0)).as(measure.title()).isEmpty();
        }
    }

    @Test
    void stacks_have_every_alignment() {
        var remainders = verified().limit(500).flatMap(verified -> verified.facts().stream())
                .flatMap(facts -> facts.subprograms().stream()).map(function -> function.stackDepth() % 16)
                .collect(Collectors.toSet());
        assertThat(remainders).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 16).boxed().toList());
    }

    @Test
    void cases_have_any_number_of_programs_and_runs_take_any_number_of_tail_calls_up_to_the_budget() {
        assertThat(verified().map(VerifiedCase::source).filter(source -> source.attachments().isEmpty())
                .map(source -> source.programs().size()).distinct()).contains(1, 2, 3, 4, 5, 6)
                .anyMatch(programs -> programs > 32);
        try (var oracle = new Interpreter()) {
            var taken = verified().map(oracle::outcome)
                    .map(outcome -> ((Outcome.Returned) outcome).observation().tailCalls()).collect(Collectors.toSet());
            assertThat(taken).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 30, 31, 32, TailCallRule.MAX_TAIL_CALL_CNT);
        }
    }

    @Test
    void a_typical_run_executes_about_a_hundred_instructions() {
        var steps = new long[1];
        try (var oracle = new Interpreter(TailCallRule.V6_12, FUEL, (_, _, _) -> steps[0]++)) {
            var sorted = verified().mapToLong(verified -> {
                steps[0] = 0;
                oracle.outcome(verified);
                return steps[0];
            }).sorted().toArray();
            long mean = Arrays.stream(sorted).sum() / sorted.length;
            System.out.printf("executed instructions of %d cases: mean %d, quartiles %d %d %d, most %d%n", CASES, mean,
                    sorted[CASES / 4], sorted[CASES / 2], sorted[3 * CASES / 4], sorted[CASES - 1]);
            assertThat(sorted[CASES / 2]).isBetween(60L, 160L);
            assertThat(mean).isLessThan(400);
        }
    }

    /// The project's main target: with counters that are copied down the call tree, such cases make more than 33 tail calls.
    @Test
    void copied_counters_fail_within_1000_cases() {
        try (var copies = new Interpreter(TailCallRule.V6_1, 100_000)) {
            assertThat(verified().limit(1000).map(copies::outcome)).anyMatch(outcome -> switch (outcome) {
                case Outcome.Returned(var observation) -> observation.tailCalls() > TailCallRule.MAX_TAIL_CALL_CNT;
                case Outcome.Trapped(var kind, _, _) -> kind == Outcome.Trap.RUNAWAY;
                case Outcome.OverBudget _,Outcome.Refused _,Outcome.Inapplicable _ -> false;
            });
        }
    }

    @Test
    void a_fifth_of_the_cases_have_a_prologue_and_a_fifth_an_epilogue() {
        var coverage = new Coverage();
        cases(CASES).forEach(coverage::add);
        assertThat(coverage.cases(Feature.PROLOGUE)).isGreaterThan(CASES / 5);
        assertThat(coverage.cases(Feature.EPILOGUE)).isGreaterThan(CASES / 5);
        assertThat(coverage.cases(Feature.EPILOGUE_OF_EXITS)).isGreaterThan(CASES / 10);
        assertThat(coverage.cases(Feature.EXIT_IN_LOOP)).isGreaterThan(CASES / 20);
        assertThat(coverage.cases(Feature.GENERATED_KFUNC)).isGreaterThan(CASES / 20);
        assertThat(coverage.cases(Feature.GENERATED_IMMEDIATE)).isGreaterThan(CASES / 40);
        assertThat(coverage.cases(Feature.START_OVER)).isGreaterThan(CASES / 10);
    }

    // Options

    private static CaseGenerator generator(boolean v4, boolean acquireRelease, boolean context, Set<Helper> helpers) {
        var base = GeneratorOptions.DEFAULT;
        return new CaseGenerator(new GeneratorOptions(base.programs(), base.subprograms(), base.items(), base.cost(),
                base.tailCalls(), v4, acquireRelease, false, context, base.kfuncs(), base.proEpilogues(),
                base.attachments(), base.events(), helpers, base.weights(), base.target()));
    }

    @Test
    void without_version_4_there_are_none_of_its_instructions() {
        assertThat(cases(generator(false, true, true, EnumSet.allOf(Helper.class)), 500).flatMap(CaseGeneratorTest::insns))
                .noneMatch(insn -> switch (insn) {
                    case Insn.Alu(_, var op, _, _) -> op.off() != 0;
                    case Insn.MovSx _ -> true;
                    case Insn.Swap(var op, _, _) -> op == SwapOp.BSWAP;
                    case Insn.Load(_, boolean signed, _, _, _) -> signed;
                    case Insn.Jump(boolean far, _) -> far;
                    default -> false;
                });
    }

    private static Stream<Case> casesFor(TargetLimits target) {
        return cases(new CaseGenerator(GeneratorOptions.forKernels(true, true).withTarget(target, 4)), 500);
    }

    @Test
    void where_programs_may_not_mix_them_they_have_tail_calls_or_subprograms() {
        var programs = casesFor(new TargetLimits(false, false, Set.of(), true, true, 4))
                .flatMap(source -> source.programs().stream()).toList();
        Predicate<Program> tailCalls = program -> program.insns().stream().anyMatch(insn -> insn instanceof Insn.CallHelper call
                && call.isTailCall());
        Predicate<Program> calls = program -> program.insns().stream().anyMatch(Insn.Call.class::isInstance);
        assertThat(programs).noneMatch(tailCalls.and(calls)).anyMatch(tailCalls).anyMatch(calls);
    }

    @Test
    void a_target_without_64_bit_division_and_atomics_gets_none() {
        assertThat(casesFor(new TargetLimits(true, false, Set.of(), false, false, 4)).flatMap(CaseGeneratorTest::insns))
                .noneMatch(insn -> insn instanceof Insn.Atomic || (insn instanceof Insn.Alu(var width, var op, _, _)
                        && width == Width.W64 && op.isDivision()));
    }

    @Test
    void without_acquire_and_release_there_are_none() {
        assertThat(cases(generator(true, false, true, EnumSet.allOf(Helper.class)), 500).flatMap(CaseGeneratorTest::insns))
                .noneMatch(insn -> insn instanceof Insn.LoadAcquire || insn instanceof Insn.StoreRelease);
    }

    @Test
    void without_the_context_nothing_reads_or_writes_its_fields() {
        var coverage = new Coverage();
        cases(generator(true, true, false, EnumSet.allOf(Helper.class)), 500).forEach(coverage::add);
        assertThat(coverage.cases(Feature.CONTEXT_LOAD) + coverage.cases(Feature.CONTEXT_STORE)).isZero();
    }

    @Test
    void only_the_helpers_of_the_options_are_called() {
        var some = EnumSet.of(Helper.MAP_LOOKUP_ELEM, Helper.KTIME_GET_NS);
        assertThat(cases(generator(true, true, true, some), 500).flatMap(CaseGeneratorTest::insns)
                .filter(insn -> insn instanceof Insn.CallHelper call && !call.isTailCall()).distinct())
                .containsExactlyInAnyOrder(new Insn.CallHelper(Helper.MAP_LOOKUP_ELEM), new Insn.CallHelper(Helper.KTIME_GET_NS));
    }

    @Test
    void a_row_of_weight_0_is_never_taken() {
        var without = GeneratorOptions.DEFAULT.withWeight("byte swap", 0);
        assertThat(cases(new CaseGenerator(without), 500).flatMap(CaseGeneratorTest::insns))
                .noneMatch(insn -> insn instanceof Insn.Swap);
    }

    @Test
    void unknown_rows_and_sizes_out_of_range_are_refused() {
        assertThatThrownBy(() -> new CaseGenerator(GeneratorOptions.DEFAULT.withWeight("byteswap", 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll("weight of byteswap", "byte swap");
        assertThatThrownBy(() -> new GeneratorOptions(65, 4, 3, 200, 70, true, true, false, true, true, 40, 18, 10, Set.of(),
                Map.of(), TargetLimits.ALL)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("programs: expected 1..64, found 65");
    }

    // Requirements of kernels that our verifier does not check

    @Test
    void maps_addressed_directly_have_one_entry() {
        assertThat(cases(500)).allSatisfy(source -> assertThat(insns(source)).allSatisfy(insn -> {
            if (insn instanceof Insn.LoadMapValue(_, int map, int off)) {
                var array = (BpfMap.Array) source.maps().get(map);
                assertThat(array.entries()).isEqualTo(1);
                assertThat(off).isBetween(0, array.valueSize() - 1);
            }
        }));
    }

    @Test
    void for_kernel_6_12_no_branch_depends_on_the_own_result_of_a_subprogram_with_a_tail_call() {
        assertThat(cases(new CaseGenerator(GeneratorOptions.KERNEL_6_12), 500)).allSatisfy(source -> {
            var facts = accepted(source).facts();
            for (int i = 0; i < facts.size(); i++) {
                var insns = source.programs().get(i).insns();
                for (var function : facts.get(i).subprograms()) {
                    for (int at = function.start(); at < function.end(); at++) {
                        if (insns.get(at) instanceof Insn.Exit && function.start() > 0 && function.hasTailCall()) {
                            assertThat(insns.get(at - 1)).isEqualTo(new Insn.Alu(Width.W64, AluOp.ADD, Reg.R0, Reg.R1));
                            assertThat(insns.get(at - 2))
                                    .matches(insn -> insn instanceof Insn.Load load && load.size() == Size.DW);
                        }
                    }
                }
            }
        });
    }

    @Test
    void frames_are_within_limits_under_every_kernels_rounding() {
        assertThat(verified()).allSatisfy(verified -> {
            for (int i = 0; i < verified.facts().size(); i++) {
                var functions = verified.facts().get(i).subprograms();
                assertThat(deepestChain(verified.source(), i, functions, 0, 0)).isLessThanOrEqualTo(512);
            }
        });
    }

    /// Stack bytes of the deepest chain of calls from a function on; each frame is rounded up to 32 bytes and has at least 32.
    private static int deepestChain(Case source, int program, List<ProgramFacts.Subprogram> functions, int function, int above) {
        var caller = functions.get(function);
        assertThat(function > 0 && caller.hasTailCall() ? above : 0).as("stack above a tail call").isLessThan(256);
        int here = above + Math.max(32, caller.stackDepth() + 31 & -32);
        int deepest = here;
        for (var insn : source.programs().get(program).insns().subList(caller.start(), caller.end())) {
            if (insn instanceof Insn.Call(int target)) {
                int callee = IntStream.range(0, functions.size()).filter(i -> functions.get(i).start() == target).findFirst()
                        .orElseThrow();
                deepest = Math.max(deepest, deepestChain(source, program, functions, callee, here));
            }
        }
        return deepest;
    }
}
