/// A real Linux kernel in QEMU as an engine: what is handed to it, and what it answers.
package dev.tailbound.run.kernel;
