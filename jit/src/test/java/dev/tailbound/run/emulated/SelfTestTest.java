package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.run.emulated.SelfTest.Check;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// This machine's library passes; `LyingLibraryTest` has libraries that fail each check.
@Tag("emulator")
class SelfTestTest {

    @ParameterizedTest
    @EnumSource
    void a_working_library_passes_all_checks(Cpu cpu) {
        assertThat(SelfTest.checks(cpu)).allSatisfy(check -> assertThat(check.detail()).as(check.name()).isEmpty())
                .allMatch(Check::ok).extracting(Check::name).containsExactly("registers", "high addresses", "flags",
                        "per-CPU data", "atomics", "jump patched between runs", "jump patched in mid-run", "compare-and-exchange",
                        "denied accesses", "stop from outside", "counted instructions");
    }

    @Test
    void the_loaded_library_is_reported_with_version_and_path() {
        var library = EmulatedEngine.library();
        assertThat(library.title()).matches("Unicorn 2\\.\\d+\\.\\d+");
        assertThat(Path.of(library.path())).isRegularFile();
    }
}
