package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.BadInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Whatever bytes the reader of `.data` files is given, it gives a case that can be printed, or one complaint.
class DataFormProperties {
    private static final ImportOptions AS_DATA = new ImportOptions(Optional.of(Forms.byWord("data")), Optional.empty(), List.of(),
            Optional.empty());

    private static final List<String> LINES = List.of("-- asm", "-- mem", "-- raw", "-- result", "-- error", "-- c", "--",
            "mov %r0, 1", "l: ja l", "l:", "exit", "call local l", "lock fetch add [%r10-8], %r1", "lock", "lddw %r0, -1",
            "ldxdw %r0, [%r1+8]", "jeq %r0, 2, exit", "ldxh %r1, [$1\\]", "0x95", "95 00 00 00 00 00 00 00", "aa bb", "0x", "# x",
            "ja -2147483648", "ja +99999999999999999999", "[", "]", ":", ",", "");

    @Property(seed = "11", tries = 500)
    void any_bytes_give_a_case_or_one_complaint(@ForAll byte[] bytes) {
        read(bytes);
    }

    @Property(seed = "12", tries = 2000)
    void any_lines_do(@ForAll("texts") String text) {
        read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> texts() {
        var mutated = Arbitraries.of(LINES).flatMap(line -> Arbitraries.integers().between(0, line.length()).flatMap(
                at -> Arbitraries.strings().ofMaxLength(2).map(junk -> line.substring(0, at) + junk + line.substring(at))));
        return Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.of(LINES)), Tuple.of(1, mutated)).list()
                .ofMaxSize(12).map(lines -> "-- asm\n" + String.join("\n", lines));
    }

    private static void read(byte[] bytes) {
        var source = new Source("hostile.data", bytes);
        Forms.recognized(source);
        try {
            for (var imported : Forms.read(source, AS_DATA)) {
                var text = CasePrinter.print(imported.source());
                assertThat(CasePrinter.print(CaseReader.parse("printed.case", text))).isEqualTo(text);
            }
        } catch (BadInput bad) {
            assertThat(bad.getMessage()).startsWith("hostile.data").doesNotContain("\n", "\r");
        }
    }
}
