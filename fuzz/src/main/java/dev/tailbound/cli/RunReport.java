package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Divergence;
import dev.tailbound.compare.Run;
import java.util.List;

/// How `tailbound run` tells what happened, case by case.
interface RunReport {

    /// A case ran on all engines. `file` is as the user named it; `divergences` tells where engines first went wrong, as far as that is known.
    void ran(String file, Case source, List<Run> runs, Comparison comparison, List<Divergence> divergences);

    /// The verifier refused the case, as the case expects.
    void refused(String file, String reason);

    /// No more cases follow.
    void end();
}
