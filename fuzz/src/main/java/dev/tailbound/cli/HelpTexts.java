package dev.tailbound.cli;

import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.jit.Architecture;
import dev.tailbound.jit.passes.Passes;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Texts that the help takes from tables, so that it lists all accepted words: `some of${bundle:pass-names}` in a description.
final class HelpTexts extends ListResourceBundle {
    private static final String INDENT = "\n  ";
    /// Width of the help's description column; picocli would break lines inside words with hyphens or dots.
    private static final int WIDTH = 51;

    @Override
    protected Object[][] getContents() {
        return new Object[][]{ { "engine-names", engines() }, { "pass-names", listed(Passes.Name.words()) },
            { "forms", ProgramFiles.forms() },
            { "export-forms", ExportCommand.forms() } };
    }

    private static String engines() {
        return Stream.of(Architecture.values())
                .map(architecture -> "\n%s[:OPTION,...] with any of%s".formatted(architecture.word(),
                        listed(EmulatedSpec.ownOptions(architecture))))
                .collect(Collectors.joining()) + "\nand on both, any of" + listed(EmulatedSpec.SHARED_OPTIONS)
                + "\nkernel:ARCH[,plain]:IMAGE with an architecture and" + INDENT + "a Linux image to boot in QEMU, see" + INDENT
                + "tailbound kernels" + "\nexternal:NAME:COMMAND with any BPF runtime that" + INDENT
                + "implements the protocol of docs/external.md";
    }

    /// The words, separated by commas, on lines of at most [#WIDTH] characters.
    private static String listed(List<String> words) {
        var lines = new StringBuilder();
        var line = new StringBuilder(INDENT);
        for (var word : words) {
            if (line.length() + word.length() + 1 > WIDTH) {
                lines.append(line.toString().stripTrailing());
                line.setLength(INDENT.length());
            }
            line.append(word).append(", ");
        }
        return lines.append(line, 0, line.length() - 2).toString();
    }
}
