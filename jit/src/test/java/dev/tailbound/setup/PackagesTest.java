package dev.tailbound.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Package names for the distribution in os-release(5).
class PackagesTest {

    /// One line per word, with `+` for spaces.
    private static Packages of(String osRelease) {
        return Packages.of(Distribution.parse(osRelease.replace(' ', '\n').replace('+', ' ')));
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // Debian 12, 13, sid; Ubuntu 24.04, 26.04; Fedora 43
        "ID=debian VERSION_ID=\"12\" VERSION_CODENAME=bookworm                      | apt-get install libunicorn2 libcapstone4",
        "ID=debian VERSION_ID=\"13\" VERSION_CODENAME=trixie                        | apt-get install libunicorn2t64 libcapstone5",
        "ID=debian VERSION_CODENAME=sid                                             | apt-get install libunicorn2t64 libcapstone5",
        "ID=ubuntu ID_LIKE=debian VERSION_ID=\"24.04\" UBUNTU_CODENAME=noble        | apt-get install libunicorn2t64 libcapstone4",
        "ID=ubuntu ID_LIKE=debian VERSION_ID=\"26.04\" UBUNTU_CODENAME=resolute     | apt-get install libunicorn2t64 libcapstone5",
        "ID=fedora VERSION_ID=43 VERSION_CODENAME=\"\"                              | dnf install unicorn capstone",
        // derivatives: Linux Mint 22, LMDE 6, Kali, CentOS Stream
        "ID=linuxmint ID_LIKE='ubuntu+debian' VERSION_ID='22' UBUNTU_CODENAME=noble | apt-get install libunicorn2t64 libcapstone4",
        "ID=linuxmint ID_LIKE=debian VERSION_ID=\"6\" DEBIAN_CODENAME=bookworm      | apt-get install libunicorn2 libcapstone4",
        "ID=kali ID_LIKE=debian VERSION_ID=\"2026.3\"                               | apt-get install libunicorn2t64 libcapstone5",
        "ID=\"centos\" ID_LIKE=\"rhel+fedora\" VERSION_ID=\"10\"                    | dnf install unicorn capstone",
    })
    // @formatter:on
    void a_distribution_is_known_by_its_most_specific_name(String osRelease, String command) {
        assertThat(of(osRelease).remedy(List.of("libunicorn.so.2", "libcapstone.so.4"))).isEqualTo("install with: " + command);
    }

    @ParameterizedTest
    @CsvSource({ "ID=arch", "NAME=none", "''" })
    void other_distributions_get_the_names_of_projects(String osRelease) {
        assertThat(of(osRelease).remedy(List.of("libunicorn.so.2", "qemu-system-x86_64", "qemu-system-aarch64")))
                .isEqualTo("install Unicorn-2 QEMU");
    }

    @Test
    void files_without_a_package_have_a_download_address() {
        assertThat(of("ID=debian VERSION_ID=12").remedy(List.of("jdk-25", "mvn"))).isEqualTo(
                "install with: apt-get install maven; get jdk-25 from https://adoptium.net");
    }

    @Test
    void a_file_without_a_row_is_an_error() {
        assertThatIllegalArgumentException().isThrownBy(() -> of("").remedy(List.of("jdk-17")))
                .withMessageContaining("no row for jdk-17");
    }

    @Test
    void every_row_has_a_cell_for_every_distribution() throws IOException {
        try (var table = Packages.class.getResourceAsStream("packages.txt")) {
            var lines = new String(table.readAllBytes(), UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
            assertThat(lines).allSatisfy(line -> assertThat(line.split(" +")).hasSameSizeAs(lines.getFirst().split(" +")));
        }
    }

    @ParameterizedTest
    @CsvSource({ "Debian 12, ID=debian VERSION_ID=12, mvn", "Debian 13, ID=debian VERSION_ID=13, jdk-25 mvn",
        "Ubuntu 24.04, ID=ubuntu VERSION_ID=24.04, jdk-25 mvn", "Ubuntu 25.04, ID=ubuntu VERSION_ID=25.04, jdk-25 mvn",
        "Fedora, ID=fedora, jdk-25 mvn" })
    void the_documentation_names_the_same_packages(String title, String osRelease, String java) throws IOException {
        var needed = (java + " libunicorn.so.2 libcapstone.so.5").split(" ");
        var kernels = "qemu-system-x86_64 qemu-system-aarch64 gcc aarch64-linux-gnu-gcc".split(" ");
        assertThat(Files.readAllLines(Path.of("../docs/install.md"))).filteredOn(row -> row.startsWith("| " + title))
                .singleElement().asString().contains(Stream.of(needed, kernels)
                        .map(files -> of(osRelease).remedy(List.of(files)).replace("install with: ", "`") + "`").toList());
    }
}
