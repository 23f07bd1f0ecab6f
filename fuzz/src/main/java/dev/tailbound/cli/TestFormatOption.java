package dev.tailbound.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/// The option that selects a format for test runners.
final class TestFormatOption {
    private enum Format {
        TEXT, KTAP, JUNIT
    }

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text",
            description = "text, or ktap or junit: results for test runners. Default: text.")
    private Format format;

    /// Prints the results if the user chose a format for test runners; else returns false.
    boolean print(String suite, List<TestResult> results, PrintWriter out) {
        switch (format) {
            case TEXT -> {
                return false;
            }
            case KTAP -> TestFormat.KTAP.print(suite, results, out);
            case JUNIT -> TestFormat.JUNIT.print(suite, results, out);
        }
        return true;
    }
}
