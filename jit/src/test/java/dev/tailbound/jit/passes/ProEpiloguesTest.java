package dev.tailbound.jit.passes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.jit.Immediate;
import dev.tailbound.jit.Lowered;
import dev.tailbound.text.AsmParser;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.Verifier;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Results of the pass equal the programs in the kernel's own tests (`pro_epilogue*.c` and `epilogue_exit.c`).
class ProEpiloguesTest {

    @Test
    void the_prologue_is_before_the_saved_context() {
        assertThat(insns("""
                -- prog entry
                    r0 = 0
                    exit
                -- prologue
                    r6 = *(u64 *)(r1 + 0)
                    r6 += 1000
                -- epilogue
                    r6 = *(u64 *)(r1 + 0)
                    exit
                """)).isEqualTo(parsed("""
                r6 = *(u64 *)(r1 + 0)
                r6 += 1000
                *(u64 *)(r10 - 8) = r1
                r0 = 0
                r1 = *(u64 *)(r10 - 8)
                r6 = *(u64 *)(r1 + 0)
                exit"""));
    }

    @Test
    void later_exits_jump_to_the_first_which_is_the_epilogue() {
        assertThat(insns("""
                -- prog entry
                    r0 = *(u64 *)(r1 + 0)
                    if r0 == 0 goto two
                    exit
                two:
                    r1 = 0
                    exit
                -- epilogue
                    r0 *= 2
                    exit
                """)).isEqualTo(parsed("""
                    *(u64 *)(r10 - 8) = r1
                    r0 = *(u64 *)(r1 + 0)
                    if r0 == 0 goto two
                epilogue:
                    r1 = *(u64 *)(r10 - 8)
                    r0 *= 2
                    exit
                two:
                    r1 = 0
                    gotol epilogue"""));
    }

    @Test
    void jumps_to_the_first_instruction_skip_the_prologue() {
        assertThat(insns("""
                -- prog entry
                start:
                    if r1 == 0 goto done
                    r1 = 0
                    goto start
                done:
                    r0 = 0
                    exit
                -- prologue
                again:
                    r2 = 0
                    if r1 == 0 goto again
                    if r1 == 0 goto on
                on:
                -- epilogue
                    exit
                """)).isEqualTo(parsed("""
                again:
                    r2 = 0
                    if r1 == 0 goto again
                    if r1 == 0 goto on
                on:
                    *(u64 *)(r10 - 8) = r1
                start:
                    if r1 == 0 goto done
                    r1 = 0
                    goto start
                done:
                    r0 = 0
                    r1 = *(u64 *)(r10 - 8)
                    exit"""));
    }

    @Test
    void exits_of_subprograms_and_of_the_prologue_stay() {
        assertThat(insns("""
                -- prog entry
                    call sub
                    exit
                sub:
                    r0 = 1
                    exit
                -- prologue
                    r6 = *(u64 *)(r1 + 0)
                    if r6 == 0 goto on
                    r0 = 7
                    exit
                on:
                -- epilogue
                    r0 = 5
                    exit
                """)).isEqualTo(parsed("""
                    r6 = *(u64 *)(r1 + 0)
                    if r6 == 0 goto on
                    r0 = 7
                    exit
                on:
                    *(u64 *)(r10 - 8) = r1
                    call sub
                    r1 = *(u64 *)(r10 - 8)
                    r0 = 5
                    exit
                sub:
                    r0 = 1
                    exit"""));
    }

    @Test
    void the_main_function_grows_and_so_does_its_stack() {
        var lowered = lower("""
                -- prog entry
                    w2 = 1
                    *(u32 *)(r10 - 4) = w2
                    call sub
                    exit
                sub:
                    r0 = 1
                    *(u64 *)(r10 - 16) = r0
                    exit
                -- prologue
                    r2 = 0
                -- epilogue
                    exit
                """);
        assertThat(lowered.subprograms()).extracting(function -> "%s %d..%d stack %d".formatted(function.name(), function.start(),
                function.end(), function.stackDepth())).containsExactly("entry 0..7 stack 12", "sub 7..10 stack 16");
        assertThat(lowered.program().insns()).contains(parsed("*(u64 *)(r10 - 12) = r1").getFirst());
    }

