package dev.tailbound.generate;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A file of a coverage-guided fuzzer's corpus. Every file is a case: the text of a case file, or else a byte string of choices.
///
/// Texts begin with `# ` or `-- `, so the case files of Tailbound's corpus are entries without changes.
public final class CorpusEntry {
    private static final byte[] COMMENT = "# ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECTION = "-- ".getBytes(StandardCharsets.US_ASCII);
    private static final CaseGenerator GENERATOR = new CaseGenerator(GeneratorOptions.DEFAULT);

    private CorpusEntry() {}

    /// The case of an entry; `file` is its name in messages. Every byte string is a valid case; a text may be [BadInput].
    public static Case read(String file, byte[] entry) {
        return startsWith(entry, COMMENT) || startsWith(entry, SECTION)
                ? CaseReader.parse(file, entry)
                : GENERATOR.generate(Choices.of(entry));
    }

    /// Case `index` of the campaign with this seed: its byte string of choices if it is the first of its [InputVariants], else its text.
    public static byte[] ofCampaign(long seed, long index) {
        if (Math.floorMod(index, SeededCases.INPUTS) > 0) {
            return CasePrinter.print(new SeededCases(seed, GENERATOR, SeededCases.INPUTS).at(index))
                    .getBytes(StandardCharsets.UTF_8);
        }
        var recorded = new RecordedChoices(Choices.seeded(seed, index));
        GENERATOR.generate(recorded);
        return recorded.bytes();
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }
}
