package dev.tailbound.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.report.Compared.Row;
import dev.tailbound.report.Compared.Side;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// `fastcall-shortest.case` on kernel 6.12.95: it loses the spill of r2, and four lines that then have no effect.
class ComparedTest {
    private static final String XLATED = "b706000007000000b701000001000000b7020000020000007b6af0ff00000000b40000000c500300bf00ffff00000000"
            + "6100000000000000b40000000c500300bf00ffff00000000610000000000000079a7f0ff00000000bf700000000000009500000000000000";
    private static final String CODE = "f30f1efa0f1f4400000f1f00554889e5f30f1efa4881ec10000000534155bb07000000bf01000000be0200000048895df0"
            + "b80c5003006548030425189a01008b4000b80c5003006548030425189a01008b40004c8b6df04c89e8415d5bc9c3cc";
    private static final EmulatedSpec OURS = EngineSpec.parse("x86-64:v6.12").emulated();
    private static final EmulatedSpec BY_THE_SHORTEST = EngineSpec.parse("x86-64:v6.12,fastcall-shortest").emulated();

    private record Both(Compared rewritten, Compared compiled) {}

    private static Both compare(EmulatedSpec ours, UnaryOperator<String> code) {
        if (!(Verifier.verify(CaseReader.read(Path.of(
                "../corpus/passes/fastcall-shortest.case"))) instanceof Verdict.Accepted(var verified))) {
            throw new AssertionError("the case is not accepted");
        }
        var program = new KernelProgram("main", Bytes.ofHex(XLATED), Map.of(),
                List.of(new KernelProgram.Function(0xffff_ffff_c000_0690L, Bytes.ofHex(code.apply(CODE)))));
        var dump = new KernelDump(List.of(program), List.of(), 0, _ -> Map.of());
        try (var engine = ours.open(TailCallRule.V6_12)) {
            var image = engine.compile(verified).getFirst();
            return new Both(Compared.rewritten(dump, program, image),
                    Compared.compiled(dump, program, verified, ours, image).getFirst());
        }
    }

    private static List<String> lines(Compared compared, Side side) {
        return compared.rows().stream().filter(row -> row.side() == side).map(Row::code).map(ComparedTest::withoutPlace).toList();
    }

    private static String withoutPlace(String line) {
        return line.replaceFirst("^ *[0-9a-f]+: +([0-9a-f]{2} +)*", "");
    }

    @Test
    void a_lost_spill_is_a_difference_of_the_rewritten_program() {
        var rewritten = compare(OURS, UnaryOperator.identity()).rewritten();
        assertThat(lines(rewritten, Side.OURS)).containsExactly("*(u64 *)(r10 - 16) = r2", "*(u64 *)(r10 - 24) = r1",
                "r1 = *(u64 *)(r10 - 24)", "r2 = *(u64 *)(r10 - 16)", "*(u64 *)(r10 - 24) = r1", "r1 = *(u64 *)(r10 - 24)");
        assertThat(lines(rewritten, Side.KERNEL)).isEmpty();
    }

    @Test
    void its_machine_code_is_shown_next_to_its_bpf() {
        var compiled = compare(OURS, UnaryOperator.identity()).compiled();
        assertThat(lines(compiled, Side.KERNEL)).containsExactly("sub rsp, 0x10");
        assertThat(compiled.rows()).filteredOn(row -> row.code().endsWith("mov qword ptr [rbp - 0x10], rsi")).singleElement()
                .satisfies(row -> {
                    assertThat(row.side()).isEqualTo(Side.OURS);
                    assertThat(row.head().strip()).isEqualTo("4: *(u64 *)(r10 - 16) = r2");
                });
    }

    @Test
    void a_backend_with_the_same_rule_emits_the_same_code_except_for_per_cpu_addresses() {
        var both = compare(BY_THE_SHORTEST, UnaryOperator.identity());
        assertThat(both.rewritten().differences()).isZero();
        assertThat(both.compiled().differences()).isZero();
    }

    @Test
    void a_number_that_is_no_address_is_a_difference() {
        var compiled = compare(BY_THE_SHORTEST, code -> code.replace("bb07000000", "bb08000000")).compiled();
        assertThat(lines(compiled, Side.KERNEL)).containsExactly("mov ebx, 8");
        assertThat(lines(compiled, Side.OURS)).containsExactly("mov ebx, 7");
    }
}
