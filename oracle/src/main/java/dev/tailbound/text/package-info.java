/// Parser and printer for BPF assembly in the syntax of LLVM's assembler.
package dev.tailbound.text;
