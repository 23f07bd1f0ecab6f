package dev.tailbound.jit.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Lowered;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.Verifier;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Removed spills and fills, and the resulting stack depth. In bodies, `A` is a `bpf_fastcall` call, `B` any other call, `s1-8` spills r1 to r10-8
/// and `f1-8` fills it from there.
class FastcallTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // body                                               | instructions that go  | stack
        "s1-8 A f1-8                                          | 4 6                   | 0",
        "s2-8 s1-16 A f1-16 f2-8                              | 4 5 7 8               | 0",
        "s6-8 s1-16 A f1-16 f6-8                              | 5 7                   | 8", // r6 is not caller-saved
        "s1-8 s2-16 A f1-8 f2-16                              |                       | 16", // fills in another order
        "s1-8 s1-16 A f1-16 f1-8                              | 5 7                   | 8", // one register twice
        "s1-8 A f1-8 s1-8 A f1-8                              | 4 6 7 9               | 0",
        "s1-16 A f1-16 s1-8 A f1-8                            | 4 6                   | 8", // only the lowest offset
        "s1-8 A f1-8 s1-8 B f1-8                              | 4 6                   | 8", // the mixed example: pairs of B stay
        "s6-8 s1-16 A f1-16 f7-8                              | 5 7                   | 8",
        "s1-8 A f1-8 f3-8                                     |                       | 8", // the slot is read once more
        "s1-8 A f1-8 s6-8                                     |                       | 8", // the slot is written elsewhere
        "s1-8 B f1-8                                          |                       | 8",
    })
    void pairs_are_removed_if_the_contract_holds(String body, String removed, int stack) {
        var lowered = fastcall(FastcallRule.CONTRACT, main(body));
        assertThat(removed(lowered)).isEqualTo(removed == null ? "" : removed);
        assertThat(lowered.subprograms().getFirst().stackDepth()).isEqualTo(stack);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // rule      | body                                                              | removed
        "CONTRACT    | s1-24 A f1-24 s1-16 A f1-16                                       | 4 6",
        "EQUAL       | s1-24 A f1-24 s1-16 A f1-16                                       | ",
        "EQUAL       | s1-24 A f1-24 s1-24 A f1-24                                       | 4 6 7 9",
        "CONTRACT    | s1-8 A f1-8 s1-8 B f3-8                                           | ",
        "DEFINING    | s1-8 A f1-8 s1-8 B f3-8                                           | 4 6",
        "DEFINING    | s1-8 A f1-8 B f3-8                                                | ",
        "CONTRACT    | s6-16 s2-16 s1-24 A f1-24 f2-16 s1-24 A f1-24 f7-16               | ",
        "FOLLOW_UP   | s6-16 s2-16 s1-24 A f1-24 f2-16 s1-24 A f1-24 f7-16               | 10 12",
        "SHORTEST    | s6-16 s2-16 s1-24 A f1-24 f2-16 s1-24 A f1-24 f7-16               | 5 6 8 9 10 12",
    })
    void rules_differ(FastcallRule rule, String body, String removed) {
        assertThat(removed(fastcall(rule, main(body)))).isEqualTo(removed == null ? "" : removed);
    }

    @Test
    void a_violation_disables_its_subprogram_or_by_rule_the_program() {
        var text = main("s1-8 A f1-8 f3-8 C") + "sub: r1 = 1\n" + body("s1-8 A f1-8") + "r0 = r1\nexit\n";
        assertThat(removed(fastcall(FastcallRule.CONTRACT, text))).isEqualTo("12 14");
        assertThat(removed(fastcall(FastcallRule.PROGRAM, text))).isEmpty();
    }

    /// Its arguments, r1 and r2, are clobbered.
    @Test
    void a_kfunc_preserves_registers_other_than_its_arguments() {
        var text = "-- map m array value=8 entries=1\n-- prog main\nr1 = map[m][0] ll\nr2 = 2\nr3 = 3\nr4 = 4\n"
                + body("s2-8 s4-16 s3-24") + "call kfunc bpf_rdonly_cast\n" + body("f3-24 f4-16 f2-8") + "r0 = 0\nexit\n";
        assertThat(removed(fastcall(FastcallRule.CONTRACT, CaseReader.parse("rdonly.case", text)))).isEqualTo("5 6 8 9");
    }

    @Test
    void a_callee_that_reads_the_slot_disables_its_caller() {
        var text = main("s1-8 A f1-8 P C") + "sub: r0 = *(u64 *)(r1 - 8)\nexit\n";
        assertThat(removed(fastcall(FastcallRule.CONTRACT, text))).isEmpty();
    }

    @Test
    void a_jump_into_a_pattern_is_detected_except_by_kernel_6_12() {
        var text = "r6 = *(u32 *)(r1 + 0)\nr2 = 2\n" + body("s2-8 A f2-8") + "r2 = 3\nif r6 == 0 goto call\n" + body("s2-8")
                + "call: " + body("A f2-8") + "r0 = r2\nexit\n";
        assertThat(removed(fastcall(FastcallRule.ENTERED, text))).isEqualTo("2 4 7 9");
        assertThat(removed(fastcall(FastcallRule.CONTRACT, text))).isEmpty();
    }

    /// The pairs stay if nothing inlines the helper.
    @ParameterizedTest
    @EnumSource
    void calls_that_are_not_inlined_keep_their_pairs(FastcallRule rule) {
        var accepted = accepted(main("s1-8 A f1-8"));
        var source = accepted.verified().source();
        var original = new Passes(Set.of(), rule).lowering(Profile.X86_64_V6_12).lower(source, source.entryProgram(),
                accepted.verified().facts().getFirst());
        assertThat(removed(new Fastcall(rule, Profile.X86_64_V6_12, false).apply(original))).isEmpty();
        assertThat(removed(new Fastcall(rule, Profile.X86_64_V6_1, true).apply(original))).isEmpty();
        assertThat(removed(new Fastcall(rule, Profile.ARM64_V6_12, false).apply(original))).isEqualTo("4 6");
    }

    private static String main(String body) {
        return "r6 = r1\nr1 = 1\nr2 = 2\nr3 = 3\n" + body(body) + "r0 = 0\nexit\n";
    }

    private static String body(String words) {
        var text = new StringBuilder();
        for (var word : words.strip().split(" +", -1)) {
            text.append(switch (word.charAt(0)) {
                case 's' -> "*(u64 *)(r10 - %s) = r%s".formatted(word.substring(3), word.charAt(1));
                case 'f' -> "r%s = *(u64 *)(r10 - %s)".formatted(word.charAt(1), word.substring(3));
                case 'A' -> "call bpf_get_smp_processor_id";
                case 'B' -> "call bpf_ktime_get_ns";
                case 'C' -> "call sub";
                case 'P' -> "r1 = r10";
                default -> throw new IllegalArgumentException(word);
            }).append('\n');
        }
        return text.toString();
    }

    private static Accepted accepted(String text) {
        return (Accepted) Verifier.verify(CaseReader.parse("fastcall.case", "-- prog main\n" + text));
    }

    private static Lowered fastcall(FastcallRule rule, String text) {
        return fastcall(rule, CaseReader.parse("fastcall.case", "-- prog main\n" + text));
    }

    private static Lowered fastcall(FastcallRule rule, Case source) {
        var verified = ((Accepted) Verifier.verify(source)).verified();
        return new Passes(Set.of(Passes.Name.FASTCALL, Passes.Name.INLINE), rule).lowering(Profile.ARM64_V6_12)
                .lower(verified.source(), verified.source().entryProgram(), verified.facts().getFirst());
    }

    /// The instructions that became `goto +0`.
    private static String removed(Lowered lowered) {
        return IntStream.range(0, lowered.program().size()).filter(i -> lowered.program().insn(i).equals(new Insn.Jump(false, i
                + 1))).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
