package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.List;

/// A guest's initial file system: one program, `/init`, and its mount points.
///
/// The format is cpio's "newc", see Documentation/driver-api/early-userspace/buffer-format.rst.
final class Initramfs {
    private static final int FOLDER = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int CHARACTER_DEVICE = 0020600;
    private static final int CONSOLE_MAJOR = 5;
    private static final int CONSOLE_MINOR = 1;
    private static final int ALIGNMENT = 4;

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private int inode;

    private Initramfs() {}

    static byte[] of(byte[] init) {
        var initramfs = new Initramfs();
        for (var folder : List.of("dev", "proc", "sys")) {
            initramfs.entry(folder, FOLDER, 0, 0);
        }
        // Without it the kernel warns about a missing console.
        initramfs.entry("dev/console", CHARACTER_DEVICE, CONSOLE_MAJOR, CONSOLE_MINOR);
        initramfs.entry("init", PROGRAM, 0, 0, init);
        initramfs.entry("TRAILER!!!", 0, 0, 0);
        return initramfs.archive.toByteArray();
    }

    private void entry(String name, int mode, int deviceMajor, int deviceMinor, byte... content) {
        // inode, mode, owner, group, links, time, size, device of the file (two), device (two), length of the name, checksum
        var numbers = List.of(++inode, mode, 0, 0, 1, 0, content.length, 0, 0, deviceMajor, deviceMinor, name.length() + 1, 0);
        var header = new StringBuilder("070701");
        numbers.forEach(number -> header.append("%08x".formatted(number)));
        archive.writeBytes((header + name + '\0').getBytes(US_ASCII));
        pad();
        archive.writeBytes(content);
        pad();
    }

    private void pad() {
        while (archive.size() % ALIGNMENT != 0) {
            archive.write(0);
        }
    }
}
