package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R0;
import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R10;
import static dev.tailbound.isa.Reg.R2;
import static dev.tailbound.isa.Reg.R3;
import static dev.tailbound.isa.Reg.R4;
import static dev.tailbound.isa.Reg.R5;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Run;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.AttachedCall.Step;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The oracle: interprets a case as the ISA document specifies.
///
/// Values that the ISA does not define are undefined here. Reading an undefined register, as after a call, ends the run as [Trap#UNINITIALISED];
/// unwritten stack bytes may be read, as kernels from 6.3 on allow. So a case that returns has the same outcome on every engine, except for the parts
/// that [Comparability] excludes.
public final class Interpreter implements ReferenceEngine {
    public static final long DEFAULT_FUEL = 10_000_000;

    /// R1..R5, undefined after every call.
    static final int ARGUMENTS = R1.bit() | R2.bit() | R3.bit() | R4.bit() | R5.bit();

    /// All registers that code can write.
    private static final int ALL = R10.bit() - 1;

    private final TailCallRule rule;
    private final long fuel;
    private final StepListener listener;
    /// Null in runs without address tracking.
    private final TaintTracker tracker;

    private final Memory memory = new Memory();
    private final CallStack calls = new CallStack(memory);

    // State of the current run.
    private Case source;
    private List<EffectiveProgram> wholes;
    private Helpers helpers;
    private Frame frame;
    private Slots slots;
    private Sites sites;
    private boolean running;
    /// The last step entered a function.
    private boolean entered;
    private int tailCalls;
    private long steps;

    public Interpreter() {
        this(TailCallRule.V6_12);
    }

    public Interpreter(TailCallRule rule) {
        this(rule, DEFAULT_FUEL);
    }

    /// An interpreter that ends a run after `fuel` instructions.
    public Interpreter(TailCallRule rule, long fuel) {
        this(rule, fuel, null);
    }

    /// An interpreter that notifies `listener` after every instruction.
    public Interpreter(TailCallRule rule, long fuel, StepListener listener) {
        this(rule, fuel, listener, false);
    }

    /// The same for runs of the default length.
    public Interpreter(TailCallRule rule, StepListener listener) {
        this(rule, DEFAULT_FUEL, listener);
    }

    private Interpreter(TailCallRule rule, long fuel, StepListener listener, boolean tracksAddresses) {
        this.rule = rule;
        this.fuel = fuel;
        this.listener = listener;
        this.tracker = tracksAddresses ? new TaintTracker(memory) : null;
    }

    /// An interpreter that tracks which values depend on addresses.
    static Interpreter tracking(TailCallRule rule) {
        return new Interpreter(rule, DEFAULT_FUEL, null, true);
    }

    @Override
    public String name() {
        return "oracle";
    }

    /// Runs the case; `known` is not needed, because the interpreter has its own bound.
    @Override
    public Run run(VerifiedCase verified, OptionalLong known) {
        return run(AddressLayout.LOW, verified, Slots.Visibility.NEWEST);
    }

    @Override
    public EventOutcomes eventOutcomes(VerifiedCase verified, long limit) {
        return new EventOutcomes(this, verified, limit);
    }

    /// Needs a second run if addresses or unwritten stack bytes may reach the outcome.
    @Override
    public Comparability comparability(VerifiedCase verified) {
        boolean isUncertain = verified.facts().stream().anyMatch(ProgramFacts::needsTracking);
        return isUncertain ? new Interpreter(rule, fuel, listener, true).trackedRun(verified) : new Comparability.Whole();
    }

    Comparability trackedRun(VerifiedCase verified) {
        try {
            return runUnder(AddressLayout.LOW, verified) instanceof Outcome.Returned ? tracker.comparability(source, frame)
                    : new Comparability.Whole();
        } catch (AddressDependence dependence) {
            var whole = wholes.get(frame.program());
            return new Comparability.Nothing("%s %s: %s depends on %s".formatted(whole.program().name(),
                    whole.place(frame.insn()), dependence.getMessage(), cause(verified)));
        }
    }

