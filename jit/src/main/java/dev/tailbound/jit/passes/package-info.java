/// What kernels rewrite between verifier and JIT: each pass a step from program to program, in the order of [dev.tailbound.jit.passes.Passes].
package dev.tailbound.jit.passes;
