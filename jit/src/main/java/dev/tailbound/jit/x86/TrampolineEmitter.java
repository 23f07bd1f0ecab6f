package dev.tailbound.jit.x86;

import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.x86.Register.R8;
import static dev.tailbound.jit.x86.Register.RAX;
import static dev.tailbound.jit.x86.Register.RBP;
import static dev.tailbound.jit.x86.Register.RBX;
import static dev.tailbound.jit.x86.Register.RCX;
import static dev.tailbound.jit.x86.Register.RDI;
import static dev.tailbound.jit.x86.Register.RDX;
import static dev.tailbound.jit.x86.Register.RSI;
import static dev.tailbound.jit.x86.Register.RSP;

import dev.tailbound.isa.Size;
import dev.tailbound.jit.Trampoline;
import java.util.ArrayList;
import java.util.List;

/// Emits a trampoline.
///
/// From rbp downward: the result, if it calls the function; the arguments, to the first of which R1 of the programs points; their number; the
/// caller's rbx, because rbx holds the time between a program's start and end; and the caller's rax, if it is used to count tail calls.
public class TrampolineEmitter {
    private static final int WORD = Size.DW.bytes();
    private static final List<Register> ARGUMENTS = List.of(RDI, RSI, RDX, RCX, R8);

    protected final Assembler asm;
    protected final Trampoline plan;
    private final X86Options options;
    private final boolean keepsCount;
    private final boolean passesCount;
    private final long base;
    private final int arguments;
    private final int number;
    private final int savedRbx;
    private final List<Integer> jumpsToEnd = new ArrayList<>();

    public TrampolineEmitter(Assembler asm, X86Options options, TailCallScheme scheme, Trampoline plan, long base) {
        this.asm = asm;
        this.plan = plan;
        this.options = options;
        this.passesCount = scheme.passesCount();
        this.keepsCount = passesCount && plan.countsTailCalls() && options.trampolines().keepCount();
        this.base = base;
        arguments = (plan.callsFunction() ? WORD : 0) + Trampoline.ARGUMENTS * WORD;
        number = arguments + WORD;
        savedRbx = number + WORD;
    }

    public byte[] emit() {
        enter();
        saveArguments();
        plan.fentry().forEach(program -> run(program, false));
        if (!plan.fmodRet().isEmpty()) {
            asm.mov(Size.DW, result(), 0);
            plan.fmodRet().forEach(this::runInstead);
        }
        if (plan.callsFunction()) {
            callFunction();
            asm.mov(Size.DW, result(), RAX);
        }
        jumpsToEnd.forEach(jump -> asm.code().patchU32(jump - Integer.BYTES, asm.code().size() - jump));
        plan.fexit().forEach(program -> run(program, false));
        leave();
        return asm.code().toBytes();
    }

    protected void enter() {
        if (options.landingPads()) {
            asm.endbr64();
        }
        asm.push(RBP);
        asm.mov(W64, RBP, RSP);
        asm.aluImm8(Arith.SUB, W64, RSP, savedRbx);
        if (keepsCount) {
            asm.push(RAX);
        }
        asm.mov(Size.DW, Address.at(RBP, -savedRbx), RBX);
        // Overwrites rax.
        asm.movImm32(RAX, Trampoline.ARGUMENTS);
        asm.mov(Size.DW, Address.at(RBP, -number), RAX);
    }

    protected void saveArguments() {
        for (int i = 0; i < Trampoline.ARGUMENTS; i++) {
            asm.mov(Size.DW, argument(i), ARGUMENTS.get(i));
        }
    }

    protected void restoreArguments() {
        for (int i = 0; i < Trampoline.ARGUMENTS; i++) {
            asm.mov(W64, ARGUMENTS.get(i), argument(i));
        }
    }

    protected void restoreCount() {
        if (keepsCount) {
            asm.mov(W64, RAX, Address.far(RBP, -savedRbx - WORD));
        }
    }

    protected Address argument(int index) {
        return Address.at(RBP, -arguments + index * WORD);
    }

    protected Address result() {
        return Address.at(RBP, -WORD);
    }

    /// Calls a program, with the kernel's functions before and after it.
    protected void run(long program, boolean keepsResult) {
        var skip = new Label();
        callTo(plan.enter());
        asm.mov(W64, RBX, RAX);
        asm.test(W64, RAX, RAX);
        asm.jcc(Condition.E, skip);
        asm.lea(RDI, argument(0));
        callTo(program);
        if (keepsResult) {
            asm.mov(Size.DW, result(), RAX);
        }
        asm.bind(skip);
        asm.mov(W64, RSI, RBX);
        callTo(plan.exit());
    }

    /// Calls a program whose non-zero result replaces the function's.
    private void runInstead(long program) {
        run(program, true);
        asm.aluImm8(Arith.CMP, W64, result(), 0);
        asm.jcc32(Condition.NE, 0);
        jumpsToEnd.add(asm.code().size());
    }

    protected void callFunction() {
        restoreArguments();
        restoreCount();
        if (options.trampolines().throughStack()) {
            // The entry's call pushed the continuation address in the function. rax is not free if it passes on the count.
            var address = passesCount ? RBX : RAX;
            asm.mov(W64, address, Address.at(RBP, WORD));
            asm.call(address);
        } else {
            callTo(plan.function());
        }
    }

    protected void leave() {
        if (plan.callsFunction()) {
            asm.mov(W64, RAX, result());
        } else {
            restoreArguments();
            restoreCount();
        }
        asm.mov(W64, RBX, Address.at(RBP, -savedRbx));
        asm.leave();
        if (plan.callsFunction()) {
            // Skips the function, which has already run.
            asm.aluImm8(Arith.ADD, W64, RSP, WORD);
        }
        asm.ret();
        asm.int3();
    }

    protected void callTo(long target) {
        asm.call(Assembler.distance(base + asm.code().size() + Assembler.CALL_LENGTH, target));
    }
}
