/// BPF assembly in the dialect of LLVM's assembler, to programs and back.
package dev.tailbound.text;
