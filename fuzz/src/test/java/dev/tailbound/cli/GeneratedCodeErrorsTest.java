package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each error in a prologue, an epilogue or a kernel function is one line that names the rule, with the exit code of bad input.
@Tag("emulator")
class GeneratedCodeErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // the text of the file
        "-- prologue                               | a.case:4: prologue has no instructions",
        "-- prologue nobody# r2 = 0                | a.case:4: unknown program 'nobody', expected one of [main]",
        "-- prologue# goto nowhere                 | a.case:5: undefined label 'nowhere'",
        "-- epilogue module=m# exit                | a.case:4: unknown module 'm', expected one of []",
        "-- epilogue calls=far# exit               | a.case:4: calls: expected kfunc or immediate, found 'far'",
        "-- epilogue# call kfunc kf_nothing# exit  | a.case:5: unknown kfunc 'kf_nothing', expected one of",
        "-- epilogue# call kfunc kf_note off 1# exit | a.case:4: epilogue calls kf_note off 1, expected no offset",
        "-- epilogue# call kfunc kf_note off 99999# exit | a.case:5: expected an offset of 16 bits",
        "-- module m off=0                         | a.case:4: module m: off is 0, expected 1..32767",
        "-- module m off=1#-- module n off=1       | a.case: module n: off 1 is used by another module",
        "-- module m close                         | a.case:4: expected -- module NAME [off=N] [far] [no-types], found '-- module m close'",
        // programs that kernels would not load
        "-- prologue# r0 = r10                     | prologue insn 0 (r0 = r10): prologue cannot use R10: it has no stack",
        "-- epilogue# call main# exit              | a.case:5: 'main' is neither a label of this program nor a known helper",
        "-- epilogue# call bpf_tail_call# exit     | epilogue insn 0 (call bpf_tail_call): epilogue cannot tail-call",
        "-- prologue# r1 = 0                       | start (the program begins): R1 is scalar where the program begins, expected ctx",
        "-- epilogue# r1 = 0                       | epilogue insn 0 (r1 = 0): last insn is not an exit or jmp",
        "-- epilogue# call kfunc 7# exit           | epilogue insn 0 (call kfunc 7): kernel btf_id 7 is not a function (EINVAL)",
        "-- prologue# call kfunc bpf_cast_to_kern_ctx | prologue cannot use special kfunc bpf_cast_to_kern_ctx (EINVAL)",
        "-- module m no-types#-- epilogue module=m# call kfunc kf_note# exit | cannot find BTF from m for kfunc kf_note used in epilogue (EINVAL)",
        "-- module m far#-- epilogue module=m calls=immediate# call kfunc kf_note# exit | address of kernel function kf_note is out of range of an immediate",
        "-- prog other# call kfunc kf_note off 3# exit | kfunc offset > 0 without fd_array is invalid: 3, but the case has no module (EPROTO)",
    })
    void is_reported_in_one_line(String sections, String expected, @TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("a.case"),
                "-- prog main\nr0 = 0\nexit\n" + sections.replace('#', '\n') + "\n");
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(new StringWriter(), err).execute("run", file.toString());
        assertThat(err.toString().lines()).singleElement().asString().contains(expected);
        assertThat(exitCode).isEqualTo(2);
    }
}
