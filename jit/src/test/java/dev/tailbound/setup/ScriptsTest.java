package dev.tailbound.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts in `.ci` that find and install requirements; package managers, libraries and users are fakes.
class ScriptsTest {
    private static final Path SCRIPTS = Path.of("../.ci").toAbsolutePath().normalize();
    private static final String DEBIAN_12 = "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian 12\"\n";
    private static final String DEBIAN_13 = "ID=debian\nVERSION_ID=13\n";

    /// Fake programs of the machine.
    @TempDir
    private Path programs;
    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    @BeforeEach
    void a_user_without_rights() throws IOException {
        program("id", "echo 1000");
        program("sudo", "exit 1");
        program("apt-get", "exit 1");
        program("ldconfig", "");
    }

    private void program(String name, String script) throws IOException {
        assertThat(Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script + "\n").toFile().setExecutable(true))
                .isTrue();
    }

    /// A root user, and an apt-get that records its arguments and succeeds once it has package lists.
    private void anAdministrator() throws IOException {
        program("id", "echo 0");
        program("apt-get", "echo \"$@\" >>%1$s/calls; case $* in *' update') touch %1$s/lists ;; *) [ -e %1$s/lists ] ;; esac"
                .formatted(folder));
    }

    private String osRelease(String text) throws IOException {
        return Files.writeString(folder.resolve("os-release"), text).toString();
    }

    private Ran run(String osRelease, String... command) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of(command));
        arguments.set(0, SCRIPTS.resolve(command[0]).toString());
        var builder = new ProcessBuilder(arguments).redirectError(folder.resolve("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA"));
        builder.environment()
                .putAll(Map.of("PATH", programs + ":/usr/bin:/bin", "TAILBOUND_OS_RELEASE", osRelease(osRelease), "HOME",
                        folder.toString(), "LD_LIBRARY_PATH", folder.resolve("lib").toString(), "JAVA_HOME",
                        folder.resolve("jdk").toString()));
        var process = builder.start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(folder.resolve("err"), UTF_8));
    }

    private void jdk(String version) throws IOException {
        var javac = folder.resolve("jdk/bin/javac");
        Files.createDirectories(javac.getParent());
        assertThat(Files.createFile(javac).toFile().setExecutable(true)).isTrue();
        Files.writeString(folder.resolve("jdk/release"), "IMPLEMENTOR=\"N/A\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
    }

    @ParameterizedTest
    @ValueSource(strings = { DEBIAN_13, "ID=debian\nVERSION_CODENAME=sid", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"",
        "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"22\"\nUBUNTU_CODENAME=noble", "ID=ubuntu\nVERSION_ID=26.04",
        "ID=\"centos\"\nID_LIKE=\"rhel fedora\"", "ID=arch", "" })
    void missing_packages_are_named_in_one_line_as_in_messages(String osRelease) throws Exception {
        var ran = run(osRelease, "install", "jdk-25", "mvn", "libunicorn.so.2", "libcapstone.so.5=libcapstone.so.4");
        assertThat(ran.err()).startsWith("tailbound: missing from this machine: jdk-25, mvn, libunicorn.so.2, libcapstone.so.5; ")
                .endsWith(Packages.of(Distribution.parse(osRelease))
                        .remedy(List.of("jdk-25", "mvn", "libunicorn.so.2", "libcapstone.so.5")) + "\n")
                .hasLineCount(1);
        assertThat(ran.exitCode()).isEqualTo(3);
    }

    @Test
    void nothing_is_installed_if_something_has_no_package() throws Exception {
        anAdministrator();
        var ran = run(DEBIAN_12, "install", "jdk-25", "mvn");
        assertThat(ran.err()).isEqualTo(
                "tailbound: missing from this machine: jdk-25, mvn; Debian 12 has no package of jdk-25, get it "
                        + "from https://adoptium.net and unpack it in /usr/lib/jvm; install with: apt-get install maven\n");
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(folder.resolve("calls")).doesNotExist();
    }

    @Test
    void packages_are_installed_for_root_after_fetching_lists() throws Exception {
        anAdministrator();
        var ran = run(DEBIAN_13, "install", "libunicorn.so.2", "mvn");
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(0);
        assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(3).element(2).asString()
                .endsWith(" install --no-install-recommends libunicorn2t64 maven");
    }

    @Test
    void a_failed_installation_is_reported() throws Exception {
        program("id", "echo 0");
        var ran = run(DEBIAN_13, "install", "mvn");
        assertThat(ran.err()).endsWith("mvn; apt-get failed; install with: apt-get install maven\n");
        assertThat(ran.exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "libunicorn.so.2 (libc6,x86-64) => /lib/libunicorn.so.2, libcapstone.so.4 (libc6,x86-64) => /a  | ''          | ''",
        "libunicorn.so.2 (libc6,AArch64) => /lib/libunicorn.so.2, libcapstone.so.5 (libc6,AArch64) => /a | ''          | ''",
        "libunicorn.so.2 (libc6,x86-64) => /lib/libunicorn.so.2, libcapstone.so.3 (libc6,x86-64) => /a  | ''          | libcapstone.so.5",
        "libunicorn.so.1 (libc6,x86-64) => /lib/libunicorn.so.1                         | libcapstone.so.5 | libunicorn.so.2",
        "''                                                                             | ''          | libunicorn.so.2, libcapstone.so.5",
    })
    void libraries_are_those_of_the_dynamic_linker(String known, String ownFolder, String missing) throws Exception {
        program("ldconfig", "cat <<E\n" + known.replace(", lib", "\nlib") + "\nE");
        Files.createDirectory(folder.resolve("lib"));
        if (!ownFolder.isEmpty()) {
            Files.createFile(folder.resolve("lib").resolve(ownFolder));
        }
        var ran = run(DEBIAN_13, "require", "libraries");
        assertThat(ran.err()).startsWith(missing.isEmpty() ? ""
                : "tailbound: missing from this machine: " + missing + "; neither root");
        assertThat(ran.exitCode()).isEqualTo(missing.isEmpty() ? 0 : 3);
    }

    @Test
    void existing_packages_are_not_installed() throws Exception {
        jdk("25.0.3");
        program("mvn", "");
        assertThat(run(DEBIAN_12, "require", "jdk-25", "jdk-25-for-mvn", "mvn", "sh")).isEqualTo(new Ran(0, "", ""));
    }

    @ParameterizedTest
    @CsvSource({ "25, true", "25.0.3, true", "26-ea, true", "127.0.1, true", "17.0.15, false", "1.8.0_392, false", "24, false" })
    void a_jdk_is_25_or_later(String version, boolean taken) throws Exception {
        jdk(version);
        assertThat(run(DEBIAN_12, "jdk").out().equals(folder.resolve("jdk") + "\n")).isEqualTo(taken);
    }
}
