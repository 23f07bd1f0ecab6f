package dev.tailbound.run.emulated;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.jit.PerCpu;
import dev.tailbound.run.Observation.HelperCall;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import dev.tailbound.run.emulated.HostIsa.Calls;
import dev.tailbound.run.emulated.HostIsa.Register;
import dev.tailbound.run.emulated.StageClock.Stage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An emulated processor with a guest's memory: enters programs as the kernel does, implements helpers, counts tail calls, and afterwards checks
/// kernel state for damage.
final class EmulatedMachine implements AutoCloseable {

    /// How a run ended.
    sealed interface End {
        /// Reached the return address; `result` is the result register.
        record Returned(long result) implements End {}

        /// A tail call beyond the budget arrived.
        record OverBudget() implements End {}

        record Fault(Trap kind, String detail) implements End {}

        Fault HALTED = new Fault(Trap.EXCEPTION, "the processor halted");
    }

    /// Level of instrumentation. All except the first are slower and detect exactly when a run exceeds its instruction limit.
    enum Pace {
        /// No instrumentation. A run that may exceed the limit is stopped after a time and must be repeated.
        FAST,
        /// Counts instructions and records the address at which a run ended.
        COUNTED,
        /// Hooks every instruction and records the last one of the case.
        TRACED
    }

    /// No instruction has this address.
    static final long NOWHERE = 0;

    private final HostIsa isa;
    private final Pace pace;
    private final Calls calls;
    private final GuestMemory memory;
    private final CodeSpace code;
    private final GuestHelpers helpers;
    private final Unicorn unicorn;
    private final CallRegisters registers;
    private final Unicorn.Watch places;
    private final ExchangeCorrection exchanges;
    private final SeenCode seenPads = new SeenCode();
    private final SeenCode seenFunctions = new SeenCode();
    private long seenChanges;
    private final NestedRuns runs = new NestedRuns();
    private final Route route = new Route();

    private LongPredicate goesOn = _ -> true;
    private ConcurrentUpdates others = ConcurrentUpdates.NONE;
    private Limits limits = new Limits(0, 0);
    private boolean interrupted;
    /// Stub of a helper whose work is done but that was stopped before it returned.
    private long done;
    /// The last run was stopped from outside, which may leave an inconsistent processor state, for example in the flags.
    private boolean stopped;
    private long instructions;
    private String denied;
    private String exception;
    private long address;

    EmulatedMachine(Cpu cpu, GuestMemory memory, Arena arena, Pace pace) {
        this.pace = pace;
        this.isa = cpu.isa();
        this.calls = isa.calls();
        this.memory = memory;
        this.code = memory.code();
        this.helpers = new GuestHelpers(memory);
        this.unicorn = new Unicorn(cpu, arena);
        this.registers = new CallRegisters(unicorn, calls);

        memory.regions().forEach(region -> unicorn.map(region.base(), region.bytes(), region.protection()));
        boot();
        unicorn.onCode(code.stubsStart(), code.stubsEnd(), this::helperCalled);
        memory.kfuncs().regions().forEach(region -> unicorn.onCode(region.base(), region.end(), this::kfuncCalled));
        unicorn.onCode(code.programEnter(), code.programEnter() + 1, _ -> leave(runs.enter()));
        unicorn.onCode(code.programExit(), code.programExit() + 1, _ -> programExited());
        unicorn.onCode(code.padsStart(), code.start(), this::tailCallArrived);
        unicorn.onCode(code.returnAddress(), code.returnAddress() + 1, _ -> unicorn.stop());
        unicorn.onDenied(this::accessDenied);
        exchanges = new ExchangeCorrection(unicorn, calls.result());
        places = unicorn.watch(this::aboutToRun);
        if (pace == Pace.TRACED) {
            trace();
        }
    }

    /// Sets system registers as the kernel has them when it enters programs.
    private void boot() {
        isa.perCpuBase().ifPresent(base -> unicorn.write(base, memory.perCpu().base()));
        isa.setTask().ifPresent(set -> {
            code.placeOnce(set);
            unicorn.write(calls.arguments().getFirst(), memory.perCpu().base() + PerCpu.TASK);
            unicorn.start(code.placedOnce(), code.placedOnce() + set.length);
        });
    }

