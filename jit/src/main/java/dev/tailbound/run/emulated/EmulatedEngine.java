package dev.tailbound.run.emulated;

import dev.tailbound.cases.Case;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.Linker;
import dev.tailbound.jit.Lowering;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.OutOfReach;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Inapplicable;
import dev.tailbound.run.Outcome.OverBudget;
import dev.tailbound.run.Outcome.Refused;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Trapped;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.Run;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedMachine.End;
import dev.tailbound.run.emulated.StageClock.Stage;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/// Runs cases as a backend's machine code on an emulated processor that is opened once.
///
/// ```java
/// try (var engine = new EmulatedEngine(backend, EmulatedEngine.Options.of(Cpu.X86_64))) {
///     Outcome outcome = engine.outcome(verified);
/// }
/// ```
public final class EmulatedEngine implements SteppedEngine {

    /// Configuration of an engine's machine.
    ///
    /// @param layout of the kernel structures in guest memory
    /// @param rule   tail call rule; with [TailCallRule#V6_1] a run has no limit
    public record Options(Cpu cpu, ObjectLayout layout, TailCallRule rule) {
        public static Options of(Cpu cpu) {
            return new Options(cpu, ObjectLayout.V6_12, TailCallRule.V6_12);
        }

        /// Extensions restart the count, which is not observable from outside, so the limit does not apply.
        private Limits limits(Case source, long instructions) {
            return new Limits(source.attachments().hasExtensions() ? Integer.MAX_VALUE : switch (rule) {
                case V6_12 -> TailCallRule.MAX_TAIL_CALL_CNT;
                case V6_1, ALL_ATTEMPTS -> Integer.MAX_VALUE;
            }, instructions);
        }
    }

    /// Nanoseconds, in which no processor executes [#MIN_INSTRUCTIONS]. A run that ends sooner is within the limit; all others are repeated with
    /// counting, independently of speed.
    private static final long SURELY_FEWER = 2_000_000;
    /// Default limit of machine instructions per run.
    private static final long MAX_INSTRUCTIONS = 64_000_000;

    // Bytes of code. The emulator frees translations only when its 1 GiB buffer is full, and needs about 30 bytes per byte: this keeps it below 64
    // MiB.
    private static final long TRANSLATED_LIMIT = 2L << 20;

    private final String name;
    private final Backend backend;
    private final Lowering lowering;
    private final Linker linker;
    private final ContextLayout context;
    private final Options options;
    private final Watchdog watchdog = new Watchdog();
    private final StageClock clock = new StageClock();
    private Capacity capacity = Capacity.INITIAL;
    private Sandbox sandbox;
    private long translated;
    // The case whose code is in the sandbox.
    private VerifiedCase compiled;
    private List<Image> images = List.of();

    /// An engine with the name of its backend.
    public EmulatedEngine(Backend backend, Options options) {
        this(backend.name(), backend, options);
    }

    public EmulatedEngine(String name, Backend backend, Options options) {
        this(name, Passes.ALL.lowering(options.cpu() == Cpu.X86_64 ? Profile.X86_64_V6_12 : Profile.ARM64_V6_12), backend,
                options);
    }

    /// Throws [dev.tailbound.jit.disasm.UnusableLibraryException] if Unicorn is missing or fails its [SelfTest].
    public EmulatedEngine(String name, Lowering lowering, Backend backend, Options options) {
        SelfTest.require(options.cpu());
        this.name = name;
        this.backend = backend;
        this.lowering = lowering;
        this.linker = new Linker(lowering, backend);
        this.context = lowering.context();
        this.options = options;
        this.sandbox = sandbox();
    }

