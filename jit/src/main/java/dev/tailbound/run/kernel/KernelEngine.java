package dev.tailbound.run.kernel;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.BatchEngine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.kernel.Guest.Reply;
import dev.tailbound.run.kernel.KernelSpec.Ailment;
import dev.tailbound.verify.VerifiedCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/// A Linux kernel in QEMU with its verifier, JIT and test runs; thousands of cases per boot.
///
/// Boots for the first case, and again after a case that crashes the kernel, whose outcome is a trap.
public final class KernelEngine implements BatchEngine {
    /// Commit befae75856ab.
    private static final KernelVersion KNOWS_EQUAL_POINTERS = KernelVersion.of(6, 2);
    private static final int MAX_AT_ONCE = 64;
    private static final int MAX_LENGTH = Mailbox.ROOM / 4;
    private static final int DEATHS_WITHOUT_CASE = 3;
    private static final int CASE_LIMIT = 30_000;
    /// Limit for a single case after one has stalled the kernel: while minimizing such a case, most candidates stall it too.
    private static final int SUSPECT_LIMIT = 5_000;

    private final KernelSpec spec;
    private final Options options;
    private final KernelBoot boot;
    private Guest guest;
    private Runnable alive = () -> {};
    private int deathsWithoutCase;
    private boolean stalls;

    /// Options of the engine.
    ///
    /// @param caseLimit time limit of one case, in milliseconds
    /// @param fatal     cases that crash the kernel; for tests
    /// @param stalling  cases that hang the kernel; for tests
    public record Options(int caseLimit, Predicate<VerifiedCase> fatal, Predicate<VerifiedCase> stalling) {}

    /// Throws [dev.tailbound.setup.MissingToolException] if QEMU is missing, or if the agent must be built and the compiler is missing.
    public KernelEngine(KernelSpec spec) {
        this(spec,
                new Options(CASE_LIMIT, verified -> spec.ailment() == Ailment.PANIC && spec.ailment().strikes(verified.source()),
                        verified -> spec.ailment() == Ailment.STALL && spec.ailment().strikes(verified.source())));
    }

    public KernelEngine(KernelSpec spec, Options options) {
        this.spec = spec;
        this.options = options;
        boot = new KernelBoot(spec.image());
    }

    /// The name in reports, see [KernelSpec#label()].
    @Override
    public String name() {
        return spec.label();
    }

    public KernelImage image() {
        return spec.image();
    }

    /// Boots the kernel; throws [BadInput] if it does not boot or has no BPF.
    ///
    /// From then on, `alive` is called repeatedly while waiting for the guest.
    @Override
    public void start(Runnable alive) {
        this.alive = alive;
        boot(alive);
    }

    private void boot(Runnable waiting) {
        if (guest == null) {
            guest = boot.boot(waiting);
        }
    }

    @Override
    public List<Outcome> runAll(List<VerifiedCase> cases, IntConsumer at) {
        return runAll(cases, Set.of(), position -> {
            at.accept(position);
            alive.run();
        });
    }

    /// Runs the case with workarounds for known bugs.
    public Outcome runMended(VerifiedCase verified, Set<Workaround> mends) {
        return runAll(List.of(verified), mends, _ -> alive.run()).getFirst();
    }

    private List<Outcome> runAll(List<VerifiedCase> cases, Set<Workaround> mends, IntConsumer at) {
        var outcomes = new Outcome[cases.size()];
        var waiting = new ArrayDeque<Integer>();
        for (int i = 0; i < cases.size(); i++) {
            var obstacle = KernelFit.obstacle(cases.get(i), spec.image());
            if (obstacle.isPresent()) {
                outcomes[i] = new Outcome.Inapplicable(obstacle.get());
            } else {
                waiting.add(i);
            }
        }
        while (!waiting.isEmpty()) {
            int first = waiting.getFirst();
            var batch = batch(cases, mends, waiting, outcomes);
            if (!batch.positions().isEmpty()) {
                boot(() -> at.accept(first));
                run(batch, outcomes, waiting, at);
            }
        }
        return List.of(outcomes);
    }

