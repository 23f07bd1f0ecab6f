package dev.tailbound.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import dev.tailbound.text.AsmPrinter;
import dev.tailbound.verify.Verifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.params.provider.MethodSource;

/// For any bytes, a reader returns a result or throws [BadInput] with one line; a result that is printed and read again is equal.
class ReadersFuzzTest {
    /// The names of generated cases' maps.
    private static final List<String> MAPS = List.of("data", "data1", "data2", "table0", "table1", "accumulator", "jumps0",
            "pace");

    @MethodSource("dev.tailbound.fuzzing.Seeds#caseFiles")
    @FuzzTest(maxDuration = "")
    void case_files(byte[] bytes) {
        read(() -> CaseReader.parse("hostile.case", bytes)).ifPresent(source -> {
            var text = CasePrinter.print(source);
            var again = CaseReader.parse("printed.case", text);
            assertThat(again).isEqualTo(source);
            assertThat(CasePrinter.print(again)).isEqualTo(text);
            // Any case that can be read gets a verdict.
            assertThat(Verifier.verify(source)).isNotNull();
        });
    }

    @MethodSource("dev.tailbound.fuzzing.Seeds#bodies")
    @FuzzTest(maxDuration = "")
    void assembly(byte[] bytes) {
        read(() -> AsmParser.parse("hostile", new String(bytes, StandardCharsets.UTF_8), MAPS))
                .ifPresent(ReadersFuzzTest::assertReadsBack);
    }

    @MethodSource("dev.tailbound.fuzzing.Seeds#bytecode")
    @FuzzTest(maxDuration = "")
    void bytecode(byte[] bytes) {
        read(() -> Decoder.decode("hostile", bytes)).ifPresent(program -> {
            assertThat(Encoder.encode(program)).isEqualTo(bytes);
            if (namesKnownMaps(program)) {
                assertReadsBack(program);
            }
        });
    }

    /// Every form that `run` and `import` recognize, by content.
    @MethodSource("dev.tailbound.fuzzing.Seeds#forms")
    @FuzzTest(maxDuration = "")
    void forms(byte[] bytes) {
        read(() -> Forms.read(new Source("hostile", bytes), ImportOptions.NONE)).ifPresent(cases -> cases.forEach(imported -> {
            var text = CasePrinter.print(imported.source());
            assertThat(CasePrinter.print(CaseReader.parse("printed.case", text))).isEqualTo(text);
        }));
    }

    private static <T> Optional<T> read(Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (BadInput bad) {
            assertThat(bad.getMessage()).isNotBlank().doesNotContain("\n", "\r");
            return Optional.empty();
        }
    }

    private static void assertReadsBack(Program program) {
        assertThat(AsmParser.parse(program.name(), AsmPrinter.print(program, MAPS), MAPS)).isEqualTo(program);
    }

    /// The decoder does not know the number of maps, only a case does.
    private static boolean namesKnownMaps(Program program) {
        return program.insns().stream().allMatch(insn -> switch (insn) {
            case Insn.LoadMap load -> load.map() < MAPS.size();
            case Insn.LoadMapValue load -> load.map() < MAPS.size();
            default -> true;
        });
    }
}
