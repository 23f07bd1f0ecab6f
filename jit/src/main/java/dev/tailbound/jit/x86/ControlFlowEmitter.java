package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RDX;
import static dev.tailbound.jit.x86.Register.RSI;

import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Poke;
import dev.tailbound.verify.ProgramFacts.ArraySlot;

/// Selects instructions for jumps, calls, tail calls and exits.
public class ControlFlowEmitter {
    private static final int SHORT_JUMP_LENGTH = 2;
    private static final int JUMP_LENGTH = 5;
    private static final int NOT_YET = -1;

    /// Upper bound for the size of a function.
    private static final int REACH = 64 << 20;

    protected final Assembler asm;
    protected final FrameEmitter frame;
    protected final X86Options options;
    protected final TailCallScheme scheme;
    protected final Linkage linkage;
    protected final EmissionPass pass;
    private int epilogue = NOT_YET;

    public ControlFlowEmitter(Assembler asm, FrameEmitter frame, X86Options options, TailCallScheme scheme, Linkage linkage,
            EmissionPass pass) {
        this.asm = asm;
        this.frame = frame;
        this.options = options;
        this.scheme = scheme;
        this.linkage = linkage;
        this.pass = pass;
    }

    public void jump(int index, Insn.Jump insn) {
        int distance = pass.distance(index, insn.target());
        if (insn.target() == index) {
            // The kernel's form of `goto -1`: a computed distance would depend on the form.
            asm.jmp8(-2);
        } else if (distance == 0) {
            pad(index, 0);
        } else {
            jump(index, distance);
        }
    }

    public void jumpIf(int index, Insn.JumpIf insn) {
        compare(insn.width(), insn.cond(), Register.of(insn.dst()), insn.src());
        int distance = pass.distance(index, insn.target());
        if (isNear(distance)) {
            pad(index, SHORT_JUMP_LENGTH);
            asm.jcc8(condition(insn.cond()), distance);
        } else {
            asm.jcc32(condition(insn.cond()), distance);
        }
    }

    public void call(long subprogram) {
        if (frame.countsTailCalls()) {
            scheme.beforeCall(asm, frame);
        }
        callTo(subprogram);
    }

    public void callHelper(long helper) {
        if (frame.countsTailCalls() && options.kernel().countsForHelpers()) {
            scheme.beforeCall(asm, frame);
        }
        callTo(helper);
    }

    /// A kfunc must be within call range, as all x86-64 modules are.
    public void callKfunc(long kfunc, Insn.CallKfunc insn) {
        long distance = kfunc - pass.base();
        if (Math.abs(distance) > Integer.MAX_VALUE - REACH) {
            throw new UnsupportedOperationException("address of kernel function %s is out of range: 0x%x from 0x%x"
                    .formatted(Kfunc.byId(insn.id()).map(Kfunc::symbol).orElse(Integer.toString(insn.id())), kfunc, pass.base()));
        }
        callHelper(kfunc);
    }

    /// The first exit emits the epilogue; later exits jump to it.
    public void exit(int index) {
        if (epilogue == NOT_YET) {
            epilogue = asm.code().size();
            frame.epilogue();
        } else {
            jump(index, epilogue - pass.end(index));
        }
    }

    /// `bpf_tail_call(rdi = ctx, rsi = array, rdx = index)`, with the target read from the array.
    public void tailCall() {
        var out = new Label();
        checkIndex(out);
        scheme.test(asm, frame, out);
        loadProgram(out);
        scheme.count(asm, frame);
        frame.release();
        jumpToProgram(FrameEmitter.tailCallOffset(options, scheme));
        asm.bind(out);
    }

    /// `if (index >= array->map.max_entries) goto out`, with only the low half of the index
    protected void checkIndex(Label out) {
        asm.mov(W32, RDX, RDX);
        asm.alu(Arith.CMP, W32, Address.at(RSI, linkage.layout().maxEntries()), RDX);
        asm.jcc(Condition.BE, out);
    }

    /// `prog = array->ptrs[index]` into rcx; `if (!prog) goto out`
    protected void loadProgram(Label out) {
        asm.mov(W64, RCX, Address.indexed(RSI, RDX, linkage.layout().ptrs()));
        asm.test(W64, RCX, RCX);
        asm.jcc(Condition.E, out);
    }

    /// `goto *(prog->bpf_func + landing)`
    protected void jumpToProgram(int landing) {
        asm.mov(W64, RCX, Address.at(RCX, linkage.layout().bpfFunc()));
        asm.aluImm8(Arith.ADD, W64, RCX, landing);
        asm.jmp(RCX);
        // Stops straight-line speculation after the jump.
        asm.int3();
    }

    /// `bpf_tail_call` of a known slot, without reading the array: its jumps are patched when the slot changes.
    public void tailCall(ArraySlot slot) {
        var protocol = options.pokes();
        if (!protocol.isDirect()) {
            tailCall();
            return;
        }
        var out = new Label();
        var code = asm.code();
        scheme.test(asm, frame, out);
        int bypass = code.size();
        if (protocol.hasBypass()) {
            asm.jmp32(0);
        }
        scheme.count(asm, frame);
        frame.release();
        int target = code.size();
        asm.nop(JUMP_LENGTH);
        int after = code.size();
        if (protocol.hasBypass()) {
            code.patchU32(bypass + 1, after - (bypass + JUMP_LENGTH));
        } else {
            frame.acquire();
        }
        asm.bind(out);
        pass.poke(new Poke(slot, protocol, target, bypass, after));
    }

    protected void compare(Width width, Cond cond, Register dst, Operand src) {
        switch (src) {
            case Reg reg when cond == Cond.SET -> asm.test(width, dst, Register.of(reg));
            case Reg reg -> asm.alu(Arith.CMP, width, dst, Register.of(reg));
            case Imm(int imm) when cond == Cond.SET -> asm.test(width, dst, imm);
            case Imm(int imm) when imm == 0 -> asm.test(width, dst, dst);
            case Imm(int imm) when AluEmitter.isImm8(imm) -> asm.aluImm8(Arith.CMP, width, dst, imm);
            case Imm(int imm) -> asm.aluImm32(Arith.CMP, width, dst, imm);
        }
    }

    protected Condition condition(Cond cond) {
        return switch (cond) {
            case EQ -> Condition.E;
            case NE, SET -> Condition.NE;
            case GT -> Condition.A;
            case GE -> Condition.AE;
            case LT -> Condition.B;
            case LE -> Condition.BE;
            case SGT -> Condition.G;
            case SGE -> Condition.GE;
            case SLT -> Condition.L;
            case SLE -> Condition.LE;
        };
    }

    protected void callTo(long target) {
        asm.call(Assembler.distance(pass.base() + asm.code().size() + Assembler.CALL_LENGTH, target));
    }

    protected void jump(int index, int distance) {
        if (isNear(distance)) {
            pad(index, SHORT_JUMP_LENGTH);
            asm.jmp8(distance);
        } else {
            asm.jmp32(distance);
        }
    }

    /// In padding passes, keeps the size of an instruction that still needs `rest` bytes.
    private void pad(int index, int rest) {
        asm.nop(pass.padding(index, asm.code().size() + rest));
    }

    /// Whether to use a short jump. Leaves four bytes of forward range unused, so that a jump does not grow again when others shrink.
    protected boolean isNear(int distance) {
        return distance >= Byte.MIN_VALUE && distance <= Byte.MAX_VALUE - 4;
    }
}
