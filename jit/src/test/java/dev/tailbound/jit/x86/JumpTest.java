package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Exit;
import dev.tailbound.isa.Insn.Jump;
import dev.tailbound.isa.Insn.JumpIf;
import dev.tailbound.isa.Insn.LoadImm64;
import dev.tailbound.isa.Insn.Mov;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.NoLinkage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Sizes and targets of jumps after the passes have converged.
class JumpTest {
    private static final Insn TWO_BYTES = new Mov(W32, Reg.R1, Reg.R1);
    private static final Insn THREE_BYTES = new Mov(W64, Reg.R1, Reg.R2);
    private static final int TEST_LENGTH = 3;

    @Test
    void forward_jumps_are_short_up_to_123_bytes() {
        for (int distance = 100; distance < 150; distance++) {
            var insns = new ArrayList<Insn>();
            var filler = filler(distance);
            insns.add(jumpIf(filler.size() + 1));
            insns.addAll(filler);
            insns.add(new Exit());
            var code = compile(insns);
            boolean near = distance <= 123;
            assertThat(size(code, 0)).as("distance %d", distance).isEqualTo(TEST_LENGTH + (near ? 2 : 6));
            assertJumpsLand(insns, code);
        }
    }

    /// A backward jump starts in the long form and its own length counts, so it shrinks only if 128 bytes suffice from the end of the long form.
    @Test
    void backward_jumps_are_short_if_128_bytes_reach_from_their_long_form() {
        for (int back = 100; back < 150; back++) {
            for (boolean conditional : new boolean[]{ true, false }) {
                int shortLength = conditional ? TEST_LENGTH + 2 : 2;
                int longLength = conditional ? TEST_LENGTH + 6 : 5;
                var insns = new ArrayList<Insn>(filler(back));
                insns.add(conditional ? jumpIf(0) : new Jump(false, 0));
                insns.add(new Exit());
                var code = compile(insns);
                boolean near = back + longLength <= 128;
                assertThat(size(code, insns.size() - 2)).as("back %d", back).isEqualTo(near ? shortLength : longLength);
                assertJumpsLand(insns, code);
            }
        }
    }

    @Test
    void a_jump_over_nothing_vanishes() {
        var code = compile(List.of(new Jump(false, 1), new Jump(true, 3), new Insn.Swap(SwapOp.LE, 64, Reg.R1), new Exit()));
        assertThat(size(code, 0)).isZero();
        assertThat(size(code, 1)).isZero();
    }

    @Test
    void a_jump_to_itself_is_eb_fe() {
        var code = compile(List.of(new Jump(false, 0), new Exit()));
        assertThat(HexFormat.of().formatHex(code.bytes(), code.offsets()[0], code.offsets()[1])).isEqualTo("ebfe");
    }

    @Test
    void later_exits_jump_back_to_the_first() {
        var insns = List.of(jumpIf(2), new Exit(), TWO_BYTES, new Exit());
        var code = compile(insns);
        assertThat(size(code, 1)).isEqualTo(3);
        assertThat(size(code, 3)).isEqualTo(2);
        int end = code.offsets()[4];
        assertThat(end + code.bytes()[end - 1]).isEqualTo(code.offsets()[1]);
    }

    /// Each jump becomes short only after the next one has: without padding this would need one pass per jump.
    @Test
    void a_long_chain_of_shrinking_jumps_converges_by_padding() {
        int jumps = 40;
        int overNext = 2;
        var insns = new ArrayList<Insn>();
        var filler = new ArrayList<Insn>(Collections.nCopies(11, new LoadImm64(Reg.R1, 0x123456789abcdefL)));
        filler.addAll(filler(124 - 110 - TEST_LENGTH - 6));
        for (int i = 0; i < jumps; i++) {
            insns.add(jumpIf(insns.size() + filler.size() + overNext));
            insns.addAll(filler);
        }
        insns.add(jumpIf(insns.size() + 1));
        insns.add(new Exit());
        var code = compile(insns);
        assertJumpsLand(insns, code);

        var forms = new ArrayList<String>();
        for (int i = 0; i < jumps; i++) {
            forms.add(form(code, i * (filler.size() + 1)));
        }
        assertThat(forms).containsOnly("short", "padded", "long");
        assertThat(forms.getLast()).isEqualTo("short");
        assertThat(forms.getFirst()).isEqualTo("long");
        assertThat(forms).containsOnlyOnce("padded");
    }

    @Test
    void all_jumps_of_random_programs_land_on_their_targets() {
        var random = new SplittableRandom(1);
        for (int round = 0; round < 300; round++) {
            int size = random.nextInt(2, 200);
            var insns = new ArrayList<Insn>();
            for (int i = 0; i < size; i++) {
                insns.add(switch (random.nextInt(5)) {
                    case 0 -> new Jump(random.nextBoolean(), random.nextInt(size));
                    case 1, 2 -> jumpIf(random.nextInt(size));
                    case 3 -> TWO_BYTES;
                    default -> new LoadImm64(Reg.R1, random.nextLong());
                });
            }
            insns.add(new Exit());
            assertJumpsLand(insns, compile(insns));
        }
    }

    private static Insn jumpIf(int target) {
        return new JumpIf(W64, Cond.EQ, Reg.R1, new Imm(0), target);
    }

    /// Instructions of `length` bytes in total, at least 2.
    private static List<Insn> filler(int length) {
        var filler = new ArrayList<Insn>(Collections.nCopies((length - length % 2 * 3) / 2, TWO_BYTES));
        if (length % 2 == 1) {
            filler.add(THREE_BYTES);
        }
        return filler;
    }

    private static MachineCode compile(List<Insn> insns) {
        return X86Backend.pointer().compile(LoweredPrograms.lowered(new Program("main", insns)), 0, NoLinkage.INSTANCE, 0);
    }

    private static int size(MachineCode code, int index) {
        return code.offsets()[index + 1] - code.offsets()[index];
    }

    private static String form(MachineCode code, int index) {
        return switch (size(code, index)) {
            case TEST_LENGTH + 2 -> "short";
            case TEST_LENGTH + 6 -> code.bytes()[code.offsets()[index] + TEST_LENGTH + 1] == (byte) 0x84 ? "long" : "padded";
            default -> "of " + size(code, index) + " bytes";
        };
    }

    /// Reads each jump's displacement: the last byte after a short opcode, or the last four.
    private static void assertJumpsLand(List<Insn> insns, MachineCode code) {
        var bytes = ByteBuffer.wrap(code.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < insns.size(); i++) {
            if (!(insns.get(i) instanceof Insn.Branch branch) || size(code, i) == 0) {
                continue;
            }
            int end = code.offsets()[i + 1];
            int shortOpcode = Byte.toUnsignedInt(bytes.get(end - 2));
            boolean isShort = branch instanceof JumpIf ? shortOpcode == 0x74 && !form(code, i).equals("long")
                    : size(code, i) == 2;
            int displacement = isShort ? bytes.get(end - 1) : bytes.getInt(end - 4);
            assertThat(end + displacement).as("target of insn %d, %s", i, branch).isEqualTo(code.offsets()[branch.target()]);
        }
    }
}
