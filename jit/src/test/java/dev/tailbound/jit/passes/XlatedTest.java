package dev.tailbound.jit.passes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whole programs are rewritten to the same instructions as in kernels 6.1, 6.12 and 7.2, except for addresses.
class XlatedTest {
    private static final HexFormat HEX = HexFormat.of();

    private record Row(String name, String bpf, Map<String, String> xlated) {}

    private static final Map<String, Profile> PROFILES = Map.of(
            "6.1-amd64", Profile.X86_64_V6_1, "6.12-amd64", Profile.X86_64_V6_12, "7.2-amd64", Profile.X86_64_V7_2,
            "6.1-arm64", Profile.ARM64_V6_1, "6.12-arm64", Profile.ARM64_V6_12, "7.2-arm64", Profile.ARM64_V7_2);

    /// Programs that Tailbound rejects, with the reason.
    private static final Map<String, String> REFUSED = Map.of(
            "jmp/may_goto", "instruction that is not supported",
            "ld_abs", "instruction that is not supported");

    @Test
    void programs_are_rewritten_as_kernels_rewrite_them() throws IOException {
        var differences = new TreeMap<String, String>();
        var refused = new TreeMap<String, String>();
        int compared = 0;
        for (var row : rows()) {
            for (var kernels : row.xlated().entrySet()) {
                for (var kernel : kernels.getKey().split(",", -1)) {
                    var rewritten = rewrite(row, PROFILES.get(kernel), refused);
                    var expected = withoutAddresses(kernels.getValue());
                    compared += rewritten.isEmpty() ? 0 : 1;
                    if (!rewritten.isEmpty() && !expected.equals(rewritten)) {
                        differences.put(row.name() + " " + kernel, "expected %s, found %s".formatted(expected, rewritten));
                    }
                }
            }
        }
        System.out.printf("xlated: %d of %d programs equal to the kernels'%n", compared - differences.size(), compared);
        assertThat(differences).isEmpty();
        assertThat(refused).containsOnlyKeys(REFUSED.keySet());
    }

    private static String rewrite(Row row, Profile profile, Map<String, String> refused) {
        Program program;
        try {
            program = Decoder.decode("main", HEX.parseHex(row.bpf()));
        } catch (BadInput bad) {
            refused.put(row.name(), bad.getMessage());
            return "";
        }
        var maps = List.<BpfMap>of(new BpfMap.ProgArray("table", 4, new TreeMap<>()),
                new BpfMap.Array("values", 128, 1, new TreeMap<>()));
        var source = new Case("", maps, List.of(program), "main", Context.Skb.defaults(), Environment.DEFAULT, Expectation.NONE);
        return switch (Verifier.verify(source)) {
            case Verdict.Rejected rejected -> {
                refused.put(row.name(), rejected.reason());
                yield "";
            }
            case Verdict.Accepted(var verified) -> {
                var lowered = Passes.ALL.lowering(profile).lower(source, program, verified.facts().getFirst());
                yield withoutAddresses(HEX.formatHex(Encoder.encode(lowered.program())));
            }
        };
    }

    /// Zeroes the addresses of helpers and maps, and the numbers that compiled subprograms have.
    private static String withoutAddresses(String hex) {
        var code = HEX.parseHex(hex);
        for (int at = 0; at < code.length; at += 8) {
            boolean callsHelper = code[at] == (byte) 0x85 && code[at + 1] == 0;
            boolean callsFunction = code[at] == (byte) 0x85 && code[at + 1] == 0x10;
            boolean namesMap = code[at] == 0x18 && code[at + 1] >>> 4 != 0;
            if (callsHelper || namesMap) {
                Arrays.fill(code, at + 4, at + 8, (byte) 0);
            }
            boolean isPerCpu = at + 12 <= code.length && code[at + 8] == (byte) 0xbf && code[at + 10] == -1
                    && code[at + 11] == -1;
            if (isPerCpu) {
                Arrays.fill(code, at + 4, at + 8, (byte) 0);
            }
            if (callsFunction) {
                Arrays.fill(code, at + 2, at + 8, (byte) 0);
            }
        }
        return HEX.formatHex(code);
    }

    private static List<Row> rows() throws IOException {
        var rows = new ArrayList<Row>();
        for (var resource : List.of("xlated.tsv", "context.tsv")) {
            rows.addAll(rows(resource));
        }
        return rows;
    }

    private static List<Row> rows(String resource) throws IOException {
        var rows = new ArrayList<Row>();
        try (var in = XlatedTest.class.getResourceAsStream(resource)) {
            for (var line : new String(in.readAllBytes(), US_ASCII).lines().filter(text -> !text.startsWith("#")).toList()) {
                var cells = line.split("\t", -1);
                var xlated = new TreeMap<String, String>();
                for (int i = 3; i < cells.length; i += 2) {
                    xlated.put(cells[i], cells[i + 1]);
                }
                rows.add(new Row(cells[0], cells[2], xlated));
            }
        }
        return rows;
    }
}
