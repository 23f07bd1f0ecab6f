package dev.tailbound.run.kernel;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A program of this machine, and the Debian package that brings it.
public record Tool(String name, String debianPackage) {

    /// Where it is; throws [MissingToolException] where there is none.
    public Path require() {
        return find(System.getenv("PATH")).orElseThrow(() -> new MissingToolException(this));
    }

    /// The first program of this name in the folders that `path` lists, which is null where the environment has none.
    Optional<Path> find(String path) {
        return Stream.ofNullable(path).flatMap(folders -> Stream.of(folders.split(File.pathSeparator))).map(folder -> Path.of(
                folder, name)).filter(Files::isExecutable)
                .findFirst();
    }
}
