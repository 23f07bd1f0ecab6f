package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.forms.Form;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Imported;
import dev.tailbound.forms.Source;
import dev.tailbound.forms.c.MacroPrinter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.text.AsmPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// C source as a form of programs: what is printed reads back, and no text makes a reader fail but in one line.
class CFormProperties {
    private static final List<Form> FORMS = List.of(Forms.byWord("macros"), Forms.byWord("selftest"), Forms.byWord("syzkaller"));
    private static final List<String> SAMPLES = samples();

    /// Pieces that the readers look for.
    private static final List<String> PIECES = List.of("{", "}", "(", ")", "[", "]", ",", ";", ":", "=", "@", "&", "%", "\"", "'",
            "\\", "\n", "0x", "struct bpf_insn p[] = {", ".insns = {", ".fixup_prog1 = { 0 }", "BPF_EXIT_INSN()",
            "BPF_LD_MAP_FD(1, x)", "SEC(\"tc\") __naked int f(void) {", "asm volatile (\"", "%[x]", "1:", "goto 1b;",
            "__imm_addr(m)", "sizeof(struct a)", "struct a { struct a a; };", "#define X X\n", "X", "enum { A = B, B = A };",
            "bpf$PROG_LOAD(0x5, &(0x7f0000000000)={", "ANY=[@ANYBLOB=\"", "@framed={", "*(uint32_t*)0x20000000 = 5;",
            "syscall(__NR_bpf, 5, 0x20000000, 0);", "r[0] = res;", "-1", "<<", "1 ? 2 : 3", "/*");

    private static List<String> samples() {
        try (var files = Files.walk(Path.of("..", "oracle", "src", "test", "resources", "forms"))) {
            return files.filter(file -> FORMS.stream().anyMatch(form -> file.getParent().endsWith(form.word()))).sorted()
                    .map(CFormProperties::text).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Imported> read(Form form, byte[] bytes) {
        return form.read(new Source("input", bytes), ImportOptions.NONE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Property(seed = "31", tries = 300)
    void programs_printed_as_macros_read_back_equal(@ForAll(supplier = GeneratedCases.class) Case source) {
        var maps = source.maps().stream().map(BpfMap::name).toList();
        var text = source.programs().stream().map(program -> MacroPrinter.print(program, maps)).collect(Collectors.joining("\n"));

        assertThat(programs(read(Forms.byWord("macros"), utf8(text)))).isEqualTo(programs(List.of(new Imported("", source))));
    }

    /// The programs' instructions by name, with maps by name and labels that say nothing.
    private static Map<String, String> programs(List<Imported> cases) {
        var programs = new TreeMap<String, String>();
        for (var imported : cases) {
            var maps = imported.source().maps().stream().map(map -> MacroPrinter.identifier(map.name())).toList();
            for (var program : imported.source().programs()) {
                programs.put(MacroPrinter.identifier(program.name()), AsmPrinter.print(new Program("p", program.insns()), maps));
            }
        }
        return programs;
    }

    @Property(seed = "32", tries = 2000)
    void a_changed_sample_gives_cases_or_one_line(@ForAll("changed") String text) {
        assertReadOrRefused(utf8(text));
    }

    @Property(seed = "33", tries = 2000)
    void pieces_in_any_order_give_cases_or_one_line(@ForAll("pieces") String text) {
        assertReadOrRefused(utf8(text));
    }

    @Property(seed = "34", tries = 500)
    void any_bytes_give_cases_or_one_line(@ForAll byte[] bytes) {
        assertReadOrRefused(bytes);
    }

    /// A case that is read can be printed, which it could not be if its parts did not fit.
    private static void assertReadOrRefused(byte[] bytes) {
        for (var form : FORMS) {
            form.recognizes(new Source("input", bytes));
            try {
                assertThat(read(form, bytes)).isNotEmpty()
                        .allSatisfy(imported -> assertThat(CasePrinter.print(imported.source())).isNotEmpty());
            } catch (BadInput refused) {
                assertThat(refused.getMessage()).startsWith("input").doesNotContain("\n").hasSizeLessThan(1500);
            }
        }
    }

    @Provide
    Arbitrary<String> changed() {
        var edit = Combinators.combine(Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 12),
                Arbitraries.of(PIECES).injectNull(0.4)).as(Edit::new);
        return Combinators.combine(Arbitraries.of(SAMPLES), edit.list().ofMinSize(1).ofMaxSize(4)).as(CFormProperties::edited);
    }

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(PIECES).list().ofMaxSize(40).map(pieces -> String.join(" ", pieces));
    }

    /// Characters that are left out at a place, and what comes in their stead, if anything.
    private record Edit(double place, int dropped, String inserted) {}

    private static String edited(String sample, List<Edit> edits) {
        var text = new StringBuilder(sample);
        for (var edit : new ArrayList<>(edits)) {
            int at = (int) (edit.place * text.length());
            text.delete(at, Math.min(text.length(), at + edit.dropped));
            text.insert(at, edit.inserted == null ? "" : edit.inserted);
        }
        return text.toString();
    }
}
