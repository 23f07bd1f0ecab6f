package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.RBP;
import static dev.tailbound.jit.x86.Register.RSP;

import dev.tailbound.isa.Reg;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.List;

/// Emits the code that builds the stack frame of a function, leaves it, and releases it for a tail call.
///
/// From rbp downward: the BPF stack, rounded up to 8 bytes; the slots of the tail call scheme, if tail calls are reachable; those of rbx, r13, r14
/// and r15 that the function uses. If tail calls keep the frame, all functions have the maximum: 512 bytes of BPF stack, all four registers, the
/// slots.
public class FrameEmitter {
    static final int NOP_FOR_TRAMPOLINES = 5;
    private static final int MAX_BPF_STACK = 512;
    private static final List<Reg> PRESERVED = List.of(Reg.R6, Reg.R7, Reg.R8, Reg.R9);
    static final int ENDBR64_LENGTH = 4;
    private static final int PUSH_AND_MOVE_RBP_LENGTH = 4;

    private final Assembler asm;
    private final X86Options options;
    private final TailCallScheme scheme;
    private final Subprogram function;
    private final List<Register> saved;

    /// @param registers the BPF registers used in the function, as a set of [Reg#bit()]s
    public FrameEmitter(Assembler asm, X86Options options, TailCallScheme scheme, Subprogram function, int registers) {
        this.asm = asm;
        this.options = options;
        this.scheme = scheme;
        this.function = function;
        this.saved = new ArrayList<>(PRESERVED.size());
        for (var reg : PRESERVED) {
            if (scheme.keepsFrame() || (registers & reg.bit()) != 0) {
                saved.add(Register.of(reg));
            }
        }
    }

    /// Offset in bytes at which tail calls enter a function: after rbp is pushed and set, or after the whole prologue if tail calls keep the frame.
    public static int tailCallOffset(X86Options options, TailCallScheme scheme) {
        if (scheme.keepsFrame()) {
            var asm = new Assembler();
            new FrameEmitter(asm, options, scheme, new Subprogram("", 0, 0, 0, true, true), 0).prologue();
            return asm.code().size();
        }
        return (options.landingPads() ? ENDBR64_LENGTH : 0) + NOP_FOR_TRAMPOLINES + scheme.entryLength()
                + PUSH_AND_MOVE_RBP_LENGTH;
    }

    /// The main function, which runs and tail calls enter.
    public boolean isMain() {
        return function.start() == 0;
    }

    /// This function or its callees can make tail calls, so it has counting code.
    public boolean countsTailCalls() {
        return function.tailCallReachable();
    }

    /// `[rbp - stack - distance]`, in the kernel's form with four bytes of displacement.
    public Address belowStack(int distance) {
        return Address.far(RBP, -(stack() + distance));
    }

    public void prologue() {
        landingPad();
        asm.nop(NOP_FOR_TRAMPOLINES);
        scheme.entry(asm, this);
        asm.push(RBP);
        asm.mov(W64, RBP, RSP);
        landingPad();
        acquire();
    }

    /// Allocates the frame below rbp and saves registers.
    public void acquire() {
        if (movesStackPointer()) {
            asm.aluImm32(Arith.SUB, W64, RSP, stack());
        }
        if (scheme.keepsFrame()) {
            saved.forEach(asm::push);
            scheme.openSlots(asm, this);
            return;
        }
        if (countsTailCalls()) {
            scheme.openSlots(asm, this);
        }
        saved.forEach(asm::push);
    }

    public void epilogue() {
        if (scheme.keepsFrame()) {
            scheme.closeSlots(asm, this);
        }
        restoreSaved();
        asm.leave();
        asm.ret();
        // Stops straight-line speculation after the return (CONFIG_MITIGATION_SLS).
        asm.int3();
    }

    /// Releases everything except the caller's rbp, as tail call landing points expect; or nothing, if tail calls keep the frame.
    public void release() {
        if (scheme.keepsFrame()) {
            return;
        }
        restoreSaved();
        if (countsTailCalls()) {
            scheme.closeSlots(asm, this);
        }
        if (movesStackPointer()) {
            asm.aluImm32(Arith.ADD, W64, RSP, stack());
        }
    }

    protected void restoreSaved() {
        saved.reversed().forEach(asm::pop);
    }

    /// Bytes of BPF stack, rounded.
    protected int stack() {
        if (!scheme.keepsFrame()) {
            return function.stackDepth() + 7 & -8;
        }
        if (function.stackDepth() > MAX_BPF_STACK) {
            throw new UnsupportedOperationException(
                    "%s keeps the frame in tail calls: %d bytes of stack for %s, expected at most %d"
                            .formatted(scheme.name(), function.stackDepth(), function.name(), MAX_BPF_STACK));
        }
        return MAX_BPF_STACK;
    }

    private boolean movesStackPointer() {
        return stack() > 0 || options.kernel().hasEmptyFrames();
    }

    protected Subprogram function() {
        return function;
    }

    /// Callee-saved registers that the function uses, in push order.
    protected List<Register> saved() {
        return saved;
    }

    private void landingPad() {
        if (options.landingPads()) {
            asm.endbr64();
        }
    }
}
