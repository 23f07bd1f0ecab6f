package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Sample files of a form, and the cases that they become.
final class FormSamples {
    private final Form form;

    FormSamples(Form form) {
        this.form = form;
    }

    /// The cases of a sample, which is recognized as being in the form.
    List<Imported> sample(String name) {
        try (var in = FormSamples.class.getResourceAsStream("/forms/%s/%s".formatted(form.word(), name))) {
            return read(name, new String(in.readAllBytes(), StandardCharsets.UTF_8), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The cases of a text, which is recognized as being in the form.
    List<Imported> read(String name, String text, Optional<String> entry) {
        var source = new Source(name, text.getBytes(StandardCharsets.UTF_8));
        assertThat(Forms.recognized(source)).contains(form);
        return Forms.read(source, new ImportOptions(Optional.empty(), entry, List.of(), Optional.empty()));
    }

    /// The only case of a text.
    Case only(String text) {
        var cases = read("t", text, Optional.empty());
        assertThat(cases).hasSize(1);
        return cases.getFirst().source();
    }
}
