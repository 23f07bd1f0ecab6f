package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The forms that Tailbound reads.
public final class Forms {
    /// In the order of detection: forms with a signature first, those that match almost any text last.
    public static final List<Form> ALL = List.of(new CaseForm(), new ElfForm(), new DataForm(), new SyzkallerForm(),
            new SelftestForm(), new MacroForm(), new XlatedForm(), new AsmForm(), new BytesForm());

    private Forms() {}

    /// The cases of an input; throws [BadInput].
    public static List<Imported> read(Source source, ImportOptions options) {
        var form = options.as().or(() -> recognized(source)).orElse(ALL.getFirst());
        return form.read(source, options).stream()
                .map(imported -> new Imported(imported.name(), Side.apply(imported.source(), source.file(), options))).toList();
    }

    /// The form detected from the content; empty if none matches.
    public static Optional<Form> recognized(Source source) {
        return ALL.stream().filter(form -> form.recognizes(source)).findFirst();
    }

    /// The form of a word; throws [BadInput] whose place is the option.
    public static Form byWord(String word) {
        return ALL.stream().filter(form -> form.word().equals(word)).findFirst()
                .orElseThrow(() -> new BadInput("--as", "expected one of %s, found %s"
                        .formatted(ALL.stream().map(Form::word).collect(Collectors.joining(", ")), BadInput.quoted(word))));
    }
}
