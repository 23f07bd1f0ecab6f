package dev.tailbound.cli;

import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.disasm.MissingLibraryException;
import dev.tailbound.run.emulated.EmulatedEngine;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.IVersionProvider;

/// The versions that decide what Tailbound finds, one a line: its own, Java's, and those of its libraries.
final class Versions implements IVersionProvider {
    private static final String NUMBER = "tailbound 0.1.0";

    /// The manifest's value where the jar was built outside a git checkout.
    private static final String UNKNOWN = "unknown";

    @Override
    public String[] getVersion() {
        return new String[]{ tailbound(), java(), library("Unicorn", EmulatedEngine::library),
            library("Capstone", Disassembler::library) };
    }

    /// `tailbound 0.1.0 (commit 1d216fff0a3b)`, without the commit if it is unknown.
    static String tailbound() {
        return tailbound(Optional.ofNullable(Versions.class.getPackage().getImplementationVersion()));
    }

    /// With the commit that the jar's manifest has as `Implementation-Version`; classes outside a jar have none.
    static String tailbound(Optional<String> commit) {
        return commit.filter(id -> !id.equals(UNKNOWN)).map(id -> "%s (commit %s)".formatted(NUMBER, id)).orElse(NUMBER);
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
