package dev.tailbound.campaign;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Differential;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;

/// One case from the generator's hands to a verdict: verified, run on every engine, compared.
public final class Checker {
    private final Differential differential;
    private final Runnable beforeEach;

    /// `beforeEach` runs before every case; workers show there that they are alive.
    public Checker(Differential differential, Runnable beforeEach) {
        this.differential = differential;
        this.beforeEach = beforeEach;
    }

    public Checker(Differential differential) {
        this(differential, () -> {});
    }

    public Checked check(Case source) {
        beforeEach.run();
        return switch (Verifier.verify(source)) {
            case Verdict.Accepted(var verified) -> new Checked.Compared(verified, differential.compare(verified));
            case Verdict.Rejected rejected -> new Checked.Refused(rejected);
        };
    }
}
