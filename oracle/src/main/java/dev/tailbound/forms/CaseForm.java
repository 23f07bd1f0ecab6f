package dev.tailbound.forms;

import dev.tailbound.cases.CaseReader;
import java.util.List;
import java.util.regex.Pattern;

/// Tailbound's own case files.
final class CaseForm implements Form {
    private static final Pattern HEADER = Pattern.compile(
            "--\\s*(map|module|prog|prologue|epilogue|ctx|env|events|attach|run|expect)\\b.*");

    @Override
    public String word() {
        return "case";
    }

    @Override
    public String phrase() {
        return "a case file of Tailbound";
    }

    @Override
    public boolean recognizes(Source source) {
        return source.lines().stream().filter(line -> line.startsWith("--")).findFirst()
                .filter(line -> HEADER.matcher(line).matches()).isPresent();
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        return List.of(new Imported("", CaseReader.parse(source.file(), source.bytes())));
    }
}