    private static String cause(VerifiedCase verified) {
        boolean leaks = verified.facts().stream().anyMatch(ProgramFacts::leaksAddresses);
        boolean readsUnwritten = verified.facts().stream().anyMatch(ProgramFacts::readsUnwrittenStack);
        return !readsUnwritten ? "an address"
                : leaks ? "an address or stack bytes that were never written" : "stack bytes that were never written";
    }

    /// Runs the case with its objects at the layout's addresses.
    Outcome runUnder(AddressLayout layout, VerifiedCase verified) {
        return run(layout, verified, Slots.Visibility.NEWEST).outcome();
    }

    /// Runs the case; `sight` picks the slot contents that tail calls see.
    Run run(VerifiedCase verified, Slots.Visibility sight) {
        return run(AddressLayout.LOW, verified, sight);
    }

    private Run run(AddressLayout layout, VerifiedCase verified, Slots.Visibility sight) {
        begin(layout, verified, new Slots(verified.source(), sight));
        var outcome = outcome();
        return new Run(name(), outcome, List.of(), OptionalLong.of(steps));
    }

    private Outcome outcome() {
        try {
            execute();
            return new Outcome.Returned(observe());
        } catch (Fault fault) {
            return new Outcome.Trapped(fault.kind(), new Outcome.Where(frame.program(), frame.insn()), fault.getMessage());
        }
    }

    /// Prepares a run up to its first instruction.
    void begin(AddressLayout layout, VerifiedCase verified, Slots seen) {
        source = verified.source();
        wholes = verified.wholes();
        running = true;
        slots = seen;
        memory.start(source, verified.order(), layout);
        helpers = new Helpers(source, memory);
        if (tracker != null) {
            tracker.begin(helpers);
        }
        tailCalls = 0;
        calls.clear();
        sites = new Sites(source);
        int entry = source.programIndex(source.entry());
        startRun(entry, memory.contextAddress());
        if (source.context() instanceof Context.Mem(var data)) {
            write(R2, data.length());
        }
        var site = sites.at(entry, 0);
        if (site != null) {
            startTrampoline(site);
        }
    }

    private void execute() {
        for (steps = 0; running; steps++) {
            var current = frame;
            var insn = current.advance();
            if (steps == fuel) {
                throw new Fault(Trap.RUNAWAY, "the run did not end within %d instructions".formatted(fuel));
            }
            slots.before(current.program(), current.insn());
            if (listener == null) {
                step(insn);
            } else {
                int program = current.program();
                int at = current.insn();
                listener.stepping(program, at, insn, frame);
                step(insn);
                listener.stepped(program, at, frame);
            }
        }
    }

    /// Runs only the next instruction.
    void stepOnce() {
        var current = frame;
        var insn = current.advance();
        slots.before(current.program(), current.insn());
        entered = false;
        step(insn);
    }

    private void step(Insn insn) {
        if (tracker == null) {
            perform(insn);
        } else {
            tracker.step(insn, frame, () -> perform(insn));
        }
    }

    private void perform(Insn insn) {
        switch (insn) {
            // RFC 9669, section 4: arithmetic and jumps
            case Insn.Alu(var width, var op, var dst, var src) -> write(dst, Arithmetic.alu(width, op, read(dst), read(src)));
            case Insn.Mov(var width, var dst, var src) -> write(dst, Arithmetic.narrow(width, read(src)));
            case Insn.MovSx(var width, var from, var dst, var src) ->
                write(dst, Arithmetic.narrow(width, Arithmetic.signExtend(from, read(src))));
            case Insn.Neg(var width, var dst) -> write(dst, Arithmetic.narrow(width, -read(dst)));
            case Insn.Swap(var op, var bits, var dst) -> write(dst, Arithmetic.swap(op, memory.order(), bits, read(dst)));
            case Insn.JumpIf(var width, var cond, var dst, var src, var target) -> {
                if (Arithmetic.holds(width, cond, read(dst), read(src))) {
                    frame.jump(target);
                }
            }
            case Insn.Jump(_, var target) when frame.isAtStep() -> beginProgram(target);
            case Insn.Jump(_, var target) -> frame.jump(target);
            case Insn.Call(var target) -> call(target);
            case Insn.CallHelper helper when helper.isTailCall() -> tailCall();
            case Insn.CallHelper(var id) -> callHelper(id);
            case Insn.CallKfunc(var id, var off) -> callKfunc(id, off);
            case Insn.MovPerCpu _ -> throw new Fault(Trap.EXCEPTION, "an instruction that occurs only in rewritten code");
            case Insn.Exit() when frame.isBeforeEpilogue() -> beginEpilogue();
            case Insn.Exit() -> leave();

            // Section 5: load and store
            case Insn.Load(var size, var signed, var dst, var base, var off) -> {
                long value = memory.load(size, read(base) + off);
                write(dst, signed ? Arithmetic.signExtend(size, value) : value);
            }
            case Insn.Store(var size, var base, var off, var src) -> memory.store(size, read(base) + off, read(src));
            case Insn.Atomic atomic -> atomic(atomic);
            case Insn.LoadAcquire(var size, var dst, var base, var off) ->
                write(dst, memory.load(size, aligned(size, read(base) + off)));
            case Insn.StoreRelease(var size, var base, var off, var src) ->
                memory.store(size, aligned(size, read(base) + off), read(src));
            case Insn.LoadImm64(var dst, var value) -> write(dst, value);
            case Insn.LoadMap(var dst, var map) -> writeAddress(dst, memory.mapAddress(map));
            case Insn.LoadMapValue(var dst, var map, var off) -> writeAddress(dst, memory.valuesAddress(map) + off);
        }
    }

