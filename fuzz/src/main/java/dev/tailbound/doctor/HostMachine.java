package dev.tailbound.doctor;

import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.emulated.SelfTest;
import dev.tailbound.setup.Packages;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// The environment of a checkup, so that tests can simulate another machine.
///
/// @param path     the folders of programs, separated by colons
/// @param packages packages of the distribution
/// @param unicorn  loads it, or throws [dev.tailbound.jit.disasm.UnusableLibraryException]
/// @param capstone the same
/// @param selfTest tests the emulator
public record HostMachine(String path, Packages packages, Supplier<LoadedLibrary> unicorn, Supplier<LoadedLibrary> capstone,
        Function<Cpu, List<SelfTest.Check>> selfTest) {

    /// The machine of this process.
    public static HostMachine here() {
        return new HostMachine(System.getenv("PATH"), Packages.here(), EmulatedEngine::library, Disassembler::library,
                SelfTest::checks);
    }
}
