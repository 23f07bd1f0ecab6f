package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.files.InputFile;
import dev.tailbound.isa.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// A bootable kernel as shipped by distributions: an x86-64 bzImage or an arm64 Image, optionally gzipped.
///
/// @param version as stored in the image
/// @param digest  the file's SHA-256, in hexadecimal
public record KernelImage(Path file, KernelArch arch, KernelVersion version, String digest) {
    // Documentation/arch/x86/boot.rst: "HdrS" at 0x202, the offset of the version's text, less 0x200, at 0x20e.
    private static final int X86_MAGIC_AT = 0x202;
    private static final int X86_VERSION_AT = 0x20e;
    private static final int X86_SETUP = 0x200;
    private static final int X86_MAGIC = 0x53726448;
    // Documentation/arch/arm64/booting.rst: "ARM\x64" at 56.
    private static final int ARM64_MAGIC_AT = 56;
    private static final int ARM64_MAGIC = 0x644d5241;
    private static final int GZIP_MAGIC = 0x8b1f;
    private static final int ELF_MAGIC = 0x464c457f;
    // drivers/firmware/efi/libstub/zboot-header.S: "zimg" at 4.
    private static final int ZBOOT_MAGIC_AT = 4;
    private static final int ZBOOT_MAGIC = 0x676d697a;
    // PE Format: "MZ", at 0x3c the offset of "PE\0\0", the COFF file header, the optional header, the section table.
    // @formatter:off
    private static final int MZ_MAGIC            = 0x5a4d;
    private static final int PE_OFFSET_AT        = 0x3c;
    private static final int PE_MAGIC            = 0x4550;
    private static final int PE_SECTIONS_AT      = 6;
    private static final int PE_OPTIONAL_SIZE_AT = 20;
    private static final int PE_OPTIONAL_HEADER  = 24;
    private static final int PE_SECTION_SIZE     = 40;
    private static final int PE_RAW_SIZE_AT      = 16;
    private static final int PE_RAW_AT           = 20;
    // @formatter:on

    /// Limit for the file and for the unpacked image.
    private static final int MAX_BYTES = 1 << 27;
    private static final int MAX_RELEASE = 64;
    private static final String DIGEST = " sha256:";
    private static final byte[] BANNER = "Linux version ".getBytes(ISO_8859_1);
    private static final Pattern RELEASE = Pattern.compile("(\\S{1,%d}) ".formatted(MAX_RELEASE));

    /// Reads the image's header; throws [BadInput] if it is not a kernel or has another architecture.
    public static KernelImage read(Path file, KernelArch arch) {
        var raw = InputFile.read(file, MAX_BYTES);
        var image = unzipped(file, raw);
        var found = recognize(image);
        if (found != arch) {
            throw new BadInput(file.toString(), "expected a kernel image of %s (%s), found %s".formatted(arch.word(),
                    arch == KernelArch.X86_64 ? "a bzImage" : "an Image",
                    found == null ? stranger(image) + "; ./tailbound kernels shows where to get one" : "one of " + found.word()));
        }
        long whole = end(image);
        if (image.length < whole) {
            throw new BadInput(file.toString(), "expected a whole kernel image, found the first %d of %d bytes".formatted(
                    image.length, whole));
        }
        var release = arch == KernelArch.X86_64 ? x86Release(image) : arm64Release(image);
        var version = KernelVersion.parse(release).orElseThrow(() -> new BadInput(file.toString(),
                "expected a kernel image with its version, found " + BadInput.quoted(release)));
        return new KernelImage(file, arch, version, digest(raw));
    }

    private static byte[] unzipped(Path file, byte... raw) {
        if ((word(raw, 0) & 0xffff) != GZIP_MAGIC) {
            return raw;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            return InputFile.read(file, in, MAX_BYTES);
        } catch (IOException e) {
            throw new BadInput(file.toString(), "expected a kernel image, found damaged gzip");
        }
    }

