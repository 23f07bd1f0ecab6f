/// The x86-64 backend: assembler, instruction selection, frame, and the schemes that count tail calls.
package dev.tailbound.jit.x86;
