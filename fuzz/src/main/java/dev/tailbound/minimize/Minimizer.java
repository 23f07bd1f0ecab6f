package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import java.util.Iterator;
import java.util.function.Predicate;

/// Shrinks a case by named reductions, to a fixpoint: no reduction proposes anything smaller that still shows the finding.
public final class Minimizer {
    private final Predicate<Case> keeps;
    private final Watcher watcher;
    private int tried;
    private boolean cut;

    /// Follows a search, and may end it.
    public interface Watcher {
        /// Lets it go on to its end.
        Watcher PATIENT = new Watcher() {
            @Override
            public void reached(Case smaller) {
                // the answer is enough
            }

            @Override
            public boolean hasEnough() {
                return false;
            }
        };

        /// This is the smallest case so far that shows the finding.
        void reached(Case smaller);

        /// Whether the search is to end with what it has reached.
        boolean hasEnough();
    }

    /// `keeps` tells whether a candidate is valid and shows the same finding; it should not throw.
    public Minimizer(Predicate<Case> keeps) {
        this(keeps, Watcher.PATIENT);
    }

    public Minimizer(Predicate<Case> keeps, Watcher watcher) {
        this.keeps = keeps;
        this.watcher = watcher;
    }

    /// The smallest case found; the case itself where nothing smaller keeps the finding.
    ///
    /// Minimizing the answer again changes nothing, unless the search was cut.
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

    /// Whether the last search was ended by its watcher.
    public boolean isCut() {
        return cut;
    }

    /// Candidates put to the test so far.
    public int tried() {
        return tried;
    }

    /// Applies one reduction until none of its candidates is accepted.
    ///
    /// After a success it goes on from the position it had reached rather than from the start: what failed before mostly fails again, and the
    /// last round, which accepts nothing, tries everything once.
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
