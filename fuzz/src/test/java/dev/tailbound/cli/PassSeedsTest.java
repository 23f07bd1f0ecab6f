package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Immediate;
import dev.tailbound.jit.Lowered;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The examples of the threads on rewrites before the JIT are rewritten as their threads say, and agree on all engines under every rule.
@Tag("emulator")
class PassSeedsTest {
    private static final Path SEEDS = Path.of("../corpus/seeds");
    private static final Pattern THREAD = Pattern.compile("2024, (bpf_fastcall|gen_epilogue)");

    /// @param removed indices of the removed spills and fills, then the remaining stack depths of the functions
    record Removal(String seed, String rule, String removed) {}

    /// @param calls calls of kernel functions in the rewritten program: `NAME OFFSET`, or `*NAME MODULE` for an immediate
    record Calls(String seed, String calls) {}

    /// @param reason text that the refusal must contain
    record Refusal(String seed, String reason) {}

    // @formatter:off
    private static final List<Removal> REMOVALS = List.of(
            // "current algo should not be made more strict"
            new Removal("fastcall-two-offsets", "fastcall",           "1 3 stack 16"),
            new Removal("fastcall-two-offsets", "fastcall-equal",     "stack 24"),
            // "allow spill/fill and not disable nocsr in general, but not remove spill/fills"
            new Removal("fastcall-mixed",       "fastcall",           "5 7 stack 8"),
            // "let's just limit it to the subprog scope"
            new Removal("fastcall-breach",      "fastcall",           "9 11 stack 8 0"),
            new Removal("fastcall-breach",      "fastcall-program",   "stack 8 8"),
            // eagerly, rather than "double checking in do_misc_followups()"
            new Removal("fastcall-breach",      "fastcall-follow-up", "9 11 stack 8 0"),
            // "remember the defining instruction in the stack slot structure"; "I'd keep it as simple as reasonably possible"
            new Removal("fastcall-defining",    "fastcall",           "stack 16"),
            new Removal("fastcall-defining",    "fastcall-defining",  "5 7 stack 16"));

    private static final List<Calls> CALLS = List.of(
            new Calls("epilogue-kfunc",                    "bpf_kfunc_st_ops_inc10 1, bpf_kfunc_st_ops_inc100 1"),
            new Calls("epilogue-kfunc-immediate",          "*bpf_kfunc_st_ops_inc10 1, *bpf_kfunc_st_ops_inc100 1"),
            new Calls("epilogue-kfunc-far",                "kf_origin 1"),
            new Calls("epilogue-kfunc-immediate-no-types", "*kf_origin 1"),
            // the prologue comes first, but the epilogue's module gets its offset first
            new Calls("pro-epilogue-kfunc-offsets",        "kf_origin 4, kf_origin 1, kf_origin 3, kf_origin 2"),
            new Calls("epilogue-kfunc-256-modules",        IntStream.rangeClosed(1, 255).mapToObj("kf_note %d, "::formatted)
                    .collect(Collectors.joining()) + "kf_origin 256"));

    private static final List<Refusal> REFUSALS = List.of(
            new Refusal("epilogue-kfunc-immediate-far", "kf_origin is out of range"),
            new Refusal("epilogue-kfunc-no-types",      "cannot find BTF from untyped for kfunc kf_origin"),
            new Refusal("prologue-kfunc-special",       "prologue cannot use special kfunc bpf_cast_to_kern_ctx"),
            new Refusal("epilogue-kfunc-257-modules",   "too many different module BTFs with that of m257 for kf_origin"));
    // @formatter:on

    static Stream<Removal> removals() {
        return REMOVALS.stream();
    }

    static Stream<Calls> calls() {
        return CALLS.stream();
    }

    static Stream<Refusal> refusals() {
        return REFUSALS.stream();
    }

    @ParameterizedTest
    @MethodSource("removals")
    void spills_and_fills_are_removed_as_the_thread_says(Removal row) {
        var lowered = after("fastcall", row.seed(), row.rule());
        var removed = IntStream.range(0, lowered.program().size())
                .filter(i -> lowered.program().insn(i).equals(new Insn.Jump(false, i + 1))).mapToObj(i -> i + " ")
                .collect(Collectors.joining());
        assertThat(removed + "stack"
                + lowered.subprograms().stream().map(function -> " " + function.stackDepth()).collect(Collectors.joining()))
                .isEqualTo(row.removed());
    }

    @ParameterizedTest
    @MethodSource("calls")
    void calls_in_generated_code_find_their_functions(Calls row) {
        assertThat(after("pro-epilogue", row.seed(), "pointer").program().insns().stream().flatMap(insn -> switch (insn) {
            case Insn.CallKfunc call -> Stream.of(call.name() + " " + call.off());
            case Insn.CallHelper(int id) -> Immediate.of(id).stream()
                    .map(call -> "*%s %d".formatted(new Insn.CallKfunc(call.kfunc(), 0).name(), call.module()));
            default -> Stream.empty();
        })).containsExactly(row.calls().split(", ", -1));
    }

    @Test
    void stages_name_the_callee_of_an_immediate() {
        var out = new StringWriter();
        Tailbound.commandLine(out, new StringWriter()).execute("dump", "--stages", "--engine", "arm64",
                SEEDS.resolve("epilogue-kfunc-immediate.case").toString());
        assertThat(out.toString()).containsPattern("call \\d+  \\(bpf_kfunc_st_ops_inc10 of module bpf_testmod\\)");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void programs_that_the_patch_refuses_are_refused(Refusal row) {
        assertThat(Verifier.verify(seed(row.seed()))).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.reason()).contains(row.reason()));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "arm64", "x86-64:fastcall-equal", "x86-64:fastcall-program", "x86-64:fastcall-follow-up",
        "arm64:fastcall-defining", "arm64:no-fastcall" })
    void every_seed_agrees_on_all_engines(String engine) {
        assertThat(new SchemeCheck().breaks(engine, seeds().map(name -> SEEDS.resolve(name + ".case")).toList()))
                .isEqualTo(Optional.empty());
    }

    /// Their comments begin with the year and the topic of the thread.
    @Test
    void every_seed_of_these_threads_is_in_a_table() {
        assertThat(seeds()).containsExactlyInAnyOrderElementsOf(new TreeSet<>(Stream.of(REMOVALS.stream().map(Removal::seed),
                CALLS.stream().map(Calls::seed), REFUSALS.stream().map(Refusal::seed)).flatMap(names -> names).toList()));
    }

    private static Stream<String> seeds() {
        return Corpus.files(List.of(SEEDS)).stream().filter(file -> THREAD.matcher(CaseReader.read(file).comment()).lookingAt())
                .map(file -> file.getFileName().toString().replace(".case", ""));
    }

    private static Case seed(String name) {
        return CaseReader.read(SEEDS.resolve(name + ".case"));
    }

    /// The first program after a pass of x86-64 with an option; unchanged if the pass changes nothing.
    private static Lowered after(String pass, String seed, String option) {
        var verified = ((Verdict.Accepted) Verifier.verify(seed(seed))).verified();
        var stages = EngineSpec.parse("x86-64" + (option.equals("fastcall") ? "" : ":" + option)).emulated().lowering()
                .stages(verified.source(), verified.source().entryProgram(), verified.facts().getFirst());
        return stages.stream().filter(stage -> stage.pass().startsWith(pass)).findFirst().orElse(stages.getFirst()).result();
    }
}
