package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import java.util.Iterator;
import java.util.function.Predicate;

/// Shrinks a case by named reductions to a fixpoint: no reduction proposes a smaller case that still shows the finding.
public final class Minimizer {
    private final Predicate<Case> keeps;
    private final Watcher watcher;
    private int tried;
    private boolean cut;

    /// Observes a search, and may stop it.
    public interface Watcher {
        /// Never stops the search.
        Watcher PATIENT = new Watcher() {
            @Override
            public void reached(Case smaller) {
                // only the result is needed
            }

            @Override
            public boolean hasEnough() {
                return false;
            }
        };

        /// Receives the smallest case so far that shows the finding.
        void reached(Case smaller);

        /// Whether to stop the search with the smallest case so far.
        boolean hasEnough();
    }

    /// `keeps`: whether a candidate is valid and shows the same finding. It should not throw.
    public Minimizer(Predicate<Case> keeps) {
        this(keeps, Watcher.PATIENT);
    }

    public Minimizer(Predicate<Case> keeps, Watcher watcher) {
        this.keeps = keeps;
        this.watcher = watcher;
    }

    /// The smallest case found; the case itself if no smaller one shows the finding.
    ///
    /// Minimizing the result again changes nothing, unless the search was stopped.
    public Case minimize(Case source) {
        var smallest = source;
        boolean progress = true;
        cut = false;
        while (progress && !cut) {
            progress = false;
            for (var reduction : Reductions.ALL) {
                var reduced = exhaust(reduction, smallest);
                progress |= !reduced.equals(smallest);
                smallest = reduced;
            }
        }
        return smallest;
    }

    /// Whether the watcher stopped the last search.
    public boolean isCut() {
        return cut;
    }

    /// Number of candidates tested so far.
    public int tried() {
        return tried;
    }

    /// Applies one reduction until none of its candidates is accepted.
    ///
    /// After a success it continues from the current position: candidates that failed before mostly fail again, and the last round, which accepts
    /// nothing, tries everything once.
    private Case exhaust(Reduction reduction, Case source) {
        var smallest = source;
        int position = 0;
        boolean wrapped = false;
        Iterator<Case> candidates = reduction.candidates().of(smallest).iterator();
        while (true) {
            cut |= watcher.hasEnough();
            if (cut) {
                return smallest;
            }
            if (!candidates.hasNext()) {
                if (position == 0 || wrapped) {
                    return smallest;
                }
                wrapped = true;
                position = 0;
                candidates = reduction.candidates().of(smallest).iterator();
                continue;
            }
            var candidate = candidates.next();
            tried++;
            if (CaseSize.of(candidate).compareTo(CaseSize.of(smallest)) < 0 && keeps.test(candidate)) {
                smallest = candidate;
                watcher.reached(smallest);
                wrapped = false;
                candidates = reduction.candidates().of(smallest).skip(position).iterator();
            } else {
                position++;
            }
        }
    }
}
