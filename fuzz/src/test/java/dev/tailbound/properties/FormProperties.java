package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.generate.CorpusEntry;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Encoder;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.text.AsmParser;
import dev.tailbound.text.AsmPrinter;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The forms of a case (text, bytecode and byte string of choices) are equivalent.
class FormProperties {

    @Property(seed = "3", tries = 300)
    void a_printed_case_reads_back_equal(@ForAll(supplier = GeneratedCases.class) Case source) {
        var text = CasePrinter.print(source);
        var again = CaseReader.parse("printed.case", text);
        assertThat(again).isEqualTo(source);
        assertThat(CasePrinter.print(again)).isEqualTo(text);
    }

    @Property(seed = "4", tries = 300)
    void a_printed_program_parses_back_equal(@ForAll(supplier = GeneratedCases.class) Case source) {
        var maps = source.maps().stream().map(BpfMap::name).toList();
        for (var program : source.programs()) {
            assertThat(AsmParser.parse(program.name(), AsmPrinter.print(program, maps), maps)).isEqualTo(program);
        }
    }

    @Property(seed = "5", tries = 300)
    void an_encoded_program_decodes_to_the_same_instructions(@ForAll(supplier = GeneratedCases.class) Case source) {
        for (var program : source.programs()) {
            var bytes = Encoder.encode(program);
            var decoded = Decoder.decode(program.name(), bytes);
            assertThat(decoded.insns()).isEqualTo(program.insns());
            assertThat(Encoder.encode(decoded)).isEqualTo(bytes);
        }
    }

    @Property(seed = "6", tries = 300)
    void the_entry_of_a_campaigns_case_encodes_that_case(@ForAll long seed, @ForAll long index) {
        assertThat(CorpusEntry.read("entry", CorpusEntry.ofCampaign(seed, index))).isEqualTo(CaseSource.seeded(seed).at(index));
    }

    @Property(seed = "7", tries = 300)
    void the_text_of_a_case_is_a_corpus_entry_too(@ForAll(supplier = GeneratedCases.class) Case source) {
        assertThat(CorpusEntry.read("entry", CasePrinter.print(source).getBytes(StandardCharsets.UTF_8))).isEqualTo(source);
    }
}
