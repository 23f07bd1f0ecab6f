/// The verifier: an abstract interpreter that accepts a case, with facts, or rejects it, with a reason, as kernels do.
package dev.tailbound.verify;
