package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where Debian's kernels are fetched from.
class KernelPackagesTest {

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "a.example/debian-security/ a.example/debian/ | a.example/debian",
            "b.example/mirror/debian                      | b.example/mirror/debian",
            "a.example/debian/ b.example/debian/          | a.example/debian",
            "c.example/ubuntu/                            | ''",
            "''                                           | ''"
    })
    // @formatter:on
    void the_archive_is_the_first_repository_in_a_folder_debian(String repositories, String archive) {
        assertThat(KernelPackages.archive(repositories.replace(' ', '\n')).orElse("")).isEqualTo(archive);
    }
}
