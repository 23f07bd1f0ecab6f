package dev.tailbound.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `tailbound` in a tree of its own: the setup it requests, the build, and the start.
class LauncherTest {
    /// `ü.case`, in UTF-8 for any locale of this process.
    private static final String UMLAUT = "$(printf '\\303\\274.case')";

    @TempDir
    private Path root;

    private record Ran(int exitCode, String out, String err) {}

    /// Prints for each argument whether that file exists.
    static final class Named {
        private Named() {}

        public static void main(String... files) {
            for (var file : files) {
                System.out.println(Files.exists(Path.of(file)) ? "found" : "lost");
            }
        }
    }

    @BeforeEach
    void a_tree_that_is_built() throws IOException {
        script("tailbound", Files.readString(Path.of("../tailbound")));
        script(".ci/require", "#!/bin/sh\necho \"$@\" >%s/required\n".formatted(root));
        script(".ci/jdk", "#!/bin/sh\necho '%s'\n".formatted(System.getProperty("java.home")));
        script("bin/mvn", "#!/bin/sh\necho Maven was called\nexit 1\n");
        for (var folder : new String[]{ "", "jit", "jit/src/main" }) {
            Files.createDirectories(root.resolve(folder));
            Files.createFile(root.resolve(folder).resolve("pom.xml"));
        }
        jar(root.resolve("fuzz/target/tailbound.jar"));
    }

    private void script(String name, String content) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(Files.writeString(file, content).toFile().setExecutable(true)).isTrue();
    }

    private static void jar(Path file) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Named.class.getName());
        Files.createDirectories(file.getParent());
        var type = Named.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(file), manifest);
                var in = Named.class.getClassLoader().getResourceAsStream(type)) {
            out.putNextEntry(new JarEntry(type));
            in.transferTo(out);
        }
    }

    private Ran shell(String locale, String script) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("/bin/sh", "-c", script).directory(root.toFile())
                .redirectError(root.resolve("err").toFile());
        builder.environment().put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().put("LC_ALL", locale);
        var process = builder.start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(root.resolve("err"), UTF_8));
    }

    /// By default, Java decodes arguments and encodes file names by the locale. Warnings of Java would fail this test too.
    @ParameterizedTest
    @ValueSource(strings = { "C", "POSIX", "C.UTF-8", "no_SUCH.UTF-8" })
    void files_can_be_named_in_every_locale(String locale) throws Exception {
        var ran = shell(locale, "touch \"%1$s\"; ./tailbound \"%1$s\" none".formatted(UMLAUT));
        assertThat(ran.out()).isEqualTo("found\nlost\n");
        assertThat(ran.err().lines()).as("except bash's warning about a locale that is not installed")
                .allMatch(line -> line.contains("setlocale"));
    }

    @ParameterizedTest
    @CsvSource({ "run, jdk-25 libraries", "doctor, jdk-25" })
    void the_doctor_starts_without_the_libraries(String command, String required) throws Exception {
        shell("C", "./tailbound " + command);
        assertThat(root.resolve("required")).hasContent(required);
    }

    @Test
    void output_of_maven_is_shown_if_the_build_fails() throws Exception {
        Files.setLastModifiedTime(root.resolve("jit/src/main/pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
        var ran = shell("C", "./tailbound none");
        assertThat(root.resolve("required")).hasContent("jdk-25 libraries mvn");
        assertThat(ran.err()).isEqualTo("""
                tailbound: building; the first time takes a minute
                Maven was called
                tailbound: the build failed, see above
                """);
        assertThat(ran.exitCode()).isEqualTo(3);
    }
}
