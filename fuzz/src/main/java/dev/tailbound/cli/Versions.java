package dev.tailbound.cli;

import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.disasm.MissingLibraryException;
import dev.tailbound.run.emulated.EmulatedEngine;
import java.util.function.Supplier;
import picocli.CommandLine.IVersionProvider;

/// The versions that decide what Tailbound finds, one a line: its own, Java's, and those of its libraries.
final class Versions implements IVersionProvider {
    static final String TAILBOUND = "tailbound 0.1.0";

    @Override
    public String[] getVersion() {
        return new String[]{ TAILBOUND, java(), library("Unicorn", EmulatedEngine::library),
            library("Capstone", Disassembler::library) };
    }

    /// `Java 25.0.1+8 on amd64`
    static String java() {
        return "Java %s on %s".formatted(Runtime.version(), System.getProperty("os.arch"));
    }

    private static String library(String name, Supplier<LoadedLibrary> loaded) {
        try {
            return loaded.get().toString();
        } catch (MissingLibraryException missing) {
            return name + ": not found, see tailbound doctor";
        }
    }
}
