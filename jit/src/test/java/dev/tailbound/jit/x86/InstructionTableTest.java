package dev.tailbound.jit.x86;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.NoLinkage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Single instructions compile to the same bytes as in kernels 6.1, 6.12 and 7.2.
///
/// The tables were extracted from programs compiled by real kernels: group, instruction, its code on x86-64. `itab-amd64.tsv` is kernel 6.12 on a
/// processor with BMI2; the others have the rows that differ: without BMI2, in kernel 6.1, and in kernel 7.2.
class InstructionTableTest {
    private static final HexFormat HEX = HexFormat.of();

    private record Row(String group, String bpf, String code) {}

    /// Instructions of ISA version 4, which kernel 6.1 rejects.
    private static final Pattern SINCE_6_6 = Pattern.compile("(sdiv|smod|movsx|bswap|ldsx).*");

    @Test
    void all_instructions_become_the_code_of_kernel_6_12() throws IOException {
        check("6.12", X86Backend.pointer(), table("itab-amd64.tsv"), 8864);
    }

    @Test
    void all_instructions_become_the_code_of_kernel_6_12_without_bmi2() throws IOException {
        var backend = backend(X86Options.debian(KernelGeneration.V6_12).withBmi2(false));
        check("6.12 without BMI2", backend, changed("itab-amd64-nobmi2.tsv", 540), 8864);
    }

    @Test
    void all_instructions_become_the_code_of_kernel_6_1() throws IOException {
        var rows = changed("itab-amd64-6.1.tsv", 556);
        rows.removeIf(row -> SINCE_6_6.matcher(row.group()).matches());
        check("6.1", X86Backend.stackCopy(), rows, 7556);
    }

    @Test
    void all_instructions_become_the_code_of_kernel_7_2() throws IOException {
        check("7.2", backend(X86Options.debian(KernelGeneration.V7_2)), changed("itab-amd64-7.2.tsv", 56), 8864);
    }

    private static void check(String kernel, X86Backend backend, List<Row> rows, int count) {
        var differences = differences(rows, backend);
        System.out.printf("x86-64: %d of %d instructions are equal to those of kernel %s%n", rows.size() - differences.size(),
                rows.size(), kernel);
        assertThat(rows).hasSize(count);
        assertThat(differences).isEmpty();
    }

    /// The rows of kernel 6.12, with those of another table replaced.
    private static List<Row> changed(String name, int count) throws IOException {
        var changes = table(name).stream().collect(Collectors.toMap(Row::bpf, row -> row));
        assertThat(changes).hasSize(count);
        var rows = table("itab-amd64.tsv");
        rows.replaceAll(row -> changes.getOrDefault(row.bpf(), row));
        return rows;
    }

    private static X86Backend backend(X86Options options) {
        return new X86Backend(options, new PointerScheme());
    }

    private static List<String> differences(List<Row> rows, X86Backend backend) {
        var differences = new ArrayList<String>();
        for (var row : rows) {
            var found = compile(row.bpf(), backend);
            if (!found.equals(row.code())) {
                differences.add("%s %s: expected %s, found %s".formatted(row.group(), row.bpf(), row.code(), found));
            }
        }
        return differences;
    }

    private static String compile(String bpf, X86Backend backend) {
        var insns = new ArrayList<Insn>(Decoder.decode("row", HEX.parseHex(bpf)).insns());
        insns.add(new Insn.Mov(Width.W64, Reg.R0, new Imm(0)));
        insns.add(new Insn.Exit());
        var code = backend.compile(LoweredPrograms.lowered(new Program("row", insns)), 0, NoLinkage.INSTANCE, 0);
        int overwritten = code.offsets().length - 3;
        return HEX.formatHex(Arrays.copyOfRange(code.bytes(), code.offsets()[0], code.offsets()[overwritten]));
    }

    private static List<Row> table(String name) throws IOException {
        try (var in = Objects.requireNonNull(InstructionTableTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), US_ASCII).lines().map(line -> line.split("\t", -1))
                    .map(fields -> new Row(fields[0], fields[1], fields[2])).collect(Collectors.toCollection(ArrayList::new));
        }
    }
}