    /// The emulator in use; throws [dev.tailbound.jit.disasm.MissingLibraryException] if there is none.
    public static LoadedLibrary library() {
        return UnicornLibrary.library();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Run run(VerifiedCase verified, OptionalLong steps) {
        return run(verified, steps.isPresent() ? MIN_INSTRUCTIONS + MAX_INSTRUCTIONS_PER_STEP * steps.getAsLong()
                : MAX_INSTRUCTIONS);
    }

    /// Runs the case with a limit of machine instructions, at least [#MIN_INSTRUCTIONS]; a run beyond it is a runaway.
    Run run(VerifiedCase verified, long instructions) {
        clock.start();
        var obstacle = obstacle(verified);
        if (obstacle.isPresent()) {
            return new Run(name, obstacle.get());
        }
        clock.end(Stage.COMPILE);
        var run = run(verified, images, options.limits(verified.source(), Math.max(instructions, MIN_INSTRUCTIONS)));
        clock.end(Stage.OBSERVE);
        return run;
    }

    /// The programs as machine code, valid until the next call; empty if this engine cannot run the case.
    public Optional<List<Image>> images(VerifiedCase verified) {
        return obstacle(verified).isPresent() ? Optional.empty() : Optional.of(images);
    }

    /// See [Backend#routines()].
    public List<byte[]> routines() {
        return backend.routines();
    }

    /// Compiles the case's programs; if that fails, returns the outcome of every run of the case.
    private Optional<Outcome> obstacle(VerifiedCase verified) {
        var objection = lowering.objection(verified.source());
        if (objection.isPresent()) {
            return Optional.of(new Inapplicable(objection.get()));
        }
        try {
            compile(verified);
            return Optional.empty();
        } catch (Capacity.Exceeded | OutOfReach limit) {
            return Optional.of(new Inapplicable(limit.getMessage()));
        } catch (UnsupportedOperationException refused) {
            return Optional.of(new Refused(refused.getMessage()));
        }
    }

    /// Time per stage of this engine's runs.
    public StageClock clock() {
        return clock;
    }

    /// Compiles the case's programs into guest memory without running them; valid until the next call.
    ///
    /// Reuses the code if the last case differs only in its input.
    public List<Image> compile(VerifiedCase verified) {
        if (compiled != null && compiled.holdsFor(verified.source())) {
            sandbox.memory().placeInput(verified.source());
            return images;
        }
        compiled = null;
        images = link(verified);
        compiled = verified;
        return images;
    }

    private List<Image> link(VerifiedCase verified) {
        if (translated > TRANSLATED_LIMIT) {
            giveBack();
        }
        while (true) {
            try {
                sandbox.memory().place(verified.source());
                var linked = linker.link(verified, sandbox.memory());
                translated += sandbox.memory().code().end() - sandbox.memory().code().start();
                return linked;
            } catch (Capacity.Exceeded exceeded) {
                capacity = capacity.grownFor(exceeded);
                reopen();
            }
        }
    }

    /// Frees unused memory.
    private void giveBack() {
        if (capacity.equals(Capacity.INITIAL)) {
            sandbox.renew();
        } else {
            capacity = Capacity.INITIAL;
            reopen();
        }
        translated = 0;
    }

    private void reopen() {
        sandbox.close();
        sandbox = sandbox();
    }

    private Sandbox sandbox() {
        return new Sandbox(options.cpu(), options.layout(), context, capacity);
    }

    @Override
    public TailCallRule rule() {
        return options.rule();
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return backend.restoresBeforeTailCalls();
    }

    @Override
    public Disassembler.Target target() {
        return options.cpu().target();
    }

    @Override
    public void follow(VerifiedCase verified, Follower follower) {
        var obstacle = obstacle(verified);
        if (obstacle.isPresent()) {
            follower.ended(obstacle.get());
            return;
        }
        var machine = sandbox.tracer();
        var stopped = new AtomicBoolean();
        machine.ask(address -> {
            if (!stopped.get()) {
                stopped.set(!follower.reached(address));
            }
            return !stopped.get();
        });
        try {
            follower.begins(images, new FollowedMachine(machine, sandbox.memory(), backend));
            var end = run(machine, verified, images, options.limits(verified.source(), Long.MAX_VALUE));
            if (!stopped.get()) {
                follower.ended(outcome(machine, end, () -> locate(machine)));
            }
        } finally {
            machine.ask(_ -> true);
        }
    }

    @Override
    public Interleavings explore(VerifiedCase verified, int limit, IntUnaryOperator below) {
        return obstacle(verified).map(Interleavings::of)
                .orElseGet(() -> Interleavings.explore(delays -> interfered(verified, delays), limit, below));
    }

    @Override
    public Interleavings sample(VerifiedCase verified, int runs, IntUnaryOperator below) {
        return obstacle(verified).map(Interleavings::of)
                .orElseGet(() -> Interleavings.sample(delays -> interfered(verified, delays), runs, below));
    }

    /// Runs with each update applied at its earliest time plus its delay. A run of more than [#MIN_INSTRUCTIONS] is a runaway.
    private Interleavings.Run interfered(VerifiedCase verified, int... delays) {
        var machine = sandbox.counter();
        var limits = options.limits(verified.source(), MIN_INSTRUCTIONS);
        var end = run(machine, verified, images, limits, delays);
        return new Interleavings.Run(outcome(machine, end, () -> locate(machine)), machine.landed(), machine.delayed(),
                machine.route());
    }

    private Run run(VerifiedCase verified, List<Image> images, Limits limits) {
        var machine = sandbox.machine();
        var end = run(machine, verified, images, limits);
        if (clock.last() > SURELY_FEWER) {
            var counter = sandbox.counter();
            var counted = run(counter, verified, images, limits);
            // A counting run cannot distinguish a halt from the end of the count, except by the address.
            if (!(end.equals(End.HALTED) && counter.address() == machine.address())) {
                machine = counter;
                end = counted;
            }
        }
        var route = machine.route();
        return new Run(name, outcome(machine, end, () -> trace(verified, images, limits)), route, OptionalLong.empty());
    }

    /// Outcome for `end`; `where` locates the instruction, except for runaways, whose machine has it.
    private Outcome outcome(EmulatedMachine machine, End end, Supplier<Where> where) {
        return switch (end) {
            case End.Returned(long result) -> new Returned(observe(machine, result));
            case End.OverBudget() -> new OverBudget(machine.tailCallsOfProgram(), where.get());
            case End.Fault(var kind, var detail) when kind == Trap.RUNAWAY -> new Trapped(kind, locate(machine), detail);
            case End.Fault(var kind, var detail) -> new Trapped(kind, where.get(), detail);
        };
    }

    private End run(EmulatedMachine machine, VerifiedCase verified, List<Image> images, Limits limits, int... delays) {
        if (!sandbox.memory().code().isLoaded()) {
            sandbox.memory().code().load(images, backend.tailCallOffset());
        }
        sandbox.memory().fill(verified.source().environment().cpu());
        return machine.run(verified.source(), entry(verified, images), limits, watchdog, clock,
                others(verified.source(), images, delays));
    }

    private ConcurrentUpdates others(Case source, List<Image> images, int... delays) {
        return source.events().isEmpty() ? ConcurrentUpdates.NONE
                : new ConcurrentUpdates(ProgArrayUpdates.of(source, sandbox.memory()), place -> images
                        .get(source.programIndex(place.program())).addressOf(place.insn()).orElse(EmulatedMachine.NOWHERE),
                        delays);
    }

    private static long entry(VerifiedCase verified, List<Image> images) {
        return images.get(verified.source().programIndex(verified.source().entry())).entry();
    }

    /// Locates the end of a run by repeating it instruction by instruction.
    private Where trace(VerifiedCase verified, List<Image> images, Limits limits) {
        var tracer = sandbox.tracer();
        run(tracer, verified, images, limits);
        return locate(tracer);
    }

    private Where locate(EmulatedMachine machine) {
        return sandbox.memory().code().locate(machine.address());
    }

    private Observation observe(EmulatedMachine machine, long result) {
        var objects = sandbox.memory().objects();
        return new Observation(result, machine.tailCalls(), objects.values(), objects.contextBytes(), machine.helperCalls(),
                machine.damage());
    }

    @Override
    public void close() {
        watchdog.close();
        sandbox.close();
    }
}