    /// The architecture; null if it is not a kernel.
    private static KernelArch recognize(byte[] image) {
        return word(image, X86_MAGIC_AT) == X86_MAGIC ? KernelArch.X86_64
                : word(image, ARM64_MAGIC_AT) == ARM64_MAGIC ? KernelArch.ARM64 : null;
    }

    /// Describes other file types, such as those from which kernels are built.
    private static String stranger(byte[] image) {
        return image.length == 0 ? "an empty file"
                : word(image, 0) == ELF_MAGIC ? "an ELF file, which boot loaders do not accept"
                        : word(image, ZBOOT_MAGIC_AT) == ZBOOT_MAGIC ? "an EFI zboot image, which QEMU cannot unpack"
                                : isText(image) ? "a text file" : "none";
    }

    private static boolean isText(byte[] image) {
        for (byte b : image) {
            if (b >= 0 && b < ' ' && !Character.isWhitespace(b)) {
                return false;
            }
        }
        return true;
    }

    /// End of the last PE section of an image with an EFI stub, as all distributions ship; 0 without one.
    private static long end(byte[] image) {
        int header = word(image, PE_OFFSET_AT);
        long end = 0;
        if ((word(image, 0) & 0xffff) == MZ_MAGIC && header > 0 && word(image, header) == PE_MAGIC) {
            int sections = word(image, header + PE_SECTIONS_AT) & 0xffff;
            int table = header + PE_OPTIONAL_HEADER + (word(image, header + PE_OPTIONAL_SIZE_AT) & 0xffff);
            for (int i = 0; i < sections; i++) {
                int section = table + i * PE_SECTION_SIZE;
                end = Math.max(end, Integer.toUnsignedLong(word(image, section + PE_RAW_SIZE_AT)) + Integer.toUnsignedLong(word(
                        image, section + PE_RAW_AT)));
            }
        }
        return end;
    }

    private static int word(byte[] image, int at) {
        return at < 0 || image.length - Integer.BYTES < at ? 0 : ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    private static String x86Release(byte[] image) {
        int from = (word(image, X86_VERSION_AT) & 0xffff) + X86_SETUP;
        int length = Math.clamp(image.length - from, 0, MAX_RELEASE);
        return new String(image, Math.min(from, image.length), length, ISO_8859_1);
    }

    private static String arm64Release(byte[] image) {
        for (int at = 0; at + BANNER.length < image.length; at++) {
            if (Arrays.equals(image, at, at + BANNER.length, BANNER, 0, BANNER.length)) {
                int from = at + BANNER.length;
                var release = RELEASE.matcher(new String(image, from, Math.min(MAX_RELEASE + 1, image.length - from),
                        ISO_8859_1));
                if (release.lookingAt()) {
                    return release.group(1);
                }
            }
        }
        return "";
    }

    private static String digest(byte... raw) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Unique identity of the image: `6.1.0-50-cloud-amd64 sha256:DIGEST`.
    public String identity() {
        return version.release() + DIGEST + digest;
    }

    /// The image with this identity, which may no longer exist; throws [BadInput] if the text is not an identity.
    static KernelImage recorded(Path file, KernelArch arch, String identity) {
        int digest = identity.indexOf(DIGEST);
        var version = digest < 0 ? Optional.<KernelVersion>empty() : KernelVersion.parse(identity.substring(0, digest));
        return new KernelImage(file, arch, version.orElseThrow(() -> new BadInput(file.toString(),
                "expected the version and the digest of a kernel image, found " + BadInput.quoted(identity))), identity.substring(
                        digest + DIGEST.length()));
    }

    /// Whether the file still contains this image.
    public boolean isThere() {
        try {
            return read(file, arch).equals(this);
        } catch (BadInput absent) {
            return false;
        }
    }

    /// `x86-64 6.1.0-50-cloud-amd64`
    public String describe() {
        return arch.word() + " " + version.release();
    }
}
