package dev.tailbound.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.lockstep.InjectedFault.Host;
import dev.tailbound.lockstep.Lockstep.Result;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lockstep finds the wrong instruction, and none in correct code.
@Tag("emulator")
class LockstepTest {
    private static final Path CORPUS = Path.of("..", "corpus");

    /// A fault, a case that shows it, and the expected message: `program insn slot, step: what expected found`.
    record Row(InjectedFault fault, String programs, String says) {}

    // @formatter:off
    private static final List<Row> ROWS = List.of(
        new Row(InjectedFault.SGT_IS_SGE, """
            -- prog entry
                r1 = 5
                if r1 s> 4 goto next
            next:
                r0 = 0
                if r1 s> 5 goto out
                r0 = 1
            out:
                exit
            """, "entry insn 3, step 4: next instruction expected entry insn 4, found entry insn 5"),
        new Row(InjectedFault.SGT_IS_SGE, """
            -- prog entry
                r0 = 9
            loop:
                r0 += -3
                if r0 s> 0 goto loop
                exit
            """, "entry insn 2, step 7: next instruction expected entry insn 3, found entry insn 1"),
        new Row(InjectedFault.SGT_IS_SGE, """
            -- map data array value=8 entries=1
            -- prog entry
                r1 = map[data][0] ll
                r2 = 7
                r0 = 0x500000000 ll
                w0 = cmpxchg32_32(r1 + 0, w0, w2)
                if w0 s> 0 goto out
                r0 = 1
                exit
            out:
                r0 = 2
                exit
            """, "entry insn 6, step 5: next instruction expected entry insn 7, found entry insn 9"),
        new Row(InjectedFault.MOV32_IS_MOV64, """
            -- prog entry
                r1 = 0x500000007 ll
                r2 = r1
                w3 = w1
                r0 = r3
                exit
            """, "entry insn 3, step 3: r3 expected 0x7, found 0x500000007"),
        new Row(InjectedFault.SELF_MOVES_VANISH, """
            -- prog entry
                r0 = 0x500000007 ll
                w0 = w0
                r0 = r0
                exit
            """, "entry insn 2, step 2: r0 expected 0x7, found 0x500000007"),
        new Row(InjectedFault.STACK_STORES_TOO_LOW, """
            -- prog entry
                r1 = r10
                *(u32 *)(r1 - 16) = 1
                *(u32 *)(r10 - 8) = 2
                r0 = *(u32 *)(r1 - 8)
                exit
            """, "entry insn 2, step 3: bytes at r10-16 expected 01 00 00 00 .. .. .. .., found 02 00 00 00 .. .. .. .."),
        new Row(InjectedFault.ATOMIC_ADD_ORS, """
            -- map counter array value=16 entries=1
            -- prog entry
                r1 = map[counter][8] ll
                w2 = 1
                lock *(u32 *)(r1 + 0) += w2
                lock *(u32 *)(r1 + 0) += w2
                r0 = *(u32 *)(r1 + 0)
                exit
            """, "entry insn 4, step 4: bytes at counter[0]+8 expected 02 00 00 00 00 00 00 00, found 01 00 00 00 00 00 00 00"),
        new Row(InjectedFault.TAIL_CALL_LOSES_REGISTERS, """
            -- map jmp_table prog_array entries=1
            0: target
            -- prog entry
                r6 = 7
                call sub
                r0 = r6
                exit
            sub:
                r6 = 1
                r2 = map[jmp_table] ll
                r3 = 0
                call bpf_tail_call
                r0 = 0
                exit
            -- prog target
                r0 = 0
                exit
            """, "entry insn 8, step 6: r6 of the caller expected 0x7, found 0x1"),
        new Row(InjectedFault.EXIT_LOSES_REGISTERS, """
            -- prog entry
                r6 = 7
                call sub
                r0 = r6
                exit
            sub:
                r6 = 1
                r0 = 0
                exit
            """, "entry insn 6, step 5: r6 expected 0x7, found 0x1"));
    // @formatter:on