    /// See [Unicorn#renew()].
    void renew() {
        unicorn.renew();
        boot();
        stopped = false;
    }

    private void trace() {
        unicorn.onCode(code.start(), code.limit(), reached -> {
            address = reached;
            exchanges.aboutToRun(reached); // hooks are called in the order in which they were added
            if (++instructions > limits.instructions() || !goesOn.test(reached)) {
                unicorn.stop();
            }
        });
        unicorn.onInterrupt(number -> {
            exception = isa.exception(number);
            unicorn.stop();
        });
    }

    /// Sets a predicate that decides before each instruction whether to continue; only for [Pace#TRACED].
    void ask(LongPredicate goesOn) {
        this.goesOn = goesOn;
    }

    /// Calls the function at `entry` with the case's context and poison in all other registers. Delayed updates need an instruction-counting machine.
    End run(Case source, long entry, Limits limits, Watchdog watchdog, StageClock clock, ConcurrentUpdates others) {
        if (stopped) {
            renew();
        }
        this.others = others;
        done = NOWHERE;
        this.limits = limits;
        runs.begin();
        instructions = 0;
        denied = "";
        exception = "";
        address = 0;
        helpers.begin(source);
        enter(source.context());
        forgetOldCode();
        clock.end(Stage.PREPARE);

        if (pace == Pace.FAST) {
            watchdog.begin(unicorn);
        }
        int error;
        try {
            error = go(entry);
        } catch (GuestFault fault) {
            return new End.Fault(fault.kind(), fault.getMessage());
        } finally {
            stopped = pace == Pace.FAST && watchdog.end();
            clock.end(Stage.EMULATE);
        }
        long pc = programCounter();
        if (pace != Pace.TRACED) {
            address = pc;
        }
        if (isOverBudget()) {
            return new End.OverBudget();
        } else if (error == 0 && pc == code.returnAddress()) {
            return new End.Returned(registers.readResult());
        } else if (!denied.isEmpty()) {
            return new End.Fault(Trap.MEMORY, denied);
        } else if (error == 0 && halts()) {
            return End.HALTED;
        } else if (error == 0) {
            return new End.Fault(Trap.RUNAWAY, "it did not end within %d machine instructions".formatted(limits.instructions()));
        }
        return new End.Fault(Trap.EXCEPTION, exception.isEmpty() ? UnicornLibrary.describe(error) : exception);
    }

    /// Runs, pausing whenever an update is due to apply it.
    private int go(long entry) {
        exchanges.begin(code.exchanges());
        watch();
        long from = entry;
        long delay = 0;
        while (true) {
            interrupted = false;
            int error = pace == Pace.COUNTED
                    ? unicorn.start(from, code.unreached(), delay > 0 ? delay : limits.instructions())
                    : unicorn.start(from, code.unreached());
            from = programCounter();
            boolean isDue = interrupted || delay > 0;
            if (error != 0 || !isDue || from == code.returnAddress() || isOverBudget()) {
                return error;
            }
            delay = others.land(this::apply);
        }
    }

    /// Hooks the places of updates, and the tail calls that may see them.
    private void watch() {
        if (others.isEmpty()) {
            route.begin(Set.of());
            places.at(Set.of());
        } else {
            var tailCalls = code.tailCalls();
            route.begin(tailCalls);
            places.at(Stream.concat(others.places().stream(), tailCalls.stream()).collect(Collectors.toSet()));
        }
    }

    private long programCounter() {
        return unicorn.read(calls.programCounter());
    }

    private boolean isOverBudget() {
        return runs.ofThisRun() > limits.tailCalls();
    }

    /// A run that ended without an error at a wrong address halted: Unicorn stops at instructions such as `hlt`.
    private boolean halts() {
        return switch (pace) {
            case FAST -> !stopped;
            case TRACED -> instructions <= limits.instructions();
            case COUNTED -> false;
        };
    }

