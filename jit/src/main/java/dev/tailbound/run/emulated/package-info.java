/// Engines that run compiled programs on an emulated processor: Unicorn, a guest kernel's memory, and the helpers as machine code sees them.
package dev.tailbound.run.emulated;
