package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Reg.R0;
import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R10;
import static dev.tailbound.isa.Reg.R2;
import static dev.tailbound.isa.Reg.R3;
import static dev.tailbound.isa.Reg.R6;
import static dev.tailbound.isa.Reg.R7;
import static dev.tailbound.isa.Size.B;
import static dev.tailbound.isa.Size.W;
import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.NoLinkage;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The example listing of the patch that introduced scheme `x26`, with PAC and BTI.
@Tag("emulator")
class ListingTest {
    private static final long ENTRY = 0xffff_ffc0_0901_51d4L;
    private static final long SUBPROG_TAIL = 0xffff_ffc0_0902_d25cL;
    private static final long CLASSIFIER_0 = 0xffff_ffc0_08ff_5874L;

    private static final Arm64Backend BACKEND = new Arm64Backend(new Arm64Options(KernelGeneration.V5_19, false, true, true),
            new X26Scheme());

    @Test
    void entry_calls_a_subprogram_that_tail_calls() throws IOException {
        var program = new Program("entry", List.of(
                new Insn.Mov(W32, R2, new Imm(0)),
                new Insn.Store(B, R10, -1, R2),
                new Insn.Call(4),
                new Insn.Exit(),
                // subprog_tail:
                new Insn.Mov(W64, R6, R1),
                new Insn.Mov(W32, R1, new Imm(1)),
                new Insn.Store(W, R10, -4, R1),
                new Insn.LoadMap(R7, 0),
                new Insn.Mov(W64, R1, R6),
                new Insn.Mov(W64, R2, R7),
                new Insn.Mov(W64, R3, new Imm(0)),
                new Insn.CallHelper(Helper.TAIL_CALL),
                new Insn.Load(W, false, R0, R10, -4),
                new Insn.Exit()));
        var lowered = lowered(program, new Subprogram("entry", 0, 4, 1, false, true),
                new Subprogram("subprog_tail", 4, 14, 4, true, true));
        assertThat(words(lowered, 0, ENTRY)).isEqualTo(listing("entry"));
        assertThat(words(lowered, 1, SUBPROG_TAIL)).isEqualTo(listing("subprog_tail"));
    }

    @Test
    void classifier_0_is_the_target() throws IOException {
        var program = new Program("classifier_0", List.of(
                new Insn.LoadMapValue(R1, 0, 0),
                new Insn.Mov(W32, R2, new Imm(1)),
                new Insn.Store(W, R1, 0, R2),
                new Insn.Mov(W32, R0, new Imm(0)),
                new Insn.Exit()));
        var lowered = lowered(program, new Subprogram("classifier_0", 0, 5, 0, false, false));
        assertThat(words(lowered, 0, CLASSIFIER_0)).isEqualTo(listing("classifier_0"));
    }

    private static Lowered lowered(Program program, Subprogram... subprograms) {
        return new Lowered(program, IntStream.range(0, program.size()).toArray(), List.of(subprograms));
    }

    private static List<String> words(Lowered lowered, int subprogram, long base) {
        var code = ByteBuffer.wrap(BACKEND.compile(lowered, subprogram, new Kernel(), base).bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, code.capacity() / 4).mapToObj(i -> "%08x".formatted(code.getInt(4 * i))).toList();
    }

    private static List<String> listing(String function) throws IOException {
        try (var in = ListingTest.class.getResourceAsStream("listing-5.19.txt")) {
            return new String(in.readAllBytes(), US_ASCII).lines().dropWhile(line -> !line.startsWith(function + " ")).skip(1)
                    .takeWhile(line -> !line.isEmpty()).map(line -> line.substring(0, 8)).toList();
        }
    }

    /// The addresses in the listing.
    private record Kernel() implements NoLinkage {
        @Override
        public long mapAddress(int map) {
            return 0xffff_ff80_c033_4e00L;
        }

        @Override
        public long valueAddress(int map) {
            return 0xffff_ffc0_08fc_6000L;
        }

        @Override
        public long functionAddress(int subprogram) {
            return subprogram == 0 ? ENTRY : SUBPROG_TAIL;
        }

        @Override
        public ObjectLayout layout() {
            return ObjectLayout.V6_1;
        }
    }
}