    private void enter(Context context) {
        long address = memory.objects().context();
        switch (context) {
            case Context.Skb _ -> registers.enter(address);
            case Context.Mem(var data) -> registers.enter(address, data.length());
        }
        long stackPointer = memory.stack().callersTop();
        if (calls.link().isPresent()) {
            unicorn.write(calls.link().get(), code.returnAddress());
        } else {
            stackPointer -= Long.BYTES;
            memory.stack().region().putLong(stackPointer, code.returnAddress());
        }
        unicorn.write(calls.stackPointer(), stackPointer);
        // Otherwise a run would depend on the previous one.
        unicorn.write(isa.flags().register(), isa.flags().allSet());
    }

    private void forgetOldCode() {
        if (seenChanges == code.changes()) {
            return;
        }
        seenPads.see(code.pads(), (from, to) -> unicorn.forget(code.padsStart() + from, code.padsStart() + to));
        seenFunctions.see(code.functions(), (from, to) -> unicorn.forget(code.start() + from, code.start() + to));
        seenChanges = code.changes();
    }

    private void aboutToRun(long instruction) {
        if (others.reaches(instruction)) {
            interrupt();
        } else {
            route.before(instruction);
        }
    }

    private void interrupt() {
        interrupted = true;
        unicorn.stop();
    }

    private void apply(Update update) {
        switch (update) {
            case Update.Store(long slot, long value) -> memory.objects().region().putLong(slot, value);
            case Update.Patch patch -> {
                code.patch(patch);
                forgetOldCode();
            }
            case Update.Wait _ -> throw new IllegalArgumentException("a wait is not an update");
        }
    }

    private void helperCalled(long stub) {
        if (stub == done) {
            done = NOWHERE;
            return;
        }
        registers.readArguments();
        leave(helpers.call(code.helperAt(stub), registers.argument(0), registers.argument(1), registers.argument(2),
                registers.argument(3), registers.argument(4)));
        if (!code.helperAt(stub).mayBeInlined() && others.helperCalled()) {
            done = stub;
            interrupt();
        }
    }

    private void kfuncCalled(long stub) {
        registers.readArguments();
        leave(helpers.call(memory.kfuncs().at(stub), registers.argument(0), registers.argument(1), registers.argument(2),
                registers.argument(3)));
    }

    private void programExited() {
        registers.readArguments();
        runs.exit(registers.argument(1));
        registers.leave();
        memory.stack().poisonBelow(stackPointer());
    }

    /// Returns from a kernel function; everything that callers must not rely on becomes poison.
    private void leave(long result) {
        registers.leave(result);
        memory.stack().poisonBelow(stackPointer());
    }

    private void tailCallArrived(long pad) {
        runs.tailCall();
        route.arrive(code.programAt(pad));
        if (isOverBudget()) {
            unicorn.stop();
        }
    }

    private void accessDenied(int type, long where, int size) {
        denied = Unicorn.describeDenied(type, where, size);
    }

    /// Number of applied updates.
    int landed() {
        return others.landed();
    }

    /// See [ConcurrentUpdates#delayed()].
    BitSet delayed() {
        return others.delayed();
    }

    /// Address at which the last run ended, with the precision of its [Pace].
    long address() {
        return address;
    }

    /// The register with this name in assembly.
    Register named(String name) {
        return registers.named(name);
    }

    long read(Register register) {
        return unicorn.read(register);
    }

    long stackPointer() {
        return read(calls.stackPointer());
    }

    /// Targets of the last run's tail calls, if it had concurrent updates.
    List<Integer> route() {
        return route.programs();
    }

    /// Tail calls of the run, including those of tracing programs in it.
    int tailCalls() {
        return runs.ofAll();
    }

    /// Tail calls of the program that ran last.
    int tailCallsOfProgram() {
        return runs.ofThisRun();
    }

    List<HelperCall> helperCalls() {
        return helpers.calls();
    }

    /// Damage by a run that returned, one phrase each: callee-saved registers, the stack pointer, memory outside its objects.
    List<String> damage() {
        var damage = new ArrayList<String>();
        registers.reportDamage(damage);
        CallRegisters.report(calls.stackPointer(), memory.stack().callersTop(), stackPointer(), damage);
        memory.stack().reportDamage(damage);
        memory.objects().reportDamage(damage);
        return damage;
    }

    @Override
    public void close() {
        unicorn.close();
    }
}