    /// Cases sent to the guest in one request.
    private record Batch(List<Integer> positions, List<CaseMarshaller> cases, AgentRequest request) {}

    /// Fills a batch from the waiting cases. A case too large for a batch of its own gets its outcome here.
    private Batch batch(List<VerifiedCase> all, Set<Workaround> mends, Deque<Integer> waiting, Outcome[] outcomes) {
        var batch = new Batch(new ArrayList<>(), new ArrayList<>(), new AgentRequest());
        long answer = 0;
        while (!waiting.isEmpty() && batch.positions().size() < MAX_AT_ONCE) {
            var verified = all.get(waiting.getFirst());
            var alone = new AgentRequest();
            CaseMarshaller written;
            try {
                written = write(verified, mends, alone);
            } catch (IllegalArgumentException tooLong) {
                outcomes[waiting.removeFirst()] = new Outcome.Inapplicable(tooLong.getMessage());
                continue;
            }
            answer += CaseMarshaller.answerSize(verified.source());
            if (!batch.positions().isEmpty() && (answer > MAX_LENGTH || batch.request().length() + alone.length() > MAX_LENGTH)) {
                break;
            }
            int position = waiting.removeFirst();
            if (Math.max(answer, alone.length()) > Mailbox.ROOM) {
                outcomes[position] = new Outcome.Inapplicable(
                        "the case needs %d bytes of request and %d of answer, a guest has %d"
                                .formatted(alone.length(), answer, Mailbox.ROOM));
                break;
            }
            batch.positions().add(position);
            batch.cases().add(written);
            batch.request().append(alone);
        }
        return batch;
    }

    private CaseMarshaller write(VerifiedCase verified, Set<Workaround> mends, AgentRequest request) {
        var written = new CaseMarshaller(verified, spec.plain(), mends);
        written.write(request);
        if (options.fatal().test(verified)) {
            request.perish(false);
        }
        if (options.stalling().test(verified)) {
            request.perish(true);
        }
        return written;
    }

    private void run(Batch batch, Outcome[] outcomes, Deque<Integer> waiting, IntConsumer at) {
        var positions = batch.positions();
        IntConsumer progress = begun -> at.accept(positions.get(Math.clamp(begun - 1, 0, positions.size() - 1)));
        int limit = stalls && positions.size() == 1 ? Math.min(SUSPECT_LIMIT, options.caseLimit()) : options.caseLimit();
        switch (ask(batch.request(), limit, progress)) {
            case Reply.Answered(var answer) -> {
                deathsWithoutCase = 0;
                for (int i = 0; i < positions.size(); i++) {
                    outcomes[positions.get(i)] = foreseen(batch.cases().get(i).read(answer));
                }
            }
            case Reply.TooSlow(int begun, var reason) -> {
                stop();
                outcomes[positions.get(begun - 1)] = new Outcome.Inapplicable(reason);
                takeBack(positions, outcomes, waiting);
            }
            case Reply.Died(int begun, var kind, var detail) -> {
                stop();
                stalls |= kind == Trap.RUNAWAY;
                if (begun > 0) {
                    deathsWithoutCase = 0;
                    outcomes[positions.get(begun - 1)] = new Outcome.Trapped(kind, Where.UNKNOWN, detail);
                } else if (++deathsWithoutCase >= DEATHS_WITHOUT_CASE) {
                    throw new IllegalStateException(name() + " dies without a case: " + detail);
                }
                takeBack(positions, outcomes, waiting);
            }
        }
    }

    /// The outcome, which is no refusal if the kernel's architecture or version explains it.
    private Outcome foreseen(Outcome outcome) {
        return outcome instanceof Outcome.Refused(var reason)
                ? explained(reason, spec.image()).<Outcome>map(Outcome.Inapplicable::new).orElse(outcome)
                : outcome;
    }

