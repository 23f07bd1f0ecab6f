package dev.tailbound.run.interp;

import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.run.Outcome.Trap;

/// One activation of a function: its registers, its stack, and where it is in which program.
///
/// Each frame has registers of its own, so a call preserves R6..R9 and R10 by leaving them alone.
final class Frame implements StepListener.Registers {
    private static final int REGISTERS = Reg.values().length;

    final MemoryObject.Stack stack;
    private final long[] values = new long[REGISTERS];
    /// For each register what its value depends on; null where that is no address, and in runs that do not ask for it.
    private final Taint[] taints = new Taint[REGISTERS];
    private int defined;
    private EffectiveProgram code;
    private int program;
    private int pc;
    private boolean isMain;
    /// The frame's copy of the tail-call count; only [dev.tailbound.run.TailCallRule#V6_1] looks at it.
    int tailCalls;
    /// What started what runs here.
    ProgramRun run;
    /// Not null in the frame of a trampoline, which runs no instructions.
    AttachedCall trampoline;

    Frame(MemoryObject.Stack stack) {
        this.stack = stack;
    }

    /// Starts the frame anew with a program's main function, or what is generated before it: everything undefined but R10.
    void start(int program, EffectiveProgram code) {
        start(program, code, code.entry());
        isMain = true;
    }

    /// The same with any of its functions.
    void start(int program, EffectiveProgram code, int pc) {
        this.program = program;
        this.code = code;
        this.pc = pc;
        isMain = false;
        trampoline = null;
        stack.undefine();
        defined = 0;
        write(Reg.R10, stack.base + MemoryObject.Stack.SIZE);
    }

    /// Starts the frame as a callee of `caller` in the same program.
    void startFrom(Frame caller, int target) {
        start(caller.program, caller.code, target);
        take(caller);
    }

    /// Takes over what a call hands down: the arguments, and the count.
    void take(Frame caller) {
        takeArguments(caller);
        tailCalls = caller.tailCalls;
        run = caller.run;
    }

    /// Takes over the arguments, as far as they are defined.
    void takeArguments(Frame caller) {
        for (int number = Reg.R1.number(); number <= Reg.R5.number(); number++) {
            values[number] = caller.values[number];
            taints[number] = caller.taints[number];
        }
        defined |= caller.defined & Interpreter.ARGUMENTS;
    }

    /// Takes over R0 of what ran on another frame, defined or not.
    void takeResult(Frame over) {
        int r0 = Reg.R0.number();
        values[r0] = over.values[r0];
        taints[r0] = over.taints[r0];
        defined = (defined & ~Reg.R0.bit()) | (over.defined & Reg.R0.bit());
    }

    int program() {
        return program;
    }

    /// The index of the current instruction.
    int insn() {
        return pc - 1;
    }

    /// The index of the next instruction.
    int next() {
        return pc;
    }

    /// Makes the next instruction the current one.
    Insn advance() {
        return code.insn(pc++);
    }

    void jump(int target) {
        pc = target;
    }

    /// The current instruction is the step from what is generated before a program into the program.
    boolean isAtStep() {
        return insn() == code.step();
    }

    /// What runs here is a main function that gets its context from a prologue.
    boolean hasPrologue() {
        return code.prologue().isPresent();
    }

    /// The current instruction is the main function's, whose exits an epilogue follows.
    boolean isBeforeEpilogue() {
        return isMain && code.isWritten(insn()) && code.epilogue().isPresent();
    }

    void jumpToEpilogue() {
        pc = code.epilogueStart();
    }

    /// The register's value; ends the run where there is none.
    @Override
    public long read(Reg reg) {
        if (!isDefined(reg)) {
            throw new Fault(Trap.UNINITIALISED, "r%d is read before it was written".formatted(reg.number()));
        }
        return values[reg.number()];
    }

    void write(Reg reg, long value) {
        values[reg.number()] = value;
        taints[reg.number()] = null;
        defined |= reg.bit();
    }

    /// The register's value and what that depends on, in a run that asks for it; ends the run where there is none.
    Taint taint(Reg reg) {
        long value = read(reg);
        if (reg == Reg.R10) {
            return Taint.pointer(value, stack.addressed());
        }
        var taint = taints[reg.number()];
        return taint == null ? Taint.clean(value) : taint;
    }

    void write(Reg reg, Taint taint) {
        write(reg, taint.value());
        taints[reg.number()] = taint.isClean() ? null : taint;
    }

    @Override
    public boolean isDefined(Reg reg) {
        return (defined & reg.bit()) != 0;
    }

    /// Makes the registers of the set undefined.
    void undefine(int registers) {
        defined &= ~registers;
    }
}
