package dev.tailbound.verify;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.Arrays;
import java.util.BitSet;
import java.util.TreeSet;

/// Control flow of a program, with all checks that need no data flow. A function starts at instruction 0 or at a call target and ends where the next
/// one starts.
final class ControlFlow {
    private static final int MAX_FUNCTIONS = 256;
    private static final int MAX_SLOTS = 1_000_000;

    private final Program program;
    private final Insn[] code;
    private final int[] slots;
    private final int[] starts;
    private final int[] functionOf;
    private final BitSet joins = new BitSet();
    private final int handover;

    ControlFlow(Program program) {
        this(program, -1);
    }

    /// The instruction at `handover` stands for the program that follows, which takes the context in R1; -1 for none.
    ControlFlow(Program program, int handover) {
        this(program, handover, true);
    }

    /// Code of which some may be unreachable, or run off the end of its function.
    static ControlFlow unchecked(Program program) {
        return new ControlFlow(program, -1, false);
    }

    private ControlFlow(Program program, int handover, boolean checksWays) {
        this.program = program;
        this.handover = handover;
        code = program.insns().toArray(Insn[]::new);
        slots = slots(code);
        starts = starts(code);
        functionOf = new int[code.length];
        for (int function = 0; function < starts.length; function++) {
            for (int i = start(function); i < end(function); i++) {
                functionOf[i] = function;
            }
        }
        for (int i = 0; i < code.length; i++) {
            checkInsn(i);
        }
        if (checksWays) {
            checkEnds();
            checkReachable();
            findJoins();
        }
    }

    Program program() {
        return program;
    }

    int size() {
        return code.length;
    }

    Insn insn(int index) {
        return code[index];
    }

    int functions() {
        return starts.length;
    }

    int start(int function) {
        return starts[function];
    }

    /// The index after the function's last instruction.
    int end(int function) {
        return function + 1 < starts.length ? starts[function + 1] : code.length;
    }

    int functionOf(int insn) {
        return functionOf[insn];
    }

    String name(int function) {
        return function == 0 ? program.name() : program.labels().get(starts[function]);
    }

    /// The instruction stands for a program that follows, and takes the context in R1.
    boolean isHandover(int insn) {
        return insn == handover;
    }

    /// The code runs before a program; kernels generate such code themselves and do not verify it.
    boolean isPrologue() {
        return handover >= 0;
    }

    /// The program calls a `bpf_fastcall` helper or kfunc.
    boolean callsFastcall() {
        return Arrays.stream(code).anyMatch(FastcallStack::leavesRegisters);
    }

    /// Paths can join here, so states are kept and compared.
    boolean isJoin(int insn) {
        return joins.get(insn);
    }

    private static int[] slots(Insn[] code) {
        var slots = new int[code.length + 1];
        for (int i = 0; i < code.length; i++) {
            slots[i + 1] = slots[i] + code[i].slots();
        }
        if (code.length == 0 || slots[code.length] > MAX_SLOTS) {
            throw new Rejection(-1, "program has %d slots, expected 1..%d", slots[code.length], MAX_SLOTS);
        }
        return slots;
    }

    private static int[] starts(Insn[] code) {
        var starts = new TreeSet<Integer>();
        starts.add(0);
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof Insn.Call(int target) && starts.add(target) && starts.size() > MAX_FUNCTIONS) {
                throw new Rejection(i, "too many subprograms, expected at most %d functions", MAX_FUNCTIONS);
            }
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    private void checkInsn(int at) {
        if ((code[at].registers() & Reg.AX.bit()) != 0) {
            throw new Rejection(at, "R%d is invalid, expected R0..R10", Reg.AX.number());
        }
        switch (code[at]) {
            case Insn.Jump(boolean far, int target) -> checkJump(at, target, far);
            case Insn.JumpIf jump -> checkJump(at, jump.target(), false);
            default -> {
                // No jump.
            }
        }
    }

    private void checkJump(int at, int target, boolean far) {
        if (functionOf[target] != functionOf[at]) {
            throw new Rejection(at, "jump out of range from insn %d to %d: leaves the subprogram", slots[at], slots[target]);
        }
        int displacement = slots[target] - slots[at + 1];
        if (!far && displacement != (short) displacement) {
            throw new Rejection(at, "jump out of range from insn %d to %d: displacement %d does not fit 16 bits", slots[at],
                    slots[target], displacement);
        }
    }

    private void checkEnds() {
        for (int function = 0; function < starts.length; function++) {
            int last = end(function) - 1;
            if (code[last].fallsThrough()) {
                throw new Rejection(last, "last insn is not an exit or jmp");
            }
        }
    }

    private void checkReachable() {
        var reached = new BitSet(code.length);
        var open = new int[code.length];
        int count = 0;
        open[count++] = 0;
        reached.set(0);
        while (count > 0) {
            int at = open[--count];
            if (code[at] instanceof Insn.Branch branch && !reached.get(branch.target())) {
                reached.set(branch.target());
                open[count++] = branch.target();
            }
            if (code[at].fallsThrough() && !reached.get(at + 1)) {
                reached.set(at + 1);
                open[count++] = at + 1;
            }
        }
        int dead = reached.nextClearBit(0);
        if (dead < code.length) {
            throw new Rejection(dead, "unreachable insn %d", slots[dead]);
        }
    }

    private void findJoins() {
        var once = new BitSet(code.length);
        for (int start : starts) {
            once.set(start);
        }
        var ways = new int[starts.length];
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof Insn.Exit || (code[i] instanceof Insn.CallHelper helper && helper.isTailCall())) {
                ways[functionOf[i]]++;
            }
            if (code[i].fallsThrough()) {
                arrive(i + 1, once);
            }
            if (code[i] instanceof Insn.Branch branch && !(branch instanceof Insn.Call)) {
                arrive(branch.target(), once);
            }
        }
        // A function with several exits returns on several paths.
        for (int i = 0; i < code.length; i++) {
            if (code[i] instanceof Insn.Call(int target) && ways[functionOf[target]] > 1) {
                joins.set(i + 1);
            }
        }
    }

    private void arrive(int insn, BitSet once) {
        if (once.get(insn)) {
            joins.set(insn);
        }
        once.set(insn);
    }
}
