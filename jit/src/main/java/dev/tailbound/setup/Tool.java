package dev.tailbound.setup;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// An external program, which has a row in the package table.
public record Tool(String name) {

    /// Path of the program; throws [MissingToolException] if it is missing.
    public Path require() {
        return find(System.getenv("PATH")).orElseThrow(() -> new MissingToolException(this, Packages.here()));
    }

    /// The first program of this name in the folders of `path`, which is null if the environment has no PATH.
    public Optional<Path> find(String path) {
        return Stream.ofNullable(path).flatMap(folders -> Stream.of(folders.split(File.pathSeparator)))
                .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }
}
