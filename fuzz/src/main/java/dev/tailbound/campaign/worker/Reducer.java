package dev.tailbound.campaign.worker;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.Evidence;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.worker.WorkerProcess.Death;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.verify.Verdict;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Minimizes the case of a finding, within limits of time and of processes that die.
///
/// @param enough  whether the time is over
/// @param reached receives each smaller case
public record Reducer(Worker.Tools tools, BooleanSupplier enough, Consumer<Case> reached) {
    private static final int MAX_CRASHES = 200;
    /// Each hang takes ten seconds by default.
    private static final int MAX_HANGS = 20;

    public WorkerReply.Reduced reduce(WorkerRequest.Reduce asked) {
        return switch (CaseVerdict.ofSignature(asked.signature())) {
            case CRASH -> elsewhere(asked, CaseVerdict.CRASH, MAX_CRASHES);
            case HANG -> elsewhere(asked, CaseVerdict.HANG, MAX_HANGS);
            case AGREE, DIVERGE, INCONCLUSIVE, KNOWN, REJECTED, THREW -> here(asked);
        };
    }

    private WorkerReply.Reduced here(WorkerRequest.Reduce asked) {
        var source = CaseReader.parse("case", asked.source());
        var judged = judge(tools.checker(), source);
        if (!judged.name().equals(asked.signature())) {
            return new WorkerReply.Reduced(asked.source(), "", MinimizationResult.GONE);
        }
        // A smaller case needs other interleavings to show the finding. In the original case, these may show another difference first.
        var closer = tools.checker().closer();
        var checker = judge(closer, source).equals(judged) ? closer : tools.checker();
        try (var guard = tools.guards().get(); var sound = tools.sound().get()) {
            var others = new Others(guard, asked.silence());
            var agreesElsewhere = sound.agreeingOn(source);
            var minimizer = new Minimizer(candidate -> (!asked.careful() || others.survive(candidate))
                    && judge(checker, candidate).equals(judged) && agreesElsewhere.test(candidate),
                    new Watcher(() -> others.deaths > MAX_HANGS));
            var smallest = minimizer.minimize(source);
            return new WorkerReply.Reduced(CasePrinter.print(smallest), new Evidence(tools.explainer()).of(smallest, checker),
                    ending(minimizer));
        }
    }

    private ClassifiedCase judge(Checker checker, Case candidate) {
        return ClassifiedCase.by(checker, candidate, tools.known(), _ -> {});
    }

    /// Runs candidates in processes that may die or hang, until `most` of them have.
    public WorkerReply.Reduced elsewhere(WorkerRequest.Reduce asked, CaseVerdict how, int most) {
        var source = CaseReader.parse("case", asked.source());
        try (var guard = tools.guards().get()) {
            var others = new Others(guard, asked.silence());
            if (!others.dieOf(source, how)) {
                return new WorkerReply.Reduced(asked.source(), "", enough.getAsBoolean() ? MinimizationResult.OUT_OF_TIME
                        : MinimizationResult.GONE);
            }
            var minimizer = new Minimizer(
                    candidate -> tools.checker().verify(candidate) instanceof Verdict.Accepted && others.dieOf(candidate, how),
                    new Watcher(() -> others.deaths > most));
            var smallest = minimizer.minimize(source);
            return new WorkerReply.Reduced(CasePrinter.print(smallest), others.evidence, ending(minimizer));
        }
    }

    private MinimizationResult ending(Minimizer minimizer) {
        return !minimizer.isCut() ? MinimizationResult.SMALLEST
                : enough.getAsBoolean() ? MinimizationResult.OUT_OF_TIME : MinimizationResult.OUT_OF_DEATHS;
    }

    /// The processes that run candidates, one after the other.
    private final class Others {
        private final IsolatedRunner guard;
        private final int silence;
        private int deaths;
        private String evidence = "";

        private Others(IsolatedRunner guard, int silence) {
            this.guard = guard;
            this.silence = silence;
        }

        /// Whether the candidate causes a death of this kind; its evidence is then stored.
        private boolean dieOf(Case candidate, CaseVerdict how) {
            var death = deathOf(candidate).filter(found -> found.how() == how);
            death.ifPresent(found -> evidence = found.evidence());
            return death.isPresent();
        }

        /// Whether the process survives the candidate; false if the time is over.
        private boolean survive(Case candidate) {
            return deathOf(candidate).isEmpty() && !enough.getAsBoolean();
        }

        private Optional<Death> deathOf(Case candidate) {
            var death = guard.deathOf(candidate, silence, enough);
            deaths += death.isPresent() ? 1 : 0;
            return death;
        }
    }

    private final class Watcher implements Minimizer.Watcher {
        private final BooleanSupplier tired;

        private Watcher(BooleanSupplier tired) {
            this.tired = tired;
        }

        @Override
        public void reached(Case smaller) {
            reached.accept(smaller);
        }

        @Override
        public boolean hasEnough() {
            return enough.getAsBoolean() || tired.getAsBoolean();
        }
    }
}
