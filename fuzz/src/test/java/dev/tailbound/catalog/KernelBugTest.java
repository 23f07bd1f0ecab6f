package dev.tailbound.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.catalog.KernelCheck.Answer;
import dev.tailbound.run.kernel.KernelArch;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The facts about a bug that need no kernel.
class KernelBugTest {

    private static KernelImage image(String arch, String release) {
        return new KernelImage(Path.of("vmlinuz"), KernelArch.valueOf(arch), KernelVersion.parse(release).orElseThrow(), "");
    }

    private static KernelBug bug(String name) {
        return KernelBug.ALL.stream().filter(bug -> bug.name().equals(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hierarchy      | X86_64 | 6.12 | fixed          | all as expected
            hierarchy      | X86_64 | 5.9  | never affected | it came with 5.10; all as expected
            hierarchy      | ARM64  | 5.19 | never affected | it came with 6.0; all as expected
            hierarchy      | ARM64  | 6.0  | fixed          | all as expected
            stack-depth    | X86_64 | 6.1  | fixed          | all as expected
            stack-depth    | ARM64  | 6.1  | never affected | no arm64 kernel had it; all as expected
            trampoline     | ARM64  | 6.12 | never affected | no arm64 kernel had it; all as expected
            fastcall-spill | X86_64 | 6.1  | never affected | it came with 6.12; all as expected
            fastcall-spill | ARM64  | 6.12 | fixed          | all as expected
            linked-registers | X86_64 | 6.1 | never affected | it came with 6.11; all as expected
            frame-size     | X86_64 | 7.2  | never affected | no x86-64 or arm64 kernel had it; all as expected
            jset32         | X86_64 | 7.2  | never affected | no x86-64 kernel had it; all as expected
            sign-extension | ARM64  | 6.1  | never affected | it came with 6.6; all as expected
            shifts         | X86_64 | 5.10 | fixed          | all as expected
            hierarchy      | LOONG64 | 7.2 | fixed          | all as expected
            hierarchy      | PPC64LE | 7.2 | never affected | not known of ppc64le kernels; all as expected
            zext-pruned    | RISCV64 | 7.2 | fixed          | all as expected
            zext-pruned    | RISCV64 | 6.12 | never affected | it came with 6.13; all as expected
            zext-pruned    | X86_64 | 7.2 | never affected | no x86-64 kernel had it; all as expected
            frame-size     | RISCV64 | 7.2 | never affected | not known of riscv64 kernels; all as expected
            """)
    void a_bug_that_a_kernel_never_had_is_not_fixed(String name, String arch, String release, String word, String evidence) {
        var answer = new Answer.Fixed("all as expected").of(bug(name), image(arch, release));
        assertThat(answer.word()).isEqualTo(word);
        assertThat(answer.evidence()).isEqualTo(evidence);
    }

    @Test
    void a_bug_without_cases_is_decided_by_the_version() {
        var unseen = new Answer.CannotTell("why");
        assertThat(unseen.of(bug("freplace"), image("X86_64", "6.1.0-50-cloud-amd64")))
                .isEqualTo(new Answer.NeverHad("it came with 6.2"));
        assertThat(unseen.of(bug("freplace"), image("X86_64", "6.2"))).isEqualTo(unseen);
    }

    @Test
    void a_failing_case_overrides_the_version() {
        var affected = new Answer.Affected("r0");
        assertThat(affected.of(bug("frame-size"), image("ARM64", "5.4"))).isEqualTo(affected);
    }

    @Test
    void every_bug_has_existing_cases_or_a_reason_for_having_none() {
        assertThat(KernelBug.ALL).allSatisfy(bug -> {
            assertThat(bug.cases().isEmpty()).isNotEqualTo(bug.unseen().isEmpty());
            assertThat(bug.cases()).allSatisfy(file -> assertThat(Files.exists(Path.of("../corpus", file))).isTrue());
        });
    }
}
