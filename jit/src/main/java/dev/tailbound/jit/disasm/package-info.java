/// Disassembly by Capstone, and loading of shared libraries.
package dev.tailbound.jit.disasm;
