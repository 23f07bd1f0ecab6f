package dev.tailbound.lockstep;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Image;
import dev.tailbound.lockstep.Lockstep.Result;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.emulated.Follower;
import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.emulated.SteppedEngine;
import dev.tailbound.run.interp.Stepper;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One run of a case on the oracle and on a machine, in lockstep.
///
/// When the machine arrives at the code of a BPF instruction, the oracle runs the one before. The oracle must then be at the same instruction, and
/// all defined state must be equal. The oracle runs an instruction without code as soon as the machine arrives at the code after it.
final class LockstepRun implements Follower {
    /// Longer runs are not followed to the end.
    private static final long MAX_STEPS = 50_000;
    /// No BPF instruction takes this many machine instructions.
    private static final int MAX_BETWEEN_STEPS = 10_000;

    private static final String NEXT = "next instruction";
    private static final String END = "the end of the run";

    private final VerifiedCase verified;
    private final SteppedEngine engine;
    private final Stepper oracle;
    private final List<EffectiveProgram> wholes;

    // Set when the run begins.
    private CodeMap code;
    private MachineState machine;
    private StateCheck check;

    private boolean started;
    private long steps;
    /// The stack pointer at the start of the code of the oracle's next instruction, which the machine is running.
    private long stackPointer;
    private Inputs inputs = Inputs.NONE;
    private int sinceStep;
    /// Null until the result is known.
    private Result result;

    LockstepRun(VerifiedCase verified, SteppedEngine engine) {
        this.verified = verified;
        this.engine = engine;
        this.oracle = new Stepper(verified, engine.rule());
        this.wholes = verified.wholes();
    }

    /// Call it after the run.
    Result result() {
        return Objects.requireNonNull(result);
    }

    @Override
    public void begins(List<Image> images, MachineState state) {
        code = new CodeMap(images);
        machine = state;
        check = new StateCheck(verified, oracle, state, code, engine);
    }

    @Override
    public boolean reached(long address) {
        var where = code.startingAt(address);
        if (where == null || isOnItsWayOut(where)) {
            if (++sinceStep > MAX_BETWEEN_STEPS) {
                ended("more than %d machine instructions".formatted(MAX_BETWEEN_STEPS), Optional.empty());
            }
            return goesOn();
        }
        sinceStep = 0;
        if (started) {
            advance(address);
        } else {
            start(address);
        }
        while (goesOn() && code.isEmpty(oracle.next())) {
            advance(address);
        }
        stackPointer = machine.stackPointer();
        return goesOn();
    }

    /// An exit that jumps to the epilogue arrives at the code of the exit that has it, with its frame still in place.
    private boolean isOnItsWayOut(Where where) {
        return started && insn(oracle.next()) instanceof Insn.Exit && insn(where) instanceof Insn.Exit
                && machine.stackPointer() == stackPointer;
    }

    private boolean goesOn() {
        return result == null;
    }

    private void start(long address) {
        started = true;
        var where = oracle.next();
        if (code.address(where) == address) {
            check.atStart().ifPresent(mismatch -> diverge(where, mismatch));
        } else {
            diverge(where, new Mismatch(NEXT, name(where), name(code.startingAt(address))));
        }
    }

    /// The machine has run the instruction before the one at the address.
    private void advance(long address) {
        var where = oracle.next();
        if (!step()) {
            return;
        }
        if (!oracle.isRunning() || code.address(oracle.next()) != address) {
            diverge(where, new Mismatch(NEXT, expectedNext(), name(code.startingAt(address))));
            return;
        }
        check.after(where, insn(where)).ifPresent(mismatch -> diverge(where, mismatch));
    }

    @Override
    public void ended(Outcome outcome) {
        switch (outcome) {
            case Outcome.Returned(var seen) -> ended(END, Optional.of(seen));
            case Outcome.Trapped _,Outcome.OverBudget _ -> ended(outcome.phrase(), Optional.empty());
            case Outcome.Refused _,Outcome.Inapplicable _ ->
                result = new Result.Lost("the engine did not run it: " + outcome.phrase());
        }
    }

    /// The machine's run ended during the oracle's next instruction.
    private void ended(String how, Optional<Observation> seen) {
        var where = oracle.next();
        if (!started) {
            diverge(where, new Mismatch(NEXT, name(where), how));
        } else if (step()) {
            if (oracle.isRunning() || seen.isEmpty()) {
                diverge(where, new Mismatch(NEXT, expectedNext(), how));
            } else {
                result = new Result.Together(steps);
                check.atEnd(seen.get()).ifPresent(mismatch -> diverge(where, mismatch));
            }
        }
    }

    /// The oracle's next step; false if the machine cannot be compared with it any longer.
    private boolean step() {
        inputs = Inputs.of(insn(oracle.next()), oracle);
        if (!oracle.step()) {
            result = new Result.Lost("the oracle's run ends in a trap, or its path depends on addresses");
        } else if (++steps > MAX_STEPS) {
            result = new Result.Lost("it takes more than %d instructions".formatted(MAX_STEPS));
        }
        return result == null;
    }

    private void diverge(Where where, Mismatch mismatch) {
        var named = inputs.describe(verified.source());
        result = new Result.Apart(new Divergence(engine.name(), where, steps, named, mismatch, machineCode(where)));
    }

    private Divergence.Code machineCode(Where where) {
        var code = this.code.stretch(where);
        return new Divergence.Code(engine.target(), code.function().address(), code.address(), Bytes.of(code.bytes()));
    }

    private String expectedNext() {
        return oracle.isRunning() ? name(oracle.next()) : END;
    }

    private String name(Where where) {
        var whole = wholes.get(where.program());
        return "%s %s".formatted(whole.program().name(), whole.place(where.insn()));
    }

    private Insn insn(Where where) {
        return wholes.get(where.program()).insn(where.insn());
    }
}
