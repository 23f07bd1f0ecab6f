package dev.tailbound.jit.disasm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.jit.disasm.Disassembler.Line;
import dev.tailbound.jit.disasm.Disassembler.Target;
import dev.tailbound.setup.Packages;
import java.lang.foreign.FunctionDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("emulator")
class DisassemblerTest {
    /// Capstone 4 decodes atomics of Armv8.1 as data.
    private static final boolean KNOWS_ATOMICS = !Disassembler.library().version().startsWith("4.");

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X86_64 | 4801d8       | add rax, rbx",
            "X86_64 | c4e2f1f7c2   | shlx rax, rdx, rcx",
            "X86_64 | e9fbffffff   | jmp 0x1000",
            "ARM64  | 2000028b     | add x0, x1, x2",
            "ARM64  | fd7bbfa9     | stp x29, x30, [sp, #-0x10]!",
            "ARM64  | 41fc5f88     | ldaxr w1, [x2]",
            "ARM64  | 00000014     | b #0x1000",
    })
    // @formatter:on
    void reads_an_instruction(Target target, String hex, String text) {
        try (var disassembler = new Disassembler(target)) {
            var lines = disassembler.disassemble(HexFormat.of().parseHex(hex), 0x1000);
            assertThat(lines).singleElement().satisfies(line -> {
                assertThat(line.text()).isEqualTo(text);
                assertThat(line.size()).isEqualTo(hex.length() / 2);
            });
        }
    }

    /// The words were assembled by the GNU assembler.
    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "c8e7fd40 | casal x7, x0, [x10]",
            "88e7ffe0 | casal w7, w0, [sp]",
            "c8a17c62 | cas x1, x2, [x3]",
            "f8e18141 | swpal x1, x1, [x10]",
            "b8e18141 | swpal w1, w1, [x10]",
            "b8e1005f | ldaddal w1, wzr, [x2]",
            "f8ea1041 | ldclral x10, x1, [x2]",
            "f8e1205e | ldeoral x1, x30, [x2]",
            "b8e13041 | ldsetal w1, w1, [x2]",
            "f8a10062 | ldadda x1, x2, [x3]",
            "f8610062 | ldaddl x1, x2, [x3]",
            "f821005f | stadd x1, [x2]",
            "b82a105f | stclr w10, [x2]",
            "f82123ff | steor x1, [sp]",
            "f83f305f | stset xzr, [x2]",
            "f8214062 | ldsmax x1, x2, [x3]",
    })
    // @formatter:on
    void disassembles_lse_atomics(String word, String atomic) {
        var bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(HexFormat.fromHexDigits(word));
        try (var disassembler = new Disassembler(Target.ARM64)) {
            assertThat(disassembler.disassemble(bytes.array(), 0)).singleElement().extracting(Line::commented)
                    .isEqualTo(KNOWS_ATOMICS ? atomic : ".word 0x" + word + " // " + atomic);
        }
    }

    @Test
    void shows_unknown_bytes_as_data_and_continues() {
        try (var disassembler = new Disassembler(Target.X86_64)) {
            assertThat(disassembler.disassemble(HexFormat.of().parseHex("90" + "06" + "c3"), 0x10)).containsExactly(
                    new Line(0x10, 1, "nop", ""), new Line(0x11, 1, ".byte", "0x06"), new Line(0x12, 1, "ret", ""));
        }
        try (var disassembler = new Disassembler(Target.ARM64)) {
            assertThat(disassembler.disassemble(HexFormat.of().parseHex("ffffffff" + "c0035fd6" + "0102"), 0)).containsExactly(
                    new Line(0, 4, ".word", "0xffffffff"), new Line(4, 4, "ret", ""), new Line(8, 2, ".word", "0x0201"));
        }
    }

    @Test
    void a_missing_library_is_reported_with_its_install_command() {
        var call = NativeLibrary.open("mvn", "libmissing.so.1").function("missing", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        assertThatThrownBy(() -> call.invoke(1)).isInstanceOf(MissingLibraryException.class)
                .hasMessage("mvn: cannot open shared object file: No such file or directory; "
                        + "libmissing.so.1: cannot open shared object file: No such file or directory; "
                        + Packages.here().remedy(List.of("mvn")));
    }

    @Test
    void a_missing_function_is_reported_with_its_library() {
        var soname = Path.of(Disassembler.library().path()).getFileName().toString();
        var call = NativeLibrary.open("libcapstone.so.5", "libcapstone.so.4").function("missing", FunctionDescriptor.ofVoid());
        assertThatThrownBy(call::invoke).isInstanceOf(UnusableLibraryException.class)
                .hasMessageStartingWith(soname.replaceAll("(so\\.\\d+).*", "$1") + ": expected a function missing, found none; ");
    }

    @Test
    void the_loaded_library_is_reported_with_version_and_path() {
        var library = Disassembler.library();
        assertThat(library.title()).matches("Capstone [45]\\.\\d+");
        assertThat(Path.of(library.path())).isRegularFile();
        assertThat(library).hasToString(library.title() + " (" + library.path() + ")");
    }
}
