package dev.tailbound.run.kernel;

import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A bootable kernel as shipped by distributions: a bzImage, an Image, an ELF file and so on, optionally gzipped; see [ImageFormat].
///
/// @param version as stored in the image
/// @param digest  the file's SHA-256, in hexadecimal
public record KernelImage(Path file, KernelArch arch, KernelVersion version, String digest) {
    /// Limit for the file and for the unpacked image.
    private static final int MAX_BYTES = 1 << 27;
    private static final String DIGEST = " sha256:";

    /// Reads the image's header; throws [BadInput] if it is not a kernel or has another architecture.
    public static KernelImage read(Path file, KernelArch arch) {
        var raw = ImageBytes.read(file, MAX_BYTES);
        var image = raw.unzipped(file, MAX_BYTES);
        if (!arch.format().isOf(image)) {
            var found = Stream.of(KernelArch.values()).filter(other -> other.format().isOf(image)).findFirst();
            throw new BadInput(file.toString(),
                    "expected a kernel image of %s (%s), found %s".formatted(arch.word(), arch.format().phrase(),
                            found.map(other -> "one of " + other.word()).orElseGet(
                                    () -> ImageFormat.stranger(image) + "; ./tailbound kernels shows where to get one")));
        }
        long whole = image.statedLength();
        if (image.length() < whole) {
            throw new BadInput(file.toString(),
                    "expected a whole kernel image, found the first %d of %d bytes".formatted(image.length(), whole));
        }
        var release = arch.format().release(image);
        var version = KernelVersion.parse(release).orElseThrow(() -> new BadInput(file.toString(),
                "expected a kernel image with its version, found " + BadInput.quoted(release)));
        return new KernelImage(file, arch, version, raw.digest());
    }

    /// What its JIT and its verifier promise.
    public JitPromises promises() {
        return JitPromises.of(arch, version);
    }

    /// Unique identity of the image: `6.1.0-50-cloud-amd64 sha256:DIGEST`.
    public String identity() {
        return version.release() + DIGEST + digest;
    }

    /// The image with this identity, which may no longer exist; throws [BadInput] if the text is not an identity.
    static KernelImage recorded(Path file, KernelArch arch, String identity) {
        int digest = identity.indexOf(DIGEST);
        var version = digest < 0 ? Optional.<KernelVersion>empty() : KernelVersion.parse(identity.substring(0, digest));
        return new KernelImage(file, arch,
                version.orElseThrow(() -> new BadInput(file.toString(),
                        "expected the version and the digest of a kernel image, found " + BadInput.quoted(identity))),
                identity.substring(digest + DIGEST.length()));
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
