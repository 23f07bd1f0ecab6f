package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where Debian's kernels are fetched from.
class KernelPackagesTest {

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "http://a.example/debian-security/ http://a.example/debian/ | http://a.example/debian",
            "https://b.example/mirror/debian                            | https://b.example/mirror/debian",
            "http://a.example/debian/ http://b.example/debian/          | http://a.example/debian",
            "http://c.example/ubuntu/                                   | ''",
            "''                                                         | ''"
    })
    // @formatter:on
    void the_archive_is_the_first_repository_in_a_folder_debian(String repositories, String archive) {
        assertThat(KernelPackages.archive(repositories.replace(' ', '\n')).orElse("")).isEqualTo(archive);
    }
}
