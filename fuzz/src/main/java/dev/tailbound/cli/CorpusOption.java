package dev.tailbound.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--corpus`: the folder of the cases that a catalogue names.
final class CorpusOption {
    @Option(names = "--corpus", paramLabel = "DIR", defaultValue = "${sys:tailbound.home:-.}/corpus",
            description = "The folder with the cases; default: Tailbound's own.")
    private Path folder;

    Path folder() {
        return folder;
    }
}
