package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.isa.BadInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A kernel to boot, as distributions ship it: an x86-64 bzImage or an arm64 Image, which may be compressed with gzip.
///
/// @param version as the image itself tells it
public record KernelImage(Path file, KernelArch arch, KernelVersion version) {
    // Documentation/arch/x86/boot.rst: "HdrS" at 0x202, the offset of the version's text, less 0x200, at 0x20e.
    private static final int X86_MAGIC_AT = 0x202;
    private static final int X86_VERSION_AT = 0x20e;
    private static final int X86_SETUP = 0x200;
    private static final int X86_MAGIC = 0x53726448;
    // Documentation/arch/arm64/booting.rst: "ARM\x64" at 56.
    private static final int ARM64_MAGIC_AT = 56;
    private static final int ARM64_MAGIC = 0x644d5241;
    private static final int GZIP_MAGIC = 0x8b1f;

    private static final int LARGEST = 1 << 28;
    private static final int LONGEST_RELEASE = 64;
    private static final Pattern BANNER = Pattern.compile("Linux version (\\S{1,64}) ");

    /// Reads the image's head; throws [BadInput] where it is no kernel, or one of another architecture.
    public static KernelImage read(Path file, KernelArch arch) {
        byte[] image;
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                throw new BadInput(file.toString(), "expected a kernel image, found " + what(file));
            }
            image = content(file);
        } catch (ZipException | EOFException e) {
            throw new BadInput(file.toString(), "expected a kernel image, found damaged gzip");
        } catch (AccessDeniedException e) {
            throw new BadInput(file.toString(), "expected a kernel image, found one that may not be read");
        } catch (IOException e) {
            throw new BadInput(file.toString(), "cannot be read: " + e.getMessage());
        }
        var found = recognize(image);
        if (found != arch) {
            throw new BadInput(file.toString(), "expected a kernel image of %s (%s), found %s".formatted(arch.word(),
                    arch == KernelArch.X86_64 ? "a bzImage" : "an Image",
                    found == null ? "none; ./tailbound kernels tells where to get one" : "one of " + found.word()));
        }
        var release = arch == KernelArch.X86_64 ? x86Release(image) : arm64Release(image);
        return new KernelImage(file, arch, KernelVersion.parse(release).orElseThrow(() -> new BadInput(file.toString(),
                "expected a kernel image that tells its version, found '%s'".formatted(release))));
    }

    private static String what(Path file) throws IOException {
        return Files.isRegularFile(file) ? "%d MiB, more than %d".formatted(Files.size(file) >> 20, LARGEST >> 20)
                : Files.isDirectory(file) ? "a folder" : Files.exists(file) ? "no regular file" : "no file";
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            var raw = in.readAllBytes();
            if (raw.length > 2 && ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort(0) == (short) GZIP_MAGIC) {
                try (var unzipped = new GZIPInputStream(Files.newInputStream(file))) {
                    return unzipped.readNBytes(LARGEST);
                }
            }
            return raw;
        }
    }

    /// The architecture; null where it is no kernel.
    private static KernelArch recognize(byte[] image) {
        return word(image, X86_MAGIC_AT) == X86_MAGIC ? KernelArch.X86_64
                : word(image, ARM64_MAGIC_AT) == ARM64_MAGIC ? KernelArch.ARM64 : null;
    }

    private static int word(byte[] image, int at) {
        return image.length < at + Integer.BYTES ? 0 : ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static String x86Release(byte[] image) {
        int from = (word(image, X86_VERSION_AT) & 0xffff) + X86_SETUP;
        int length = Math.clamp(image.length - from, 0, LONGEST_RELEASE);
        return new String(image, Math.min(from, image.length), length, ISO_8859_1);
    }

    private static String arm64Release(byte[] image) {
        var banner = BANNER.matcher(new String(image, ISO_8859_1));
        return banner.find() ? banner.group(1) : "";
    }

    /// `x86-64 6.1.0-50-cloud-amd64`
    public String describe() {
        return arch.word() + " " + version.release();
    }
}
