package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The objects beside their sources in src/test/resources/forms/elf, and what each source's `.side` file expects of them.
final class ElfObjects {
    static final Path FOLDER = Path.of("src/test/resources/forms/elf");

    private ElfObjects() {}

    static List<Path> in(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".o")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Case read(Path object, ImportOptions options) {
        var source = new Source(object.getFileName().toString(), bytes(object));
        var imported = Forms.read(source, options);
        assertThat(imported).hasSize(1);
        return imported.getFirst().source();
    }

    /// What the source of the object is compiled to do.
    static Optional<Source> side(Path object) {
        var name = object.getFileName().toString();
        var side = FOLDER.resolve(name.substring(0, name.indexOf('.')) + ".side");
        return Files.exists(side) ? Optional.of(new Source(side.toString(), bytes(side))) : Optional.empty();
    }

    /// The case with the expectations of its source.
    static Case readWithSide(Path object) {
        return read(object, new ImportOptions(Optional.empty(), Optional.empty(), List.of(), side(object)));
    }

    /// Runs the case and holds it to its expectation.
    static void check(Case source) {
        var verdict = Verifier.verify(source);
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        try (var oracle = new Interpreter(TailCallRule.V6_12)) {
            var outcome = oracle.outcome(((Verdict.Accepted) verdict).verified());
            assertThat(outcome).isInstanceOf(Outcome.Returned.class);
            var observed = ((Outcome.Returned) outcome).observation();
            var expected = source.expectation();
            assertThat(observed.r0()).isEqualTo(expected.r0().orElseThrow());
            expected.tailCalls().ifPresent(calls -> assertThat(observed.tailCalls()).isEqualTo(calls));
            expected.values().forEach((entry, value) -> {
                int size = ((BpfMap.Array) source.maps().get(entry.map())).valueSize();
                assertThat(observed.maps().get(entry.map()).slice(size * entry.key(), size * (entry.key() + 1))).isEqualTo(value);
            });
        }
    }
}
