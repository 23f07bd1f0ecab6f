package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/// Reads names of files; the empty one, which a script's unset variable leaves, would be the present folder.
final class PathConverter implements ITypeConverter<Path> {
    @Override
    public Path convert(String name) {
        if (name.isEmpty()) {
            throw new BadInput("", "expected a name, found ''");
        }
        return Path.of(name);
    }
}
