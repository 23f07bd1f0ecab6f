package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.run.TailCallRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Properties of versions around the versions where they change.
class KernelVersionTest {
    private static final Insn V4 = new Insn.MovSx(Width.W64, Size.B, Reg.R0, Reg.R1);
    private static final Insn ACQUIRE = new Insn.LoadAcquire(Size.DW, Reg.R0, Reg.R1, 0);

    @ParameterizedTest
    @CsvSource({
        // release, tail calls, version 4, acquire and release
        "5.10.0,                  V6_1,  false, false",
        "6.1.0-50-cloud-amd64,    V6_1,  false, false",
        "6.5.13,                  V6_1,  false, false",
        "6.6.0-rc1,               V6_1,  true,  false",
        "6.11.2,                  V6_1,  true,  false",
        "6.12.95+deb12,           V6_12, true,  false",
        "6.14,                    V6_12, true,  false",
        "6.15.1,                  V6_12, true,  true",
        "7.2.13+deb14-cloud-arm64,V6_12, true,  true",
        "10.0.0,                  V6_12, true,  true" })
    void versions_decide(String release, TailCallRule rule, boolean v4, boolean acquire) {
        var version = KernelVersion.parse(release).orElseThrow();
        assertThat(version.release()).isEqualTo(release);
        for (var arch : new KernelArch[]{ KernelArch.X86_64, KernelArch.ARM64 }) {
            assertThat(JitPromises.of(arch, version).tailCalls()).isEqualTo(rule);
        }
        assertThat(version.knows(V4)).isEqualTo(v4);
        assertThat(version.knows(ACQUIRE)).isEqualTo(acquire);
        assertThat(version.knows(new Insn.Exit())).isTrue();
    }

    @Test
    void a_version_begins_with_two_numbers() {
        assertThat(KernelVersion.parse("Linux 6.1")).isEmpty();
        assertThat(KernelVersion.parse("6")).isEmpty();
    }
}
