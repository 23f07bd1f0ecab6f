package dev.tailbound.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The number of columns of the terminal, which Java does not know.
final class TerminalWidth {
    static final int UNKNOWN = 80;
    private static final int SECONDS = 5;
    private static final Pattern SIZE = Pattern.compile("\\d{1,5} (\\d{1,5})\\s*");

    private TerminalWidth() {}

    /// Asks `stty`; 80 if it gives no answer.
    static int columns() {
        try {
            var stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!stty.waitFor(SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return UNKNOWN;
            }
            return parse(new String(stty.getInputStream().readNBytes(64), US_ASCII));
        } catch (IOException e) {
            return UNKNOWN; // no terminal, or no stty
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    static int parse(String answer) {
        var size = SIZE.matcher(answer);
        int columns = size.matches() ? Integer.parseInt(size.group(1)) : 0;
        return columns == 0 ? UNKNOWN : columns;
    }
}
