package dev.tailbound.campaign;

import dev.tailbound.campaign.WorkerProcess.Death;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Makes the case of a finding small, for as long as there is time and it does not cost too many processes.
///
/// @param enough  tells when the time is over
/// @param reached gets each smaller case on the way
record Reducer(Worker.Tools tools, BooleanSupplier enough, Consumer<Case> reached) {
    private static final int MOST_CRASHES = 200;
    /// Each is waited for, by default for ten seconds.
    private static final int MOST_HANGS = 20;

    Answer.Reduced reduce(Request.Reduce asked) {
        return switch (CaseVerdict.ofSignature(asked.signature())) {
            case CRASH -> elsewhere(asked, CaseVerdict.CRASH, MOST_CRASHES);
            case HANG -> elsewhere(asked, CaseVerdict.HANG, MOST_HANGS);
            case AGREE, DIVERGE, INCONCLUSIVE, KNOWN, REJECTED, THREW -> here(asked);
        };
    }

    private Answer.Reduced here(Request.Reduce asked) {
        var source = CaseReader.parse("case", asked.source());
        var judged = judge(tools.checker(), source);
        if (!judged.name().equals(asked.signature())) {
            throw new IllegalStateException("case %d was %s, and is %s now".formatted(asked.index(), asked.signature(), judged));
        }
        // In a smaller case events have other ways to land; in the original one, these may show something else first.
        var closer = tools.checker().closer();
        var checker = judge(closer, source).equals(judged) ? closer : tools.checker();
        var minimizer = new Minimizer(candidate -> judge(checker, candidate).equals(judged), new Watcher(() -> false));
        var smallest = minimizer.minimize(source);
        return new Answer.Reduced(CasePrinter.print(smallest), new Evidence(tools.explainer()).of(smallest, checker), ending(
                minimizer));
    }

    private Judged judge(Checker checker, Case candidate) {
        return Judged.by(checker, candidate, tools.known(), _ -> {});
    }

    /// Candidates are run in processes that may end or hang, until `most` of them have.
    Answer.Reduced elsewhere(Request.Reduce asked, CaseVerdict how, int most) {
        var source = CaseReader.parse("case", asked.source());
        try (var guard = tools.guards().get()) {
            var dies = new Dies(guard, how, asked.silence());
            if (!dies.test(source) && !enough.getAsBoolean()) {
                throw new IllegalStateException("case %d was a %s, and is none now".formatted(asked.index(), how.word()));
            }
            var minimizer = new Minimizer(candidate -> Verifier.verify(candidate) instanceof Verdict.Accepted && dies.test(
                    candidate),
                    new Watcher(() -> dies.deaths > most));
            var smallest = minimizer.minimize(source);
            return new Answer.Reduced(CasePrinter.print(smallest), dies.last, ending(minimizer));
        }
    }

    private Ending ending(Minimizer minimizer) {
        return !minimizer.isCut() ? Ending.SMALLEST : enough.getAsBoolean() ? Ending.OUT_OF_TIME : Ending.OUT_OF_DEATHS;
    }

    /// Whether a process dies of a case as it did of the original one.
    private final class Dies implements Predicate<Case> {
        private final Guard guard;
        private final CaseVerdict how;
        private final int silence;
        private int deaths;
        /// Evidence of the last case that did.
        private String last = "";

        private Dies(Guard guard, CaseVerdict how, int silence) {
            this.guard = guard;
            this.how = how;
            this.silence = silence;
        }

        @Override
        public boolean test(Case candidate) {
            Optional<Death> death = guard.deathOf(candidate, silence, enough);
            deaths += death.isPresent() ? 1 : 0;
            var same = death.filter(found -> found.how() == how);
            same.ifPresent(found -> last = found.evidence());
            return same.isPresent();
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
