package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/// Reads file names. An empty name is an error: it is usually a script's unset variable, and would mean the current folder.
final class PathConverter implements ITypeConverter<Path> {
    @Override
    public Path convert(String name) {
        if (name.isEmpty()) {
            throw new BadInput("", "expected a name, found ''");
        }
        return Path.of(name);
    }
}
