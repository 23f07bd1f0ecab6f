package dev.tailbound.files;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/// Checks file owners where files of other users must not be trusted.
public final class Owner {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final int ROOT = 0;

    private Owner() {}

    /// Throws [BadInput] if a folder, following links, belongs neither to this user nor to root.
    public static void requireTrusted(Path folder) throws IOException {
        if ((int) Files.getAttribute(folder, "unix:uid") != ROOT) {
            require(folder, Files.getOwner(folder));
        }
    }

    /// Throws [BadInput] if a file, or the link itself, does not belong to this user.
    public static void requireUser(Path file) throws IOException {
        require(file, Files.getOwner(file, LinkOption.NOFOLLOW_LINKS));
    }

    private static void require(Path file, UserPrincipal found) throws IOException {
        var user = Files.getOwner(PROCESS);
        if (!found.equals(user)) {
            throw new BadInput(file.toString(),
                    "expected a file or folder of user %s, found one of user %s".formatted(user.getName(), found.getName()));
        }
    }
}
