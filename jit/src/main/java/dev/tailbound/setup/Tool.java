package dev.tailbound.setup;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A program of this machine, which has a row in the package table.
public record Tool(String name) {

    /// Where it is; throws [MissingToolException] where there is none.
    public Path require() {
        return find(System.getenv("PATH")).orElseThrow(() -> new MissingToolException(this, Packages.here()));
    }

    /// The first program of this name in the folders that `path` lists, which is null where the environment has none.
    public Optional<Path> find(String path) {
        return Stream.ofNullable(path).flatMap(folders -> Stream.of(folders.split(File.pathSeparator))).map(folder -> Path.of(
                folder, name)).filter(Files::isExecutable)
                .findFirst();
    }
}
