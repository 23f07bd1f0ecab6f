package dev.tailbound.run.interp;

import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.run.Outcome.Trap;

/// One activation of a function: its registers, its stack and its program counter.
///
/// Each frame has its own registers, so a call preserves R6..R9 and R10 without copying.
final class Frame implements StepListener.Registers {
    private static final int REGISTERS = Reg.values().length;

    final MemoryObject.Stack stack;
    private final long[] values = new long[REGISTERS];
    /// Taint of each register; null if its value does not depend on addresses, and in runs without tracking.
    private final Taint[] taints = new Taint[REGISTERS];
    private int defined;
    private EffectiveProgram code;
    private int program;
    private int pc;
    private boolean isMain;
    /// The frame's copy of the tail call count; only [dev.tailbound.run.TailCallRule#V6_1] uses it.
    int tailCalls;
    /// The program run that this frame belongs to.
    ProgramRun run;
    /// Non-null only in a trampoline's frame, which executes no instructions.
    AttachedCall trampoline;

    Frame(MemoryObject.Stack stack) {
        this.stack = stack;
    }

    /// Restarts the frame at a program's prologue, if any, or main function; everything except R10 is undefined.
    void start(int program, EffectiveProgram code) {
        start(program, code, code.entry());
        isMain = true;
    }

    /// The same at any instruction of the program.
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

    /// Copies what a call passes on: the arguments, the tail call count and the run.
    void take(Frame caller) {
        takeArguments(caller);
        tailCalls = caller.tailCalls;
        run = caller.run;
    }

    /// Copies the defined arguments.
    void takeArguments(Frame caller) {
        for (int number = Reg.R1.number(); number <= Reg.R5.number(); number++) {
            values[number] = caller.values[number];
            taints[number] = caller.taints[number];
        }
        defined |= caller.defined & Interpreter.ARGUMENTS;
    }

    /// Copies R0 of another frame, defined or not.
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

    /// Advances to the next instruction and returns it.
    Insn advance() {
        return code.insn(pc++);
    }

    void jump(int target) {
        pc = target;
    }

    /// The current instruction is the jump from the prologue into the program.
    boolean isAtStep() {
        return insn() == code.step();
    }

    /// The program has a prologue, which passes the context to its main function.
    boolean hasPrologue() {
        return code.prologue().isPresent();
    }

    /// The current instruction belongs to a main function whose exits continue in an epilogue.
    boolean isBeforeEpilogue() {
        return isMain && code.isWritten(insn()) && code.epilogue().isPresent();
    }

    void jumpToEpilogue() {
        pc = code.epilogueStart();
    }

    /// The register's value; ends the run if it is undefined.
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

    /// The register's value with its taint, in a run with tracking; ends the run if it is undefined.
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
