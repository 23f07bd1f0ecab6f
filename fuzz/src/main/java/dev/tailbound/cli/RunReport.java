package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Run;
import java.util.List;

/// How `tailbound run` tells what happened, case by case.
interface RunReport {

    /// A case ran on all engines. `file` is as the user named it.
    void ran(String file, Case source, List<Run> runs, Comparison comparison);

    /// The verifier refused the case, as the case expects.
    void refused(String file, String reason);

    /// No more cases follow.
    void end();
}
