package dev.tailbound.compare;

import dev.tailbound.cases.Expectation;
import dev.tailbound.run.BatchEngine;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.run.kernel.KernelEngine;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/// A real kernel that runs only cases which terminate under its own counting of tail calls, since others may stall it for minutes, and which do
/// nothing that its JIT leaves undefined.
public final class GuardedKernel implements BatchEngine {
    private final WideShifts shifts;
    private final Interpreter guard;
    private final KernelEngine kernel;

    public GuardedKernel(KernelEngine kernel) {
        this.kernel = kernel;
        shifts = new WideShifts(kernel.image().promises().unmasked());
        var promises = kernel.image().promises();
        guard = promises.unmasked().isEmpty() ? new Interpreter(promises.tailCalls())
                : new Interpreter(promises.tailCalls(), shifts);
    }

    public KernelEngine kernel() {
        return kernel;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public void start(Runnable alive) {
        kernel.start(alive);
    }

    @Override
    public List<Outcome> runAll(List<VerifiedCase> cases, IntConsumer at) {
        var outcomes = new Outcome[cases.size()];
        var harmless = new ArrayList<Integer>();
        for (int i = 0; i < cases.size(); i++) {
            at.accept(i);
            if (cases.get(i).isUnverified()) {
                outcomes[i] = new Outcome.Inapplicable("a kernel runs nothing that a verifier refuses");
                continue;
            }
            shifts.start(cases.get(i).source());
            switch (guard.outcome(cases.get(i))) {
                case Outcome.Returned _ when shifts.found().isPresent() ->
                    outcomes[i] = new Outcome.Inapplicable("the JIT of %s does not mask the count of a shift: %s"
                            .formatted(kernel.image().arch().word(), shifts.found().get()));
                case Outcome.Returned _ -> harmless.add(i);
                case Outcome.Trapped(var kind, _, _) when kind == Trap.RUNAWAY ->
                    outcomes[i] = new Outcome.Inapplicable("under this kernel's counting of tail calls the case may not end");
                case Outcome other -> outcomes[i] = new Outcome.Inapplicable(
                        "under this kernel's counting of tail calls the oracle %s".formatted(other.phrase()));
            }
        }
        var ran = kernel.runAll(harmless.stream().map(cases::get).toList(), position -> at.accept(harmless.get(position)));
        for (int i = 0; i < ran.size(); i++) {
            outcomes[harmless.get(i)] = ran.get(i);
        }
        return Arrays.asList(outcomes);
    }

    /// Whether the kernel agrees with the oracle under the kernel's own counting of tail calls.
    public boolean keepsItsOwnRule(VerifiedCase verified) {
        var judge = new Judge(verified, Expectation.NONE, UnaryOperator.identity(), _ -> Where.UNKNOWN);
        return judge.judge(List.of(guard.run(verified, OptionalLong.empty()),
                run(verified, OptionalLong.empty()))) instanceof Comparison.Agree;
    }

    @Override
    public void close() {
        kernel.close();
    }
}