    private long read(Reg reg) {
        return frame.read(reg);
    }

    private long read(Operand operand) {
        return switch (operand) {
            case Reg reg -> frame.read(reg);
            case Imm(var value) -> value;
        };
    }

    private void write(Reg reg, long value) {
        frame.write(reg, value);
    }

    private void writeAddress(Reg reg, long address) {
        frame.write(reg, address);
        if (tracker != null) {
            tracker.point(frame, reg);
        }
    }

    private void atomic(Insn.Atomic insn) {
        var size = insn.size();
        long address = aligned(size, read(insn.base()) + insn.off());
        long src = read(insn.src());
        long expected = insn.op() == AtomicOp.CMPXCHG ? Arithmetic.zeroExtend(size, read(R0)) : 0;
        long old = memory.load(size, address);
        memory.store(size, address, Arithmetic.atomic(insn.op(), old, src, expected));
        if (insn.fetched() != null) {
            write(insn.fetched(), old);
        }
    }

    private static long aligned(Size size, long address) {
        if (address % size.bytes() != 0) {
            throw new Fault(Trap.MEMORY, "atomic access of %d bytes at unaligned %#x".formatted(size.bytes(), address));
        }
        return address;
    }

    private void call(int target) {
        entered = true;
        var caller = frame;
        var site = sites.at(caller.program(), target);
        if (site != null && site.isReplaced()) {
            // JITs compile an extension as a main program, so it counts tail calls separately.
            int extension = site.extensions().getFirst();
            pushRun(memory.contextAddress());
            frame.start(extension, wholes.get(extension));
            frame.takeArguments(caller);
            return;
        }
        frame = calls.push();
        frame.startFrom(caller, target);
        if (site != null) {
            startTrampoline(site);
        }
    }

    /// Starts a trampoline on the current frame, which holds the function's arguments.
    private void startTrampoline(Sites.Site site) {
        frame.trampoline = new AttachedCall(frame, site);
        proceed();
    }

    private void proceed() {
        var around = frame;
        if (around.trampoline.isOver()) {
            around.trampoline.handOver();
            leave();
            return;
        }
        switch (around.trampoline.advance()) {
            case Step.Tracing(int program, _) -> startRun(program, around.trampoline.array());
            case Step.Original(var function) -> {
                entered = true;
                frame = calls.push();
                frame.start(function.program(), wholes.get(function.program()), function.start());
                frame.take(around);
            }
        }
    }

    /// Starts a run of the program on a new frame.
    private void startRun(int program, long context) {
        pushRun(context);
        startMain(program);
    }

    /// Adds a frame with fresh tail call counts.
    private void pushRun(long context) {
        frame = calls.push();
        frame.tailCalls = 0;
        frame.run = new ProgramRun(context);
    }

    private void callHelper(int id) {
        long result = helpers.call(id, frame);
        frame.undefine(ARGUMENTS);
        write(R0, result);
        if (Helper.byId(id).filter(Helper::mayBeInlined).isEmpty()) {
            slots.helperCalled();
        }
    }

