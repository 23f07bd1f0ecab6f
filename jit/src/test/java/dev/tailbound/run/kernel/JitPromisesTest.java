package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.Width;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is not promised is not compared, for the reason that the table gives.
class JitPromisesTest {

    private static KernelImage kernel(KernelArch arch, String release) {
        return new KernelImage(Path.of("vmlinuz"), arch, KernelVersion.parse(release).orElseThrow(), "");
    }

    private static Optional<String> obstacle(KernelArch arch, String release, String program) {
        var source = CaseReader.parse("case", "-- map jumps prog_array entries=1\n0: entry\n-- prog entry\n" + program);
        return KernelFit.obstacle(accepted(source), kernel(arch, release));
    }

    private static VerifiedCase accepted(Case source) {
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }

    @ParameterizedTest
    @EnumSource
    void every_kernel_has_a_row(KernelArch arch) {
        assertThat(JitPromises.of(arch, KernelVersion.of(5, 10)).since()).isEqualTo(KernelVersion.of(0, 0));
        assertThat(JitPromises.of(arch, KernelVersion.of(7, 2)).arch()).isEqualTo(arch);
    }

    @ParameterizedTest
    @CsvSource({ "RISCV64, 6.12.117, V6_1", "RISCV64, 7.2.13, V6_1", "PPC64LE, 6.1.176, V6_12", "LOONG64, 7.2.13, V6_12",
        "ARM, 7.2.13, V6_1", "MIPS64EL, 6.12.95, ALL_ATTEMPTS", "I386, 6.1.176, V6_1", "ARM64, 6.1.176, V6_1",
        "X86_64, 7.2.13, V6_12" })
    void attempts_of_tail_calls_that_cost_budget_depend_on_the_architecture(KernelArch arch, String release, TailCallRule rule) {
        assertThat(kernel(arch, release).promises().tailCalls()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource({ "RISCV64, 7.2, 'kernel 7.2 of riscv64 refuses tail calls beside subprograms, as in program entry'",
        "PPC64LE, 6.12, 'kernel 6.12 of ppc64le refuses tail calls beside subprograms, as in program entry'", "PPC64LE, 7.2,",
        "LOONG64, 7.2,", "X86_64, 6.1,",
        "MIPS64EL, 6.12, 'kernel 6.12 of mips64el refuses tail calls beside subprograms, as in program entry'" })
    void tail_calls_beside_subprograms_are_not_loaded_where_they_are_refused(KernelArch arch, String release, String why) {
        assertThat(obstacle(arch, release, """
                    r2 = map[jumps] ll
                    r3 = 1
                    call bpf_tail_call
                    call one
                    exit
                one:
                    r0 = 1
                    exit
                """)).isEqualTo(Optional.ofNullable(why));
    }

    @ParameterizedTest
    @CsvSource({ "I386, 6.1, the JIT of kernel 6.1 of i386 has no 64-bit division",
        "ARM, 6.1, the JIT of kernel 6.1 of arm has no 64-bit division",
        "ARM, 7.2,", "RISCV64, 7.2," })
    void instructions_that_a_jit_lacks_are_not_loaded(KernelArch arch, String release, String why) {
        assertThat(obstacle(arch, release, "r0 = 7\nr0 /= 2\nexit\n")).isEqualTo(Optional.ofNullable(why));
    }

    @Test
    void a_refusal_is_foreseen_only_where_the_table_says_so() {
        var misaligned = "program entry: EACCES (13): misaligned value access off 0+67 size 4\n0: R1=ctx()";
        assertThat(kernel(KernelArch.RISCV64, "7.2").promises().foresees(misaligned)).isTrue();
        assertThat(kernel(KernelArch.RISCV64, "7.2").promises().foresees("program entry: EACCES (13): R4 !read_ok\nmisaligned"))
                .isFalse();
        assertThat(kernel(KernelArch.PPC64LE, "7.2").promises().foresees(misaligned)).isFalse();
    }

    @Test
    void shift_counts_are_masked_or_not() {
        assertThat(kernel(KernelArch.I386, "6.1").promises().unmasked()).containsExactly(Width.W64);
        assertThat(kernel(KernelArch.PPC64LE, "7.2").promises().unmasked()).containsExactlyInAnyOrder(Width.values());
        assertThat(kernel(KernelArch.MIPS64EL, "6.12").promises().unmasked()).isEmpty();
    }

    @Test
    void kernels_before_6_2_do_not_know_equal_pointers() {
        var refusal = "program entry: EACCES (13): R0 invalid mem access 'map_value_or_null'\nlog";
        assertThat(KernelEngine.explained(refusal, kernel(KernelArch.X86_64, "6.1"))).hasValueSatisfying(
                reason -> assertThat(reason).startsWith("kernel 6.1 does not know that a pointer equal to"));
        assertThat(KernelEngine.explained(refusal, kernel(KernelArch.X86_64, "6.12"))).isEmpty();
        assertThat(KernelEngine.explained("program entry: EACCES (13): R0 invalid mem access 'scalar'",
                kernel(KernelArch.X86_64, "6.1"))).isEmpty();
    }
}
