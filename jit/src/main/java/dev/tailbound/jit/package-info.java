/// Compilation to machine code: the parts that backends share, and the kernel's rewrites before its JIT.
package dev.tailbound.jit;
