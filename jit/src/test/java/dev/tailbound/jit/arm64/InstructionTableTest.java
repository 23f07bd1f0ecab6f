package dev.tailbound.jit.arm64;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.NoLinkage;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Single instructions compile to the same bytes as in kernels 6.1, 6.12 and 7.2.
///
/// The tables were extracted from programs compiled by real kernels: group, instruction, its code on arm64. `itab-arm64.tsv` is kernel 6.12 on a
/// processor with all features; the others have the rows that differ: without LSE, in kernel 6.1, and in kernel 7.2.
class InstructionTableTest {
    private static final HexFormat HEX = HexFormat.of();
    /// The programs that the tables were extracted from used the whole stack.
    private static final int STACK_DEPTH = 512;

    /// In place of code: this kernel does not have the instruction.
    private static final String REFUSED = "-";

    private record Row(String group, String code) {}

    @Test
    void all_instructions_become_the_code_of_kernel_6_12() throws IOException {
        assertAllEqual(Arm64Backend.pointer(), "kernel 6.12", table("itab-arm64.tsv"), 8864);
    }

    @Test
    void without_lse_they_become_its_code_on_a_cortex_a57() throws IOException {
        var options = Arm64Options.debian(KernelGeneration.V6_12).withLse(false);
        var rows = table("itab-arm64.tsv");
        assertThat(rows.keySet()).containsAll(table("itab-arm64-a57.tsv").keySet());
        rows.putAll(table("itab-arm64-a57.tsv"));
        assertAllEqual(new Arm64Backend(options, new PointerScheme()), "kernel 6.12 on a Cortex-A57", rows, 8864);
    }

    @Test
    void with_scheme_x26_they_become_the_code_of_kernel_6_1() throws IOException {
        var rows = table("itab-arm64.tsv");
        rows.putAll(table("itab-arm64-6.1.tsv"));
        rows.values().removeIf(row -> row.code().equals(REFUSED));
        assertAllEqual(Arm64Backend.x26(), "kernel 6.1", rows, 7556);
    }

    @Test
    void generation_7_2_emits_the_code_of_kernel_7_2() throws IOException {
        var options = Arm64Options.debian(KernelGeneration.V7_2);
        var rows = table("itab-arm64.tsv");
        rows.putAll(table("itab-arm64-7.2.tsv"));
        assertAllEqual(new Arm64Backend(options, new PointerScheme()), "kernel 7.2", rows, 8864);
    }

    private static void assertAllEqual(Arm64Backend backend, String kernel, Map<String, Row> rows, int count) {
        assertThat(rows).hasSize(count);
        var differences = new ArrayList<String>();
        rows.forEach((bpf, row) -> {
            var found = compile(bpf, backend);
            if (!found.equals(row.code())) {
                differences.add("%s %s: expected %s, found %s".formatted(row.group(), bpf, row.code(), found));
            }
        });
        System.out.printf("arm64: %d of %d instructions are equal to those of %s%n", rows.size() - differences.size(),
                rows.size(), kernel);
        assertThat(differences).isEmpty();
    }

    private static String compile(String bpf, Arm64Backend backend) {
        var insns = new ArrayList<Insn>();
        insns.add(new Insn.Store(Size.B, Reg.R10, -STACK_DEPTH, new Imm(0)));
        insns.addAll(Decoder.decode("row", HEX.parseHex(bpf)).insns());
        insns.add(new Insn.Mov(Width.W64, Reg.R0, new Imm(0)));
        insns.add(new Insn.Exit());
        var main = new Subprogram("row", 0, insns.size(), STACK_DEPTH, false, false);
        var facts = new ProgramFacts(List.of(main), new BitSet(), false);
        var lowered = Passes.NECESSARY.lowering(Profile.ARM64_V6_12).lower(new Program("row", insns), facts);
        var code = backend.compile(lowered, 0, NoLinkage.INSTANCE, 0xffff_8000_0000_0000L);
        int end = code.offsets().length - 3;
        return HEX.formatHex(Arrays.copyOfRange(code.bytes(), code.offsets()[1], code.offsets()[end]));
    }

    /// The rows by instruction.
    private static Map<String, Row> table(String name) throws IOException {
        try (var in = InstructionTableTest.class.getResourceAsStream(name)) {
            var rows = new LinkedHashMap<String, Row>();
            new String(in.readAllBytes(), US_ASCII).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1)).forEach(fields -> rows.put(fields[1], new Row(fields[0], fields[2])));
            return rows;
        }
    }
}
