/// Machine code as text, by Capstone, and how libraries of the operating system are opened.
package dev.tailbound.jit.disasm;
