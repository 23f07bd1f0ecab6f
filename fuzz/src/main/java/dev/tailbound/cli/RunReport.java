package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.Loading;
import java.util.Map;

/// How `tailbound run` tells what happened, case by case.
interface RunReport {

    /// A case ran on all engines. `file` is as the user named it.
    void ran(String file, CaseRun tried);

    /// The verifier refused the case, as the case expects; `kernels` has what the kernels among the engines say.
    void refused(String file, String reason, Map<String, Loading> kernels);

    /// The file holds no case, or one that the verifier should not have refused or accepted.
    void bad(String file, BadInput why);

    /// No more cases follow.
    void end();
}
