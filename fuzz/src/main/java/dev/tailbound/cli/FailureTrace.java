package dev.tailbound.cli;

import dev.tailbound.files.IoErrors;
import dev.tailbound.isa.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;

/// A failure of Tailbound itself: one line for the user, and a stack trace in a file for developers.
///
/// @param failure the exception; if picocli wrapped an error, that error
record FailureTrace(Throwable failure) {
    private static final int MAX_MESSAGE = 200;

    FailureTrace {
        failure = failure.getCause() instanceof Error error ? error : failure;
    }

    String describe() {
        return "tailbound failed, which is a bug: %s; %s".formatted(summary(), trace());
    }

    private String summary() {
        var line = Printable.line(failure.toString().replaceAll("\\s+", " "));
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "...";
    }

    /// Writes the stack trace to a file, and returns the part of the line that names the file.
    private String trace() {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        try {
            return "its stack trace is in "
                    + Files.writeString(Files.createTempFile("tailbound-failure-", ".txt"), text.toString());
        } catch (IOException e) {
            return "its stack trace could not be written: " + IoErrors.reason(e);
        }
    }
}
