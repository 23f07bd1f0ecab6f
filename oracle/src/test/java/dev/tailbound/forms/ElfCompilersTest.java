package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever the compilers at hand make of the sources does what the sources say.
class ElfCompilersTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({ "clang, clang", "gcc, bpf-gcc" })
    void compiles_what_the_sources_say(String compiler, String command) throws IOException, InterruptedException {
        assumeTrue(isOnPath(command), "%s: skipped, %s not found".formatted(compiler, command));
        var log = folder.resolve("log").toFile();
        int exit = new ProcessBuilder("sh", ElfObjects.FOLDER.resolve("build.sh").toString(), folder.toString(), compiler)
                .redirectErrorStream(true).redirectOutput(log).start().waitFor();
        assertThat(exit).as(Files.readString(log.toPath())).isZero();
        var made = ElfObjects.in(folder).stream().filter(object -> ElfObjects.side(object).isPresent()).toList();
        assumeTrue(!made.isEmpty(), "%s: skipped, it compiles nothing for BPF".formatted(compiler));
        assertThat(made).hasSizeGreaterThanOrEqualTo(6).allSatisfy(object -> ElfObjects.check(ElfObjects.readWithSide(object)));
    }

    private static boolean isOnPath(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    }
}