    private Loading foreseen(Loading loading) {
        return loading instanceof Loading.Refused(var reason)
                ? explained(reason, spec.image()).<Loading>map(Loading.NotAsked::new).orElse(loading)
                : loading;
    }

    /// Why a kernel refuses a program that Tailbound's verifier accepts; empty if nothing is known.
    static Optional<String> explained(String refusal, KernelImage kernel) {
        var first = refusal.lines().findFirst().orElse("");
        if (kernel.promises().foresees(refusal)) {
            return Optional.of("kernels of %s demand natural alignment: %s".formatted(kernel.arch().word(), first));
        }
        return kernel.version().isBefore(KNOWS_EQUAL_POINTERS) && first.contains("invalid mem access 'map_value_or_null'")
                ? Optional.of("kernel %d.%d does not know that a pointer equal to one that is not null is not null: %s"
                        .formatted(kernel.version().major(), kernel.version().minor(), first))
                : Optional.empty();
    }

    /// Loads the programs of each case into the kernel, independently of Tailbound's verifier, without running them.
    public List<Loading> load(List<Case> cases) {
        var loadings = new ArrayList<Loading>();
        while (loadings.size() < cases.size()) {
            var rest = cases.subList(loadings.size(), cases.size());
            var obstacle = LoadRequest.obstacle(rest.getFirst(), spec.image());
            if (obstacle.isPresent()) {
                loadings.add(new Loading.NotAsked(obstacle.get()));
            } else {
                loadings.addAll(loadSome(rest));
            }
        }
        return loadings;
    }

    /// Loads as many of the first cases as fit into one request.
    private List<Loading> loadSome(List<Case> cases) {
        boot(alive);
        var asked = new ArrayList<LoadRequest>();
        var request = new AgentRequest();
        while (asked.size() < Math.min(MAX_AT_ONCE, cases.size()) && request.length() <= MAX_LENGTH
                && LoadRequest.obstacle(cases.get(asked.size()), spec.image()).isEmpty()) {
            var next = new LoadRequest(cases.get(asked.size()));
            next.write(request);
            asked.add(next);
        }
        return switch (ask(request, options.caseLimit(), _ -> alive.run())) {
            case Reply.Answered(var answer) -> asked.stream().map(each -> foreseen(each.read(answer))).toList();
            case Reply.Died(int begun, _, var detail) when begun > 1 -> {
                stop();
                yield loadSome(cases.subList(0, begun - 1));
            }
            case Reply.TooSlow(_, var reason) -> {
                stop();
                yield List.of(new Loading.NotAsked(reason));
            }
            case Reply.Died(_, _, var detail) -> {
                stop();
                yield List.of(new Loading.NotAsked("it died while loading: " + detail));
            }
        };
    }

    private static void takeBack(List<Integer> positions, Outcome[] outcomes, Deque<Integer> waiting) {
        positions.reversed().stream().filter(position -> outcomes[position] == null).forEach(waiting::addFirst);
    }

    /// The answer to a request that must not crash the kernel.
    ByteBuffer answer(AgentRequest request) {
        boot(alive);
        return switch (ask(request, options.caseLimit(), _ -> alive.run())) {
            case Reply.Answered(var answer) -> answer;
            case Reply.TooSlow(_, var reason) -> {
                stop();
                throw new BadInput(name(), reason);
            }
            case Reply.Died(_, _, var detail) -> {
                stop();
                throw new IllegalStateException(name() + ": " + detail);
            }
        };
    }

    private Reply ask(AgentRequest request, int limit, IntConsumer progress) {
        try {
            long before = System.nanoTime();
            var reply = guest.ask(request.content(), limit, progress);
            boot.worked(System.nanoTime() - before);
            return reply;
        } catch (IOException e) {
            stop();
            throw new UncheckedIOException(name() + ": " + e.getMessage(), e);
        }
    }

    /// Times the engine spent in boots and in work.
    public KernelBoot.Times times() {
        return boot.times();
    }

    private void stop() {
        if (guest != null) {
            try {
                guest.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                guest = null;
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