    /// Order: the seven instructions of the program, the prologue, the jump into the program, the epilogue.
    @Test
    void origins_are_indices_in_the_effective_program() {
        var lowered = lower("""
                -- prog entry
                    r0 = *(u64 *)(r1 + 0)
                    if r0 == 0 goto two
                    exit
                two:
                    exit
                -- prologue
                    r2 = 0
                -- epilogue
                    r0 += 1
                    exit
                """);
        assertThat(lowered.origin()).containsExactly(4, 5, 0, 1, 2, 6, 7, 3);
        assertThat(IntStream.range(0, 8).filter(lowered::isWritten)).containsExactly(2, 3, 4, 7);
    }

    /// The program has a module at offset 2. The epilogue's, which is resolved first, becomes 1, and the prologue's 3.
    @Test
    void modules_of_generated_code_get_the_lowest_free_offsets() {
        assertThat(insns("""
                -- module a off=5
                -- module b off=2
                -- module c off=9
                -- prog entry
                    r1 = 0
                    call kfunc kf_origin off 2
                    exit
                -- prologue module=a
                    r6 = r1
                    r1 = 0
                    call kfunc kf_note
                    r1 = r6
                -- epilogue module=c
                    r1 = 0
                    call kfunc kf_note
                    r0 = 0
                    exit
                """)).containsSubsequence(parsed("""
                call kfunc kf_note off 3
                call kfunc kf_origin off 2
                call kfunc kf_note off 1"""));
    }

    @Test
    void a_module_that_the_program_calls_keeps_its_offset_and_the_kernel_has_none() {
        assertThat(insns("""
                -- module a
                -- module b off=7
                -- prog entry
                    r1 = 0
                    call kfunc kf_origin off 7
                    exit
                -- prologue
                    r6 = r1
                    r1 = 0
                    call kfunc kf_note
                    r1 = r6
                -- epilogue module=b
                    r1 = 0
                    call kfunc kf_note
                    r0 = 0
                    exit
                """)).containsSubsequence(parsed("""
                call kfunc kf_note
                call kfunc kf_origin off 7
                call kfunc kf_note off 7"""));
    }

    @Test
    void calls_by_immediate_are_helper_calls_without_table_entries() {
        var lowered = lower("""
                -- module a
                -- prog entry
                    r0 = 0
                    exit
                -- epilogue module=a calls=immediate
                    r1 = 0
                    call kfunc kf_origin
                    exit
                """);
        assertThat(lowered.program().insns()).contains(new Insn.CallHelper(new Immediate(Kfunc.ORIGIN.id(), 1).number()));
        assertThat(lowered.kfuncs()).isEmpty();
        assertThat(Immediate.of(new Immediate(Kfunc.ORIGIN.id(), 1).number())).contains(new Immediate(Kfunc.ORIGIN.id(), 1));
        assertThat(Stream.of(Helper.values()).map(helper -> Immediate.of(helper.id()))).containsOnly(Optional.empty());
    }

    @Test
    void a_program_with_neither_is_the_same_object() {
        var plain = lower("-- prog entry\nr0 = 0\nexit\n-- prog other\nr0 = 0\nexit\n-- epilogue other\nexit\n");
        assertThat(new ProEpilogues().apply(plain)).isSameAs(plain);
    }

    private static List<Insn> insns(String sections) {
        return lower(sections).program().insns();
    }

    private static List<Insn> parsed(String text) {
        return AsmParser.parse("expected", text, List.of()).insns();
    }

    private static Lowered lower(String sections) {
        var source = CaseReader.parse("test", sections + "-- ctx mem " + "00 ".repeat(8) + "\n");
        var verified = ((Accepted) Verifier.verify(source)).verified();
        var stages = new Passes(Set.of(Passes.Name.PRO_EPILOGUE), FastcallRule.CONTRACT).lowering(Profile.X86_64_V6_12)
                .stages(source, source.entryProgram(), verified.facts().getFirst());
        return stages.getLast().result();
    }
}