    private void callKfunc(int id, int off) {
        var kfunc = Kfunc.byId(id)
                .orElseThrow(() -> new Fault(Trap.EXCEPTION, "call of kfunc %d, which no engine offers".formatted(id)));
        int module = source.kernelEnvironment().moduleAt(off);
        helpers.record(kfunc, module, frame);
        long result = Kfuncs.call(kfunc, module, frame, memory);
        frame.undefine(R0.bit() | ARGUMENTS);
        if (kfunc.returnsValue()) {
            write(R0, result);
        }
    }

    /// The program sees only the context in R1; all other registers of the prologue become undefined.
    private void beginProgram(int start) {
        if (frame.hasPrologue()) {
            frame.undefine(ALL & ~R1.bit());
        }
        frame.jump(start);
    }

    /// The epilogue starts with the program's result in R0 and the original context in R1.
    private void beginEpilogue() {
        read(R0);
        frame.undefine(ALL & ~R0.bit());
        writeAddress(R1, memory.contextAddress());
        frame.jumpToEpilogue();
    }

    /// Leaves the current frame. R0 may be undefined: the exit of a subprogram does not read it, only the end of the run does.
    private void leave() {
        if (calls.depth() == 1) {
            read(R0);
            running = false;
            return;
        }
        var over = frame;
        frame = calls.pop();
        if (frame.trampoline == null) {
            frame.undefine(ARGUMENTS);
            frame.takeResult(over);
        } else {
            frame.trampoline.returned(over);
            proceed();
        }
    }

    /// Restarts the frame with the target program, or falls through.
    private void tailCall() {
        slots.tailCall();
        if (read(R1) != frame.run.context) {
            throw new Fault(Trap.MEMORY, "tail call with r1 = %#x, expected the context".formatted(read(R1)));
        }
        int map = memory.mapAt(read(R2));
        var array = progArray(map);
        int index = (int) read(R3);
        frame.undefine(R0.bit() | ARGUMENTS);
        // Checks are in the kernels' observable order: index, budget, slot.
        boolean isOutside = Integer.compareUnsigned(index, array.entries()) >= 0;
        if (isOutside && rule == TailCallRule.ALL_ATTEMPTS) {
            frame.tailCalls++;
        }
        if (isOutside || budgetSpent()) {
            return;
        }
        frame.tailCalls++;
        var target = slots.look(frame.program(), frame.insn(), map, index);
        if (target.isEmpty()) {
            return;
        }
        tailCalls++;
        frame.run.tailCalls++;
        startMain(source.programIndex(target));
    }

    /// From 6.12 on, the budget is per program run and counts only tail calls taken. In 6.1 it is per frame, and an empty slot also uses it up.
    private boolean budgetSpent() {
        return TailCallRule.MAX_TAIL_CALL_CNT <= switch (rule) {
            case V6_12 -> frame.run.tailCalls;
            case V6_1, ALL_ATTEMPTS -> frame.tailCalls;
        };
    }

    private BpfMap.ProgArray progArray(int map) {
        return switch (source.maps().get(map)) {
            case BpfMap.ProgArray array -> array;
            case BpfMap.Array other ->
                throw new Fault(Trap.MEMORY, "map %s is an array, expected a program array".formatted(other.name()));
        };
    }

    /// Starts a main program on the current frame, with only the context.
    private void startMain(int program) {
        entered = true;
        frame.start(program, wholes.get(program));
        writeAddress(R1, frame.run.context);
    }

    private Observation observe() {
        var values = new ArrayList<Bytes>();
        for (int i = 0; i < source.maps().size(); i++) {
            values.add(source.maps().get(i) instanceof BpfMap.Array array ? memory.values(i, array) : Bytes.EMPTY);
        }
        return new Observation(read(R0), tailCalls, values, memory.contextBytes(), helpers.calls(), List.of());
    }

    boolean hasEntered() {
        return entered;
    }

    boolean isRunning() {
        return running;
    }

    Frame frame() {
        return frame;
    }

    CallStack calls() {
        return calls;
    }

    Memory memory() {
        return memory;
    }

    @Override
    public void close() {
        // Holds no native resources.
    }
}
