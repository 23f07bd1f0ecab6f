package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/// Shrinks a case by named reductions, to a fixpoint: no reduction proposes anything smaller that still shows the finding.
public final class Minimizer {
    private final List<Reduction> reductions;
    private final Predicate<Case> keeps;
    private int tried;

    /// `keeps` tells whether a candidate is valid and shows the same finding; it should not throw.
    public Minimizer(Predicate<Case> keeps) {
        this(Reductions.ALL, keeps);
    }

    Minimizer(List<Reduction> reductions, Predicate<Case> keeps) {
        this.reductions = reductions;
        this.keeps = keeps;
    }

    /// The smallest case found; the case itself where nothing smaller keeps the finding. Minimizing the answer again changes nothing.
    public Case minimize(Case source) {
        var smallest = source;
        boolean progress = true;
        while (progress) {
            progress = false;
            for (var reduction : reductions) {
                var reduced = exhaust(reduction, smallest);
                progress |= !reduced.equals(smallest);
                smallest = reduced;
            }
        }
        return smallest;
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
                wrapped = false;
                candidates = reduction.candidates().of(smallest).skip(position).iterator();
            } else {
                position++;
            }
        }
    }
}
