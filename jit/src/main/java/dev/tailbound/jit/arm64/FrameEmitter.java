package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Register.X0;
import static dev.tailbound.jit.arm64.Register.X29;
import static dev.tailbound.jit.arm64.Register.X30;
import static dev.tailbound.jit.arm64.Register.X9;

import dev.tailbound.isa.Reg;

/// Emits the code that builds and leaves a function's frame: prologue, epilogue and tail calls.
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

    /// Code up to the tail call landing point; the same in all main functions.
    public void enter() {
        patchSite();
        if (options.pac()) {
            asm.paciasp();
        }
        asm.push(X29, X30);
        asm.movFromSp(X29);
        scheme.enter(asm, frame);
    }

    /// The landing pad, if any, and everything that a tail call must undo.
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

    /// A landing pad for calls and two instructions, the second of which a trampoline may replace; `paciasp` is also a landing pad for calls.
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
