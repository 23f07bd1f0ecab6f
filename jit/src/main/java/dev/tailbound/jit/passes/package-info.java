/// The kernel's rewrites between verifier and JIT, one class per pass, in the order of [dev.tailbound.jit.passes.Passes].
package dev.tailbound.jit.passes;
