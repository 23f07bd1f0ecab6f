package dev.tailbound.jit.passes;

import static dev.tailbound.isa.Reg.R0;
import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R2;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.passes.Profile.CpuId;
import java.util.List;

/// Inlines calls of some helpers and kfuncs, as `do_misc_fixups` does.
///
/// | call | becomes |
/// |---|---|
/// | `bpf_get_smp_processor_id`, x86-64 | `w0 = &pcpu_hot.cpu_number; r0 = &(void __percpu *)(r0); r0 = *(u32 *)(r0 + 0)` |
/// | `bpf_get_current_task`, x86-64 from 7.2 on | `r0 = &current_task; r0 = &(void __percpu *)(r0); r0 = *(u64 *)(r0 + 0)` |
/// | `bpf_map_lookup_elem` of one array map | the address of the value, or null for a key out of range |
/// | `bpf_cast_to_kern_ctx`, `bpf_rdonly_cast` | `r0 = r1` |
public final class Inlining implements Rewrite {
    private final Profile profile;

    public Inlining(Profile profile) {
        this.profile = profile;
    }

    @Override
    public String name() {
        return "inline";
    }

    @Override
    public Lowered apply(Lowered source) {
        var edit = new Edit(source);
        for (int i = 0; i < source.program().size(); i++) {
            switch (source.program().insn(i)) {
                case Insn.CallHelper(int id) when id == Helper.GET_SMP_PROCESSOR_ID.id() && profile.cpuId() == CpuId.VERIFIER ->
                    edit.replace(i, perCpuVariable(profile.cpuNumber(), Size.W));
                case Insn.CallHelper(int id) when id == Helper.GET_CURRENT_TASK.id() && profile.currentTask() != 0 ->
                    edit.replace(i, perCpuVariable(profile.currentTask(), Size.DW));
                case Insn.CallHelper(int id) when id == Helper.MAP_LOOKUP_ELEM.id() -> {
                    var map = source.facts().lookups().get(source.origin()[i]);
                    if (map != null && source.source().maps().get(map) instanceof BpfMap.Array array) {
                        edit.replace(i, lookup(array));
                    }
                }
                case Insn.CallKfunc(int id, _) when Kfunc.byId(id).filter(Kfunc::isInlined).isPresent() ->
                    edit.replace(i, List.of(new Insn.Mov(Width.W64, R0, R1)));
                default -> {
                    // Not a call, or not inlined.
                }
            }
        }
        return edit.apply();
    }

    private List<Insn> perCpuVariable(int address, Size size) {
        return List.of(
                new Insn.Mov(profile.cpuMove(), R0, new Imm(address)),
                new Insn.MovPerCpu(R0, R0),
                new Insn.Load(size, false, R0, R0, 0));
    }

    /// As `array_map_gen_lookup` for privileged programs.
    private List<Insn> lookup(BpfMap.Array array) {
        boolean powerOfTwo = Integer.bitCount(array.stride()) == 1;
        var scale = powerOfTwo
                ? new Insn.Alu(Width.W64, AluOp.LSH, R0, new Imm(Integer.numberOfTrailingZeros(array.stride())))
                : new Insn.Alu(Width.W64, AluOp.MUL, R0, new Imm(array.stride()));
        return List.of(
                new Insn.Alu(Width.W64, AluOp.ADD, R1, new Imm(profile.layout().ptrs())),
                new Insn.Load(Size.W, false, R0, R2, 0),
                new Insn.JumpIf(Width.W64, Cond.GE, R0, new Imm(array.entries()), 6),
                scale,
                new Insn.Alu(Width.W64, AluOp.ADD, R0, R1),
                new Insn.Jump(false, 7),
                new Insn.Mov(Width.W64, R0, new Imm(0)));
    }
}
