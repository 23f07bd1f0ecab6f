package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The mirror for Debian's kernels, and the names of fetched images.
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

    @Test
    void a_fetched_image_is_named_by_its_release(@TempDir Path fetched) throws IOException {
        var image = Files.createFile(fetched.resolve("vmlinuz-6.1.0-50-cloud-amd64"));
        assertThat(KernelPackages.release(image)).isEqualTo("6.1.0-50-cloud-amd64");
        assertThat(KernelPackages.image(fetched, "6.1.0-50-cloud-amd64")).isEqualTo(image);
        assertThat(KernelPackages.image(fetched, image.toString())).isEqualTo(image);
        assertThat(KernelPackages.image(fetched, "6.1.0")).isEqualTo(Path.of("6.1.0"));
    }
}
