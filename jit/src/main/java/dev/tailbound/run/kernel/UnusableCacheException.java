package dev.tailbound.run.kernel;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// The [CacheFolder] cannot be created or written.
public final class UnusableCacheException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnusableCacheException(Path file, IOException cause) {
        super("%s: cannot be written (%s), set XDG_CACHE_HOME to a folder that can".formatted(file,
                cause.getClass().getSimpleName()), cause);
    }
}
