package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadRequestTest {

    @ParameterizedTest
    @CsvSource({
        "'0]', 9500000000000000",
        "'0, 2]', 8510000001000000 9500000000000000 9500000000000000",
        // A call target may be outside the program.
        "'0, 8]', 8510000007000000 9500000000000000",
        // A helper is not a function of the program.
        "'0]', 8500000001000000 9500000000000000 9500000000000000" })
    void functions_start_at_call_targets_in_any_bytes(String starts, String bytes) {
        assertThat(LoadRequest.functions(HexFormat.of().parseHex(bytes.replace(" ", ""))).toString()).isEqualTo("[" + starts);
    }

    private static final KernelImage X86_64 = new KernelImage(Path.of("vmlinuz"), KernelArch.X86_64, KernelVersion.of(6, 12), "");

    @Test
    void unsupported_cases_are_not_sent_to_a_kernel() {
        var memory = CaseReader.parse("f", "-- prog p hex\nff00000000000000\n-- ctx mem 00\n");
        assertThat(LoadRequest.obstacle(memory, X86_64)).contains(
                "a kernel's programs have no memory as context");
        var malformed = CaseReader.parse("f", "-- prog p hex\nff00000000000000\n");
        assertThat(LoadRequest.obstacle(malformed, X86_64)).isEmpty();
    }
}
