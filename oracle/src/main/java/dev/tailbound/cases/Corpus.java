package dev.tailbound.cases;

import dev.tailbound.files.InputFile;
import dev.tailbound.files.IoErrors;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Case files on disk. A folder stands for all `*.case` files in and below it, sorted.
public final class Corpus {
    /// The files in the order of `paths`; a folder without case files or a missing path is a [BadInput].
    public static List<Path> files(List<Path> paths) {
        return files(paths, ".case");
    }

    /// The same for files whose names end otherwise.
    public static List<Path> files(List<Path> paths, String suffix) {
        var files = new ArrayList<Path>();
        for (var path : paths) {
            if (Files.isDirectory(path)) {
                files.addAll(below(path, suffix));
            } else if (path.equals(InputFile.STANDARD_INPUT) || Files.exists(path)) {
                files.add(path);
            } else {
                throw new BadInput(path.toString(), "no such file or folder");
            }
        }
        return files;
    }

    private static List<Path> below(Path folder, String suffix) {
        try (var walk = Files.walk(folder)) {
            var files = walk.filter(file -> file.getFileName().toString().endsWith(suffix) && Files.isRegularFile(file)).sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new BadInput(folder.toString(), "no *%s file in this folder".formatted(suffix));
            }
            return files;
        } catch (IOException failure) {
            throw unreadable(folder, failure);
        } catch (UncheckedIOException failure) {
            throw unreadable(folder, failure.getCause());
        }
    }

    private static BadInput unreadable(Path folder, IOException failure) {
        return new BadInput(folder.toString(), "cannot be read: " + IoErrors.reason(failure));
    }

    private Corpus() {}
}
