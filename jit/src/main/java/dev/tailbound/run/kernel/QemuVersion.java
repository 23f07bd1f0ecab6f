package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// A version of QEMU.
///
/// @param text as printed, such as `7.2.22`
record QemuVersion(int major, String text) {
    private static final Pattern VERSION = Pattern.compile("version ((\\d{1,4})\\.[\\d.]*)");

    /// The version of a QEMU program; empty if it prints none.
    static Optional<QemuVersion> of(Path program) {
        try {
            var process = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
            process.getOutputStream().close();
            var version = parse(new String(process.getInputStream().readAllBytes(), UTF_8));
            process.onExit().join();
            return version;
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be started: %s".formatted(program, e.getMessage()), e);
        }
    }

    static Optional<QemuVersion> parse(String said) {
        var version = VERSION.matcher(said);
        return version.find() ? Optional.of(new QemuVersion(Integer.parseInt(version.group(2)), version.group(1)))
                : Optional.empty();
    }
}
