package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Register.X0;
import static dev.tailbound.jit.arm64.Register.X29;
import static dev.tailbound.jit.arm64.Register.X30;
import static dev.tailbound.jit.arm64.Register.X9;

import dev.tailbound.isa.Reg;

/// Emits what builds and leaves a function's frame: prologue, epilogue and tail calls.
public class FrameEmitter {
    private final MacroAssembler asm;
    private final Arm64Options options;
    private final TailCallScheme scheme;
    private final FrameLayout frame;

    public FrameEmitter(MacroAssembler asm, Arm64Options options, TailCallScheme scheme, FrameLayout frame) {
        this.asm = asm;
        this.options = options;
        this.scheme = scheme;
        this.frame = frame;
    }

    public void prologue() {
        enter();
        allocate();
    }

    /// Up to the landing point of tail calls, and in all main functions the same.
    public void enter() {
        patchSite();
        if (options.pac()) {
            asm.paciasp();
        }
        asm.push(X29, X30);
        asm.movFromSp(X29);
        scheme.enter(asm, frame);
    }

    /// The landing pad, where there is one, and what a tail call has to undo.
    public void allocate() {
        if (options.bti() && frame.main()) {
            asm.btiJ();
        }
        scheme.allocate(asm, frame);
    }

    public void epilogue() {
        scheme.release(asm, frame);
        scheme.leave(asm, frame);
        asm.pop(X29, X30);
        asm.mov(W64, X0, asm.register(Reg.R0));
        if (options.pac()) {
            asm.autiasp();
        }
        asm.ret();
    }

    public void tailCall(TailCall call) {
        scheme.tailCall(asm, frame, call);
        asm.bind(call.out());
    }

    /// What a call lands on, and two instructions, the last of which a trampoline may replace; `paciasp` is a landing pad for calls too.
    void patchSite() {
        if (options.kernel().hasPatchSite()) {
            if (options.bti()) {
                asm.btiJc();
            }
            asm.mov(W64, X9, X30);
            asm.nop();
        } else if (options.bti() && !options.pac()) {
            asm.btiC();
        }
    }
}
