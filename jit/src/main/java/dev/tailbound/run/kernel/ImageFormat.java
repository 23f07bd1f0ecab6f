package dev.tailbound.run.kernel;

import java.util.Optional;
import java.util.function.Predicate;

/// The format of an architecture's kernel images: how to recognize one, and where its version is.
@SuppressWarnings("ImmutableEnumChecker") // tests of headers
enum ImageFormat {
    // @formatter:off
    // Documentation/arch/x86/boot.rst: "HdrS" at 0x202; xloadflags at 0x236, whose bit 0 is XLF_KERNEL_64.
    BZIMAGE_64 ("a bzImage",          image -> image.word(0x202) == Magic.HDRS && (image.word(0x236) & 1) != 0),
    BZIMAGE_32 ("a bzImage",          image -> image.word(0x202) == Magic.HDRS && (image.word(0x236) & 1) == 0),
    // Documentation/arch/arm64/booting.rst: "ARM\x64" at 56. Documentation/arch/riscv/boot-image-header.rst: "RSC\x05" at 56.
    ARM64      ("an Image",           image -> image.word(56) == 0x644d5241),
    RISCV64    ("an Image",           image -> image.word(56) == 0x05435352),
    // System V ABI: 64 bits, little-endian, an executable (2) of the machine.
    ELF_PPC64LE("an ELF file",        image -> image.word(0) == Magic.ELF && image.word(4) == Magic.ELF_64_LITTLE && image.word(16) == (21 << 16 | 2)),
    ELF_MIPS64 ("an ELF file",        image -> image.word(0) == Magic.ELF && image.word(4) == Magic.ELF_64_LITTLE && image.word(16) == (8 << 16 | 2)),
    // drivers/firmware/efi/libstub/zboot-header.S: "zimg" at 4; PE Format: the machine after "PE\0\0".
    ZBOOT_LOONG("an EFI zboot image", image -> image.word(4) == Magic.ZIMG && (image.word(image.word(60) + 4) & 0xffff) == 0x6264),
    // arch/arm/boot/compressed/head.S: the magic number at 0x24.
    ZIMAGE     ("a zImage",           image -> image.word(0x24) == 0x016f2818);
    // @formatter:on

    private static final class Magic {
        private static final int HDRS = 0x53726448;
        private static final int ELF = 0x464c457f;
        private static final int ELF_64_LITTLE = 0x00010102;
        private static final int ZIMG = 0x676d697a;
    }

    // boot.rst: the offset of the version's text, less 0x200, at 0x20e.
    private static final int X86_VERSION_AT = 0x20e;
    private static final int X86_SETUP = 0x200;
    private static final int MAX_RELEASE = 64;

    private final String phrase;
    private final Predicate<ImageBytes> header;

    ImageFormat(String phrase, Predicate<ImageBytes> header) {
        this.phrase = phrase;
        this.header = header;
    }

    /// `a bzImage`
    String phrase() {
        return phrase;
    }

    /// Whether the image has this format.
    boolean isOf(ImageBytes image) {
        return header.test(image);
    }

    /// Describes a file that has no format of an architecture's kernels.
    static String stranger(ImageBytes image) {
        return image.length() == 0 ? "an empty file"
                : image.word(0) == Magic.ELF ? "an ELF file of another machine, or of one whose boot loaders accept none"
                        : image.word(4) == Magic.ZIMG ? "an EFI zboot image, which QEMU cannot unpack"
                                : image.isText() ? "a text file" : "none";
    }

    /// The release that the image names, which may be malformed; empty if there is none.
    String release(ImageBytes image) {
        return switch (this) {
            case BZIMAGE_64, BZIMAGE_32 -> image.text((image.word(X86_VERSION_AT) & 0xffff) + X86_SETUP, MAX_RELEASE);
            case ARM64, RISCV64, ELF_PPC64LE -> ReleaseBanner.in(image).orElse("");
            case ELF_MIPS64, ZBOOT_LOONG, ZIMAGE -> ReleaseBanner.in(image)
                    .or(() -> PackedKernel.in(image).map(PackedKernel::release).flatMap(Optional::stream).findFirst()).orElse("");
        };
    }
}
