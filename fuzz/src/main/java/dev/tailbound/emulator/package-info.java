/// Where the emulator differs from this machine's processor, by instruction form.
package dev.tailbound.emulator;
