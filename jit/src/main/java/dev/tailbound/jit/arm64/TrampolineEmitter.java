package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Register.SP;
import static dev.tailbound.jit.arm64.Register.X0;
import static dev.tailbound.jit.arm64.Register.X1;
import static dev.tailbound.jit.arm64.Register.X19;
import static dev.tailbound.jit.arm64.Register.X2;
import static dev.tailbound.jit.arm64.Register.X20;
import static dev.tailbound.jit.arm64.Register.X29;
import static dev.tailbound.jit.arm64.Register.X3;
import static dev.tailbound.jit.arm64.Register.X30;
import static dev.tailbound.jit.arm64.Register.X4;
import static dev.tailbound.jit.arm64.Register.X9;
import static dev.tailbound.jit.arm64.Register.ZR;

import dev.tailbound.isa.Size;
import dev.tailbound.jit.Trampoline;
import java.util.List;

/// Emits a trampoline, which the function's entry calls with the caller's return address in x9.
///
/// Builds a frame record for the caller and one for the function. Below them, from sp upward: the number of arguments; the arguments, to the first of
/// which R1 of the programs points; the result; x19 and x20, because x20 holds the time between a program's start and end. x26, the tail call
/// counter, is callee-saved and needs no saving here.
public class TrampolineEmitter {
    private static final int WORD = Size.DW.bytes();
    private static final List<Register> REGISTERS = List.of(X0, X1, X2, X3, X4);

    private static final int NUMBER = 0;
    private static final int ARGUMENTS = NUMBER + WORD;
    private static final int RESULT = ARGUMENTS + Trampoline.ARGUMENTS * WORD;
    private static final int SAVED = RESULT + WORD;
    private static final int SIZE = (SAVED + 2 * WORD + 15) & -16;
    /// The address at which the function continues after its patch site.
    private static final int RETURN_ADDRESS = SIZE + WORD;

    protected final MacroAssembler asm;
    protected final Trampoline plan;
    private final Arm64Options options;
    private final long base;
    private final Label end = new Label();

    public TrampolineEmitter(MacroAssembler asm, Arm64Options options, Trampoline plan, long base) {
        this.asm = asm;
        this.plan = plan;
        this.options = options;
        this.base = base;
    }

    public byte[] emit() {
        enter();
        saveArguments();
        plan.fentry().forEach(program -> run(program, false));
        if (!plan.fmodRet().isEmpty()) {
            asm.str(W64, ZR, at(RESULT));
            plan.fmodRet().forEach(this::runInstead);
        }
        if (plan.callsFunction()) {
            callFunction();
            asm.str(W64, X0, at(RESULT));
        }
        asm.bind(end);
        plan.fexit().forEach(program -> run(program, false));
        leave();
        return asm.toBytes();
    }

    protected void enter() {
        if (options.bti()) {
            asm.btiJc();
        }
        asm.push(X29, X9);
        asm.movFromSp(X29);
        asm.push(X29, X30);
        asm.movFromSp(X29);
        asm.sub(W64, SP, SP, SIZE);
        asm.movImmediate(W64, TMP1, Trampoline.ARGUMENTS);
        asm.str(W64, TMP1, at(NUMBER));
        asm.str(W64, X19, at(SAVED));
        asm.str(W64, X20, at(SAVED + WORD));
    }

    protected void saveArguments() {
        for (int i = 0; i < Trampoline.ARGUMENTS; i++) {
            asm.str(W64, REGISTERS.get(i), argument(i));
        }
    }

    protected void restoreArguments() {
        for (int i = 0; i < Trampoline.ARGUMENTS; i++) {
            asm.ldr(W64, REGISTERS.get(i), argument(i));
        }
    }

    protected Address.Offset argument(int index) {
        return at(ARGUMENTS + index * WORD);
    }

    protected Address.Offset result() {
        return at(RESULT);
    }

    private static Address.Offset at(int offset) {
        return new Address.Offset(SP, offset);
    }

    /// Calls a program, with the kernel's functions before and after it.
    protected void run(long program, boolean keepsResult) {
        var skip = new Label();
        callTo(plan.enter());
        asm.mov(W64, X20, X0);
        asm.cbz(W64, X0, skip);
        asm.add(W64, X0, SP, ARGUMENTS);
        callTo(program);
        if (keepsResult) {
            asm.str(W64, X0, result());
        }
        asm.bind(skip);
        asm.mov(W64, X1, X20);
        callTo(plan.exit());
    }

    /// Calls a program whose non-zero result replaces the function's.
    private void runInstead(long program) {
        run(program, true);
        asm.ldr(W64, TMP1, result());
        asm.cbnz(W64, TMP1, end);
    }

    /// The continuation in the function is not a landing pad for calls, so it is entered by a return.
    protected void callFunction() {
        restoreArguments();
        asm.ldr(W64, TMP1, at(RETURN_ADDRESS));
        asm.adr(X30, 2 * Integer.BYTES);
        asm.ret(TMP1);
    }

    protected void leave() {
        if (plan.callsFunction()) {
            asm.ldr(W64, X0, result());
        } else {
            restoreArguments();
        }
        asm.ldr(W64, X19, at(SAVED));
        asm.ldr(W64, X20, at(SAVED + WORD));
        asm.add(W64, SP, SP, SIZE);
        asm.pop(X29, X30);
        asm.pop(X29, X9);
        if (plan.callsFunction()) {
            // Skips the function, which has already run.
            asm.mov(W64, X30, X9);
            asm.ret(X9);
        } else {
            asm.mov(W64, TMP1, X30);
            asm.mov(W64, X30, X9);
            asm.ret(TMP1);
        }
    }

    protected void callTo(long target) {
        long displacement = target - (base + asm.position());
        if (BranchField.IMM26.reaches(displacement)) {
            asm.bl(displacement);
        } else {
            asm.movAddress(TMP1, target);
            asm.blr(TMP1);
        }
    }
}
