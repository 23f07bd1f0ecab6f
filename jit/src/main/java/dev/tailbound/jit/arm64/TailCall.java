package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;

import dev.tailbound.isa.Reg;
import dev.tailbound.jit.ObjectLayout;

/// Steps of a tail call shared by all schemes: R2 is the map, the low half of R3 the index.
public class TailCall {
    private final MacroAssembler asm;
    private final ObjectLayout layout;
    private final int landing;
    private final Label out = new Label();

    /// `landing` is the landing point's offset from a program's `bpf_func`.
    public TailCall(MacroAssembler asm, ObjectLayout layout, int landing) {
        this.asm = asm;
        this.layout = layout;
        this.landing = landing;
    }

    /// Label after the tail call, the target of every failed check.
    public Label out() {
        return out;
    }

    /// `if (index >= array->map.max_entries) goto out`
    public void checkIndex() {
        var array = asm.register(Reg.R2);
        var index = asm.register(Reg.R3);
        asm.movConstant(TMP1, layout.maxEntries());
        asm.ldr(W32, TMP1, new Address.Indexed(array, TMP1));
        asm.mov(W32, index, index);
        asm.cmp(W32, index, TMP1);
        asm.b(Condition.HS, out);
    }

    /// `prog = array->ptrs[index]` into TMP2; `if (!prog) goto out`
    public void loadProgram() {
        asm.movConstant(TMP1, layout.ptrs());
        asm.add(W64, TMP1, asm.register(Reg.R2), TMP1);
        asm.lsl(W64, TMP2, asm.register(Reg.R3), 3);
        asm.ldr(W64, TMP2, new Address.Indexed(TMP1, TMP2));
        asm.cbz(W64, TMP2, out);
    }

    /// TMP1 = `prog->bpf_func + landing`
    public void loadLanding() {
        asm.movConstant(TMP1, layout.bpfFunc());
        asm.ldr(W64, TMP1, new Address.Indexed(TMP2, TMP1));
        asm.addConstant(W64, TMP1, TMP1, landing);
    }
}
