package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Reg.R0;
import static dev.tailbound.isa.Reg.R1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.NoLinkage;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Landing points, branch ranges, and the mapping from code to instructions.
class Arm64BackendTest {
    private static final long BASE = 0xffff_8000_0000_0000L;

    /// In units of 4 bytes: without options, with PAC, with BTI, with both. Measured: 11 in kernel 6.1, 7 in 6.12 and 7.2, all with PAC.
    @Test
    void tail_calls_land_after_the_common_entry_code() {
        // @formatter:off
        assertLanding(KernelGeneration.V5_19, new X26Scheme(),     8, 9, 9, 9);
        assertLanding(KernelGeneration.V6_1,  new X26Scheme(),     10, 11, 11, 12);
        assertLanding(KernelGeneration.V6_12, new PointerScheme(), 6, 7, 7, 8);
        assertLanding(KernelGeneration.V7_2,  new PointerScheme(), 6, 7, 7, 8);
        // @formatter:on
    }

    private static void assertLanding(KernelGeneration kernel, TailCallScheme scheme, int plain, int pac, int bti, int both) {
        assertThat(landing(kernel, scheme, false, false)).isEqualTo(4 * plain);
        assertThat(landing(kernel, scheme, true, false)).isEqualTo(4 * pac);
        assertThat(landing(kernel, scheme, false, true)).isEqualTo(4 * bti);
        assertThat(landing(kernel, scheme, true, true)).isEqualTo(4 * both);
    }

    private static int landing(KernelGeneration kernel, TailCallScheme scheme, boolean pac, boolean bti) {
        return new Arm64Backend(new Arm64Options(kernel, true, pac, bti), scheme).tailCallOffset();
    }

    @Test
    void a_conditional_jump_reaches_one_megabyte() {
        assertThat(compile(jumpOver(262_142), BASE).bytes()).hasSizeGreaterThan(1 << 20);
        assertThatThrownBy(() -> compile(jumpOver(262_143), BASE)).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("branch over 1048576 bytes, the instruction reaches +-1048576");
    }

    /// `if r0 == 0 goto end`, with instructions of one unit between.
    private static Lowered jumpOver(int units) {
        var insns = new ArrayList<Insn>();
        insns.add(new Insn.JumpIf(Width.W64, Cond.EQ, R0, new Imm(0), units + 1));
        for (int i = 0; i < units; i++) {
            insns.add(new Insn.Alu(Width.W64, AluOp.ADD, R0, R1));
        }
        insns.add(new Insn.Exit());
        return lowered(insns);
    }

    @Test
    void a_call_beyond_128_megabytes_goes_through_a_register() {
        var call = lowered(List.of(new Insn.CallHelper(Helper.KTIME_GET_NS), new Insn.Exit()));
        assertThat(lengthOf(compile(call, BASE - (128 << 20) - 64), 0)).as("out of reach").isEqualTo(20);
        assertThat(lengthOf(compile(call, BASE - (127 << 20)), 0)).isEqualTo(8);
    }

    @Test
    void kfuncs_are_called_near_and_far() {
        var main = new Subprogram("main", 0, 2, 0, false, false);
        var program = new Program("main", List.of(new Insn.CallKfunc(Kfunc.NOTE, 7), new Insn.Exit()));
        var facts = new ProgramFacts(List.of(main), new BitSet(), new TreeMap<>(), List.of(new Descriptor(Kfunc.NOTE.id(), 7, 3)),
                false);
        var call = Passes.NECESSARY.lowering(Profile.ARM64_V6_12).lower(program, facts);
        assertThat(lengthOf(compile(call, BASE - (128 << 20) - 64), 0)).as("out of reach").isEqualTo(20);
        assertThat(lengthOf(compile(call, BASE - (127 << 20)), 0)).isEqualTo(8);
    }

    @Test
    void code_maps_to_its_instructions() {
        var code = compile(lowered(List.of(
                new Insn.LoadImm64(R0, 0x1234_5678_9abc_def0L),
                new Insn.Jump(false, 2),
                new Insn.Exit())), BASE);
        assertThat(code.offsets()).containsExactly(0x1c, 0x2c, 0x30, 0x30);
        assertThat(code.insnAt(0)).isZero();
        assertThat(code.insnAt(0x28)).isZero();
        assertThat(code.insnAt(0x2c)).isEqualTo(1);
        assertThat(code.insnAt(0x30)).isEqualTo(2);
    }

    private static int lengthOf(MachineCode code, int insn) {
        return code.offsets()[insn + 1] - code.offsets()[insn];
    }

    private static Lowered lowered(List<Insn> insns) {
        var main = new Subprogram("main", 0, insns.size(), 0, false, false);
        return new Lowered(new Program("main", insns), IntStream.range(0, insns.size()).toArray(), List.of(main));
    }

    private static MachineCode compile(Lowered lowered, long base) {
        return Arm64Backend.pointer().compile(lowered, 0, new HelpersAt(BASE), base);
    }

    /// All helpers and kfuncs at one address.
    private record HelpersAt(long address) implements NoLinkage {
        @Override
        public long helperAddress(int id) {
            return address;
        }

        @Override
        public long kfuncAddress(int id, int module) {
            return id == Kfunc.NOTE.id() && module == 3 ? address : 0;
        }
    }
}
