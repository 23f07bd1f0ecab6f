package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/// The text `Linux version RELEASE ` in every kernel, init/version.c.
final class ReleaseBanner {
    private static final Pattern BANNER = Pattern.compile("Linux version ([0-9]\\S{1,63}) ");
    /// Longer than the banner's part that is matched.
    private static final int OVERLAP = 128;
    private static final int CHUNK = 1 << 16;

    private ReleaseBanner() {}

    /// The release in an image that is not packed.
    static Optional<String> in(ImageBytes image) {
        for (int from = 0; from < image.length(); from += CHUNK) {
            var found = in(image.text(from, CHUNK + OVERLAP));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The release in the first `limit` bytes of a stream, of which no more is read than needed.
    static Optional<String> in(InputStream stream, int limit) throws IOException {
        var text = "";
        for (int read = 0; read < limit; read += CHUNK) {
            var chunk = stream.readNBytes(CHUNK);
            text = text.substring(Math.max(0, text.length() - OVERLAP)) + new String(chunk, ISO_8859_1);
            var found = in(text);
            if (found.isPresent() || chunk.length == 0) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> in(String text) {
        return BANNER.matcher(text).results().map(found -> found.group(1)).findFirst();
    }
}
