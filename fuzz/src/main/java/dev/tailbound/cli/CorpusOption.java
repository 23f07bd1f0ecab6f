package dev.tailbound.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--corpus`: the folder with the cases named in a catalogue.
final class CorpusOption {
    @Option(names = "--corpus", paramLabel = "DIR", defaultValue = "${sys:tailbound.home:-.}/corpus",
            description = "Folder with the cases. Default: Tailbound's own.")
    private Path folder;

    Path folder() {
        return folder;
    }
}
