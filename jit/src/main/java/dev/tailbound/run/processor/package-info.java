/// Single instructions on this machine's processor, to compare the emulator with.
package dev.tailbound.run.processor;
