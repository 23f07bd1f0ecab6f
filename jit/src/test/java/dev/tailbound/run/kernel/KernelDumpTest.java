package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import dev.tailbound.text.AsmPrinter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Reads the answer of kernel 6.12.95 (x86-64) for `dump.case`.
class KernelDumpTest {
    private static final int ENOENT = 2;
    /// Word index of the program's load error, after three maps including the probes'.
    private static final int LOADED_AT = 3;
    /// Word index of the dump error, after the load error, the number of compiled functions and the length of the log.
    private static final int SHOWN_AT = LOADED_AT + 3;

    private static byte[] resource(String name) throws IOException {
        try (var in = Objects.requireNonNull(KernelDumpTest.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }

    private static ByteBuffer answer() throws IOException {
        return words(HexFormat.of().parseHex(new String(resource("dump-6.12.95-amd64.txt"), US_ASCII).strip()));
    }

    private static ByteBuffer words(byte... bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static KernelDump read(ByteBuffer answer) throws IOException {
        var source = CaseReader.parse("dump.case", resource("dump.case"));
        if (!(Verifier.verify(source) instanceof Verdict.Accepted(var verified))) {
            throw new AssertionError("the case is not accepted");
        }
        return KernelDump.read(answer, new CaseMarshaller(verified, true, Set.of()), _ -> Map.of());
    }

    @Test
    void rewritten_programs_show_maps_functions_and_the_division_guard() throws IOException {
        var dump = read(answer());
        var text = AsmPrinter.print(dump.programs().getFirst().rewritten(), dump.maps());
        assertThat(text.lines().map(String::strip)).containsSubsequence("r1 = map[values] ll", "r3 = map[values][0] ll",
                "call 309696", "call subprog_17", "if r0 != 0 goto l14", "w7 ^= w7", "r7 /= r0", "subprog_17:",
                "r2 = map[table] ll", "call bpf_tail_call");
    }

    @Test
    void each_function_has_its_code_at_its_address() throws IOException {
        var dump = read(answer());
        assertThat(dump.programs().getFirst().functions()).extracting(KernelProgram.Function::address)
                .containsExactly(0xffff_ffff_c000_0694L, 0xffff_ffff_c000_075cL);
        assertThat(dump.programs().getFirst().functions())
                .allSatisfy(function -> assertThat(function.code().toHex()).startsWith("f30f1efa").endsWith("c9c3cc"));
        assertThat(dump.callBase()).isEqualTo(0xffff_ffff_8127_a4d0L);
    }

    @Test
    void a_program_that_cannot_be_dumped_is_named() throws IOException {
        var answer = answer().putInt(SHOWN_AT * Integer.BYTES, ENOENT);
        assertThatThrownBy(() -> read(answer)).isInstanceOf(BadInput.class).hasMessageStartingWith("program entry")
                .hasMessageEndingWith("ENOENT (2)");
    }

    @Test
    void a_rejected_program_is_reported_in_one_line() throws IOException {
        var answer = answer().putInt(LOADED_AT * Integer.BYTES, ENOENT);
        assertThatThrownBy(() -> read(answer)).isInstanceOf(BadInput.class).hasMessage("program entry: ENOENT (2)");
    }

    @Test
    void addresses_without_a_name_are_omitted() {
        var answer = words((byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0,
                (byte) 3, (byte) 0, (byte) 0, (byte) 0, (byte) 'b', (byte) 'p', (byte) 'f', (byte) 0);
        assertThat(KernelDump.readNames(answer, List.of(1L, 2L))).containsOnly(Map.entry(2L, "bpf"));
    }
}
