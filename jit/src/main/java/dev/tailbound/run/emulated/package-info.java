/// Engines that run compiled programs on an emulated processor: Unicorn, a guest kernel's memory, and helpers for machine code.
package dev.tailbound.run.emulated;