    static Stream<Arguments> rows() {
        return ROWS.stream().flatMap(row -> Stream.of(Host.values()).map(host -> Arguments.of(host, row)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void names_the_wrong_instruction_and_its_effect(Host host, Row row) {
        assertThat(located(row.fault(), host, row.programs())).isEqualTo("faulty first goes wrong at " + row.says());
    }

    @ParameterizedTest
    @EnumSource
    void names_an_instruction_that_faults_before_it_is_done(Host host) {
        assertThat(located(InjectedFault.NEG_FAULTS, host, "-- prog entry\n r0 = 1\n r0 = -r0\n exit\n")).startsWith(
                "faulty first goes wrong at entry insn 1, step 2: next instruction expected entry insn 2, found trapped (");
    }

    @ParameterizedTest
    @EnumSource
    void names_an_instruction_that_never_ends(Host host) {
        assertThat(located(InjectedFault.GOTO_HANGS, host,
                "-- prog entry\n r0 = 1\n goto far\nmiddle:\n exit\nfar:\n goto middle\n"))
                .startsWith("faulty first goes wrong at entry insn 1, step 2: next instruction expected entry insn 3, found ");
    }

    @ParameterizedTest
    @EnumSource
    void a_lost_host_register_is_attributed_to_the_tail_call_that_lost_it(Host host) {
        var text = """
                -- map jmp_table prog_array entries=1
                0: target
                -- prog entry
                    r6 = 1
                    r2 = map[jmp_table] ll
                    r3 = 0
                    call bpf_tail_call
                    r0 = 0
                    exit
                -- prog target
                    r0 = 0
                    exit
                """;
        assertThat(located(InjectedFault.TAIL_CALL_LOSES_REGISTERS, host, text))
                .contains(" at entry insn 4, step 4: r6 of the host expected 0x");
        assertThat(located(InjectedFault.EXIT_LOSES_REGISTERS, host, "-- prog entry\n r6 = 1\n r0 = 0\n exit\n"))
                .contains(" at entry insn 2, step 3: host state expected intact, found ");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64:stack-copy", "arm64:x26" })
    void names_the_tail_call_beyond_the_budget(String engine) {
        var hierarchy = verified(CaseReader.read(CORPUS.resolve("seeds/tailcall-hierarchy.case")));
        try (var emulated = EngineSpec.parse(engine).emulated().open(TailCallRule.V6_12)) {
            var divergence = Lockstep.locate(hierarchy, emulated).orElseThrow();
            assertThat(DivergenceText.lines(hierarchy.source(), divergence)).hasSizeLessThanOrEqualTo(15).startsWith(
                    engine + " first goes wrong at entry insn 14, step 322: next instruction expected entry insn 15, found stopped at tail call 34",
                    "  before it: r1 = ctx, r2 = map jmp_table, r3 = 0x0");
        }
    }

    @Test
    void shows_the_inputs_of_the_instruction_and_its_machine_code() {
        var source = verified(CaseReader.parse("test", "-- prog entry\n r1 = 0x500000007 ll\n w0 = w1\n exit\n"));
        try (var engine = InjectedFault.MOV32_IS_MOV64.on(Host.X86_64)) {
            assertThat(DivergenceText.lines(source.source(), Lockstep.locate(source, engine).orElseThrow())).containsExactly(
                    "faulty first goes wrong at entry insn 2, step 2: r0 expected 0x7, found 0x500000007",
                    "  before it: r1 = 0x500000007",
                    "     2: w0 = w1                                1e:  48 89 f8                        mov rax, rdi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "x86-64", "arm64", "x86-64:v6.1,pointer", "arm64:v7.2,ll-sc" })
    void correct_code_agrees_with_the_oracle_at_every_step(String name) {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT.withEvents(0));
        var generated = IntStream.range(0, 50).mapToObj(i -> generator.generate(Choices.seeded(3, i)));
        var corpus = Corpus.files(List.of(CORPUS)).stream().map(CaseReader::read).filter(source -> source.events().isEmpty());
        try (var engine = EngineSpec.parse(name).emulated().open(TailCallRule.V6_12)) {
            Stream.concat(corpus, generated).forEach(source -> {
                if (Verifier.verify(source) instanceof Verdict.Accepted(var verified)) {
                    assertThat(Lockstep.run(verified, engine)).as(source.comment()).isInstanceOf(Result.Together.class);
                }
            });
        }
    }

    private static String located(InjectedFault fault, Host host, String text) {
        var verified = verified(CaseReader.parse("test", text));
        try (EmulatedEngine engine = fault.on(host)) {
            return Lockstep.locate(verified, engine)
                    .map(divergence -> DivergenceText.lines(verified.source(), divergence).getFirst()).orElse("no divergence");
        }
    }

    private static VerifiedCase verified(Case source) {
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.reason());
        };
    }
}
