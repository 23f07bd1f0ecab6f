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

/// A folder whose content somebody else may have made: no name leads out of it, no link in it is followed, and no file in it is read beyond a limit.
///
/// What is not of the expected kind is a [BadInput] that names it. The folder itself may be a link: a user who names it says so.
///
/// @param path of the folder
public record Folder(Path path) {

    /// The path of something in the folder; throws [BadInput] where the name is not one of a file.
    public Path resolve(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 || !Printable.line(name).equals(
                name)) {
            throw new BadInput(path.toString(), "expected the name of a file, found " + BadInput.quoted(name));
        }
        return path.resolve(name);
    }

    /// What lies at a name; throws [BadInput] where that cannot be found out.
    public FileKind kind(String name) {
        try {
            return FileKind.ofItself(resolve(name));
        } catch (IOException failure) {
            throw unreadable(resolve(name), failure);
        }
    }

    /// A folder in this one, made if it is not there.
    public Folder make(String name) throws IOException {
        if (kind(name) == FileKind.NOTHING) {
            Files.createDirectory(resolve(name));
        }
        return folder(name);
    }

    /// A folder in this one.
    public Folder folder(String name) {
        require(name, FileKind.FOLDER);
        return new Folder(resolve(name));
    }

    /// The names of all that is in the folder, in order.
    public List<String> names() {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw unreadable(path, failure);
        } catch (UncheckedIOException failure) {
            throw unreadable(path, failure.getCause());
        }
    }

    /// The content of a file of at most `limit` bytes; throws [BadInput] where it cannot be read.
    public byte[] read(String name, int limit) {
        return reading(name, in -> InputFile.read(resolve(name), in, limit));
    }

    /// The text of a file of at most `limit` bytes; bytes that are no UTF-8 become replacement characters.
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

    /// Writes a file as a whole; it takes the place of a file or link of its name.
    public void write(String name, String text) throws IOException {
        refuseFolder(name);
        AtomicFile.write(resolve(name), text);
    }

    /// Opens a file to change it in place, which is made if it is not there. A file with further names is refused: they may be elsewhere.
    public FileChannel open(String name) throws IOException {
        if (kind(name) != FileKind.NOTHING) {
            require(name, FileKind.REGULAR);
            int links = (int) Files.getAttribute(resolve(name), "unix:nlink", LinkOption.NOFOLLOW_LINKS);
            if (links != 1) {
                throw new BadInput(resolve(name).toString(), "expected a file with one name, found one with %d hard links"
                        .formatted(links));
            }
        }
        return FileChannel.open(resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /// Opens a file that is there to look at it.
    public FileChannel openToRead(String name) throws IOException {
        require(name, FileKind.REGULAR);
        return FileChannel.open(resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /// Gives something another name, which nothing has.
    public void move(String from, String to) throws IOException {
        require(to, FileKind.NOTHING);
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Deletes a file or a link, if it is there.
    public void delete(String name) throws IOException {
        refuseFolder(name);
        Files.deleteIfExists(resolve(name));
    }

    /// Deletes a folder in this one, in which there may be files and links.
    public void deleteFolder(String name) throws IOException {
        folder(name).clear();
        Files.delete(resolve(name));
    }

    /// Deletes the files and links in the folder; throws [BadInput], and deletes nothing, where there is a folder among them.
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
