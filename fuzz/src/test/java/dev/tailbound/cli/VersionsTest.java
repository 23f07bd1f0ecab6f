package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VersionsTest {
    @Test
    void a_build_names_its_commit() {
        assertThat(Versions.tailbound(Optional.of("1d216fff0a3b-dirty")))
                .isEqualTo("tailbound 0.1.0 (commit 1d216fff0a3b-dirty)");
    }

    @Test
    void a_build_outside_a_checkout_names_the_version_alone() {
        assertThat(Versions.tailbound(Optional.of("unknown"))).isEqualTo("tailbound 0.1.0");
        assertThat(Versions.tailbound(Optional.empty())).isEqualTo("tailbound 0.1.0");
    }
}
