package dev.tailbound.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// A folder with untrusted content: no name leads out of it, no link in it is followed, and no file in it is read beyond a limit.
///
/// An entry of unexpected type is a [BadInput] that names it. The folder itself may be a link because the user chose it.
///
/// @param path of the folder
public record Folder(Path path) {

    /// Path of an entry of the folder; throws [BadInput] if the name is not a plain file name.
    public Path resolve(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0
                || !Printable.line(name).equals(name)) {
            throw new BadInput(path.toString(), "expected the name of a file, found " + BadInput.quoted(name));
        }
        return path.resolve(name);
    }

    /// Type of an entry; throws [BadInput] if it cannot be determined.
    public FileKind kind(String name) {
        try {
            return FileKind.ofItself(resolve(name));
        } catch (IOException failure) {
            throw unreadable(resolve(name), failure);
        }
    }

    /// A subfolder, created if missing.
    public Folder make(String name) throws IOException {
        if (kind(name) == FileKind.NOTHING) {
            Files.createDirectory(resolve(name));
        }
        return folder(name);
    }

    /// An existing subfolder.
    public Folder folder(String name) {
        require(name, FileKind.FOLDER);
        return new Folder(resolve(name));
    }

    /// Sorted names of all entries.
    public List<String> names() {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw unreadable(path, failure);
        } catch (UncheckedIOException failure) {
            throw unreadable(path, failure.getCause());
        }
    }

    /// The content of a file of at most `limit` bytes; throws [BadInput] if it cannot be read.
    public byte[] read(String name, int limit) {
        return reading(name, in -> InputFile.read(resolve(name), in, limit));
    }

    /// The text of a file of at most `limit` bytes; invalid UTF-8 becomes replacement characters.
    public String text(String name, int limit) {
        return new String(read(name, limit), UTF_8);
    }

    /// The text of a file, or the beginning of a longer one.
    public String beginning(String name, int limit) {
        return new String(reading(name, in -> in.readNBytes(limit)), UTF_8);
    }

    private interface Reader {
        byte[] read(InputStream in) throws IOException;
    }

    private byte[] reading(String name, Reader reader) {
        try {
            require(name, FileKind.REGULAR);
            try (var in = Files.newInputStream(resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                return reader.read(in);
            }
        } catch (IOException failure) {
            throw unreadable(resolve(name), failure);
        }
    }

    private static BadInput unreadable(Path place, IOException failure) {
        return new BadInput(place.toString(), "cannot be read: " + IoErrors.reason(failure));
    }

    /// Writes a file atomically, replacing a file or link of the same name.
    public void write(String name, String text) throws IOException {
        refuseFolder(name);
        AtomicFile.write(resolve(name), text);
    }

    /// The same with bytes.
    public void write(String name, byte... content) throws IOException {
        refuseFolder(name);
        AtomicFile.write(resolve(name), content);
    }

    /// Opens a file to modify it in place, and creates it if missing. Rejects files with several hard links: they may be outside the folder.
    public FileChannel open(String name) throws IOException {
        if (kind(name) != FileKind.NOTHING) {
            require(name, FileKind.REGULAR);
            int links = (int) Files.getAttribute(resolve(name), "unix:nlink", LinkOption.NOFOLLOW_LINKS);
            if (links != 1) {
                throw new BadInput(resolve(name).toString(),
                        "expected a file with one name, found one with %d hard links".formatted(links));
            }
        }
        return FileChannel.open(resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /// Opens an existing file for reading.
    public FileChannel openToRead(String name) throws IOException {
        require(name, FileKind.REGULAR);
        return FileChannel.open(resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /// Renames an entry; the new name must not exist.
    public void move(String from, String to) throws IOException {
        require(to, FileKind.NOTHING);
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Deletes a file or a link, if it exists.
    public void delete(String name) throws IOException {
        refuseFolder(name);
        Files.deleteIfExists(resolve(name));
    }

    /// Deletes a subfolder that contains only files and links.
    public void deleteFolder(String name) throws IOException {
        folder(name).clear();
        Files.delete(resolve(name));
    }

    /// Deletes all files and links in the folder; throws [BadInput] and deletes nothing if it contains a folder.
    public void clear() throws IOException {
        var names = names();
        names.forEach(this::refuseFolder);
        for (var name : names) {
            delete(name);
        }
    }

    private void refuseFolder(String name) {
        if (kind(name) == FileKind.FOLDER) {
            require(name, FileKind.REGULAR);
        }
    }

    private void require(String name, FileKind expected) {
        var found = kind(name);
        if (found != expected) {
            throw new BadInput(resolve(name).toString(), "expected %s, found %s".formatted(expected.phrase(), found.phrase()));
        }
    }
}
