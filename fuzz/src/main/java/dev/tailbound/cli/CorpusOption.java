package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/// `--corpus`: the folder with the cases named in a catalogue.
final class CorpusOption {
    /// Where the jar contains the cases.
    private static final String RESOURCE = "/corpus";

    @Option(names = "--corpus", paramLabel = "DIR", description = "Folder with the cases. Default: Tailbound's own.")
    private Path given;

    private Path folder;

    /// The folder; the cases of a jar without source tree are unpacked to a temporary one, which is deleted when Java ends.
    Path folder() {
        if (folder == null) {
            var tree = Path.of(System.getProperty("tailbound.home", "."), "corpus");
            folder = given != null ? given : Files.isDirectory(tree) ? tree : unpacked();
        }
        return folder;
    }

    private static Path unpacked() {
        var source = CorpusOption.class.getResource(RESOURCE);
        if (source == null) {
            throw new BadInput("--corpus", "expected a folder with cases, found none here");
        }
        try {
            return copy(source.toURI());
        } catch (IOException | UncheckedIOException | URISyntaxException e) {
            throw new UnwritableException(Path.of(System.getProperty("java.io.tmpdir")), "the cases cannot be unpacked there",
                    e instanceof IOException trouble ? trouble : new IOException(e));
        }
    }

    private static Path copy(URI source) throws IOException {
        if (!source.getScheme().equals("jar")) {
            return Path.of(source);
        }
        var target = Files.createTempDirectory("tailbound-corpus");
        target.toFile().deleteOnExit();
        try (var jar = FileSystems.newFileSystem(source, Map.of()); var files = Files.walk(jar.getPath(RESOURCE))) {
            for (var file : files.toList()) {
                var copy = target.resolve(jar.getPath(RESOURCE).relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
                copy.toFile().deleteOnExit();
            }
        }
        return target;
    }
}
