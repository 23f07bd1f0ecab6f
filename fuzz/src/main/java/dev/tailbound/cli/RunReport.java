package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.Loading;
import java.util.Map;

/// The output of `tailbound run`, case by case.
interface RunReport {

    /// A case ran on all engines. `file` is as the user named it.
    void ran(String file, CaseRun tried);

    /// The verifier refused the case, as the case expects; `kernels` has the answers of the kernels among the engines.
    void refused(String file, String reason, Map<String, Loading> kernels);

    /// The file is not a case, or the verifier's verdict on it is not the expected one.
    void bad(String file, BadInput why);

    /// No more cases follow.
    void end();
}
