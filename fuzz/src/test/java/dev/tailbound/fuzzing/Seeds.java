package dev.tailbound.fuzzing;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.Choices;
import dev.tailbound.generate.CorpusEntry;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.text.AsmPrinter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the fuzz targets start from: the case files of Tailbound's corpus and the first cases of a campaign, in the form that a target reads.
final class Seeds {
    private static final long SEED = 1;
    private static final int CASES = 100;

    private Seeds() {}

    /// Entries of either kind, as [CorpusEntry] reads them.
    static Stream<byte[]> entries() {
        return Stream.concat(corpus("seeds", "tail-calls").map(Seeds::text),
                IntStream.range(0, CASES).mapToObj(i -> CorpusEntry.ofCampaign(SEED, i)));
    }

    static Stream<byte[]> caseFiles() {
        return cases().map(Seeds::text);
    }

    /// The samples of all forms, and exports of some cases.
    static Stream<byte[]> forms() throws IOException {
        try (var files = Files.walk(Path.of("..", "oracle", "src", "test", "resources", "forms"))) {
            var samples = new ArrayList<byte[]>();
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                samples.add(Files.readAllBytes(file));
            }
            corpus("seeds").forEach(source -> Stream.of(ExportForm.values()).forEach(form -> {
                try {
                    samples.add(form.write(source));
                } catch (BadInput refused) {
                    // This form cannot hold the case.
                }
            }));
            return samples.stream();
        }
    }

    static Stream<byte[]> bodies() {
        return cases().flatMap(source -> {
            var names = source.maps().stream().map(BpfMap::name).toList();
            return source.programs().stream().map(program -> utf8(AsmPrinter.print(program, names)));
        });
    }

    static Stream<byte[]> bytecode() {
        return cases().flatMap(source -> source.programs().stream()).map(Encoder::encode);
    }

    private static Stream<Case> cases() {
        var generator = new CaseGenerator(GeneratorOptions.DEFAULT);
        return Stream.concat(corpus(""), IntStream.range(0, CASES).mapToObj(i -> generator.generate(Choices.seeded(SEED, i))));
    }

    private static Stream<Case> corpus(String... folders) {
        var paths = Stream.of(folders).map(folder -> Path.of("..", "corpus", folder)).toList();
        return Corpus.files(paths).stream().map(CaseReader::read);
    }

    private static byte[] text(Case source) {
        return utf8(CasePrinter.print(source));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
