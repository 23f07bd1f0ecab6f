package dev.tailbound.cli;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Divergence;
import dev.tailbound.isa.BadInput;
import java.util.List;

/// How `tailbound run` tells what happened, case by case.
interface RunReport {

    /// A case ran on all engines. `file` is as the user named it; `divergences` tells where engines first went wrong, as far as that is known.
    void ran(String file, Case source, Differential.Result result, List<Divergence> divergences);

    /// The updates of the case that ran last landed in many ways on one engine.
    void explored(String file, Differential.Explored explored);

    /// The verifier refused the case, as the case expects.
    void refused(String file, String reason);

    /// The file holds no case, or one that the verifier should not have refused or accepted.
    void bad(String file, BadInput why);

    /// No more cases follow.
    void end();
}
