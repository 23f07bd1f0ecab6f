/// A Linux kernel in QEMU as an engine, with its request protocol.
package dev.tailbound.run.kernel;
