/// Accept, with facts, or reject, with a reason: an abstract interpreter that knows what kernels know.
package dev.tailbound.verify;
