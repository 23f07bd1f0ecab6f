/// How a program becomes machine code: what the backends share, and the rewrites the kernel makes before its JIT.
package dev.tailbound.jit;
