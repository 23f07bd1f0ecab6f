package dev.tailbound.cli;

import dev.tailbound.files.IoErrors;
import dev.tailbound.isa.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;

/// A failure of Tailbound itself: one line for its user, and a stack trace in a file for who mends it.
///
/// @param failure what was thrown; of an error that picocli wrapped, the error counts
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

    /// Where the stack trace is, once it is there.
    private String trace() {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        try {
            return "its stack trace is in " + Files.writeString(Files.createTempFile("tailbound-failure-", ".txt"), text
                    .toString());
        } catch (IOException e) {
            return "its stack trace could not be kept: " + IoErrors.reason(e);
        }
    }
}
