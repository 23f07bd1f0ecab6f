package dev.tailbound.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Type of the file at a path.
public enum FileKind {
    NOTHING("nothing"), REGULAR("a regular file"), FOLDER("a folder"), LINK("a link"), PIPE("a pipe"), DEVICE("a device"),
    BLOCK_DEVICE("a block device"), SOCKET("a socket"), OTHER("a file of an unknown kind");

    private static final Path DESCRIPTORS = Path.of("/dev/fd");
    private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

    private final String phrase;

    FileKind(String phrase) {
        this.phrase = phrase;
    }

    /// The type's name in messages.
    public String phrase() {
        return phrase;
    }

    /// Type of the file at the path, following links.
    public static FileKind of(Path path) throws IOException {
        return ofMode(path);
    }

    /// Type of the file at the path, without following links.
    public static FileKind ofItself(Path path) throws IOException {
        return ofMode(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// Whether the path names an open file of this process, such as `/dev/stdin` or a shell's `<(command)`.
    public static boolean isDescriptor(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        return absolute.startsWith(DESCRIPTORS) || absolute.startsWith(OWN_DESCRIPTORS)
                || absolute.toString().matches("/dev/std(in|out|err)");
    }

    private static FileKind ofMode(Path path, LinkOption... options) throws IOException {
        int mode;
        try {
            mode = (int) Files.getAttribute(path, "unix:mode", options);
        } catch (NoSuchFileException e) {
            return NOTHING;
        }
        return switch (mode >> 12 & 0xf) { // S_IFMT in inode(7)
            case 0x8 -> REGULAR;
            case 0x4 -> FOLDER;
            case 0xa -> LINK;
            case 0x1 -> PIPE;
            case 0x2 -> DEVICE;
            case 0x6 -> BLOCK_DEVICE;
            case 0xc -> SOCKET;
            default -> OTHER;
        };
    }
}
