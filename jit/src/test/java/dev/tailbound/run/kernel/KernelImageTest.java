package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.BadInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images are recognized by their headers, which contain their versions.
class KernelImageTest {
    @TempDir
    private Path folder;

    private static byte[] bzImage(String version) {
        var image = ByteBuffer.allocate(0x800).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0x202, "HdrS".getBytes(ISO_8859_1)).putShort(0x236, (short) 1).putShort(0x20e, (short) 0x300).put(0x500,
                version.getBytes(ISO_8859_1));
        return image.array();
    }

    private static byte[] arm64Image(String banner) {
        var image = ByteBuffer.allocate(0x800);
        image.put(56, "ARMd".getBytes(ISO_8859_1)).put(0x400, banner.getBytes(ISO_8859_1));
        return image.array();
    }

    private static byte[] zipped(byte[] content) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(content);
        }
        return zipped.toByteArray();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("vmlinuz"), content);
    }

    @Test
    void an_x86_64_bzimage_points_at_its_version() throws IOException {
        var image = KernelImage.read(file(bzImage("6.1.0-50-cloud-amd64 (debian) #1 SMP")), KernelArch.X86_64);
        assertThat(image.version()).isEqualTo(new KernelVersion(6, 1, "6.1.0-50-cloud-amd64"));
    }

    @Test
    void an_arm64_image_holds_its_banner() throws IOException {
        var banner = "\0Linux version 6.12.95+deb12-cloud-arm64 (debian-kernel@lists.debian.org)";
        var expected = new KernelVersion(6, 12, "6.12.95+deb12-cloud-arm64");
        assertThat(KernelImage.read(file(arm64Image(banner)), KernelArch.ARM64).version()).isEqualTo(expected);
        assertThat(KernelImage.read(file(zipped(arm64Image(banner))), KernelArch.ARM64).version()).isEqualTo(expected);
    }

    @Test
    void a_file_that_is_no_kernel_of_the_architecture_is_rejected_in_one_line() throws IOException {
        var x86 = file(bzImage("6.1.0"));
        assertThatThrownBy(() -> KernelImage.read(x86, KernelArch.ARM64)).isInstanceOf(BadInput.class)
                .hasMessage(x86 + ": expected a kernel image of arm64 (an Image), found one of x86-64");
    }

    @Test
    void other_files_are_described_by_their_header() {
        Map.of("", "an empty file", "\1", "none", "\0".repeat(4096), "none", "#!/bin/sh\n", "a text file", "\177ELF\2\1\1\0",
                "an ELF file of another machine, or of one whose boot loaders accept none", "MZ\0\0zimg\0",
                "an EFI zboot image, which QEMU cannot unpack")
                .forEach((content, found) -> assertThatThrownBy(
                        () -> KernelImage.read(file(content.getBytes(ISO_8859_1)), KernelArch.X86_64))
                        .isInstanceOf(BadInput.class).hasMessageEndingWith(
                                ": expected a kernel image of x86-64 (a bzImage), found %s; ./tailbound kernels shows where to get one",
                                found));
    }

    /// A section from 0x600 to 0x900, and one before it.
    private static byte[] withSections(byte[] image, int length) {
        var head = ByteBuffer.allocate(0x900).order(ByteOrder.LITTLE_ENDIAN).put(0, image);
        head.put(0, "MZ".getBytes(ISO_8859_1)).putInt(0x3c, 0x80).put(0x80, "PE".getBytes(ISO_8859_1)).putShort(0x86, (short) 2)
                .putShort(0x94, (short) 0x20);
        head.putInt(0xb8 + 16, 0x300).putInt(0xb8 + 20, 0x600).putInt(0xe0 + 16, 0x100).putInt(0xe0 + 20, 0x200);
        return Arrays.copyOf(head.array(), length);
    }

    @Test
    void a_truncated_image_is_rejected_with_its_size() throws IOException {
        var image = bzImage("6.1.0 (x)");
        assertThat(KernelImage.read(file(withSections(image, 0x900)), KernelArch.X86_64).version().release()).isEqualTo("6.1.0");
        for (int length : new int[]{ 0x240, 0x8ff }) {
            var part = file(withSections(image, length));
            assertThatThrownBy(() -> KernelImage.read(part, KernelArch.X86_64)).isInstanceOf(BadInput.class)
                    .hasMessage("%s: expected a whole kernel image, found the first %d of 2304 bytes", part, length);
        }
    }

    @Test
    void an_unreadable_image_is_rejected_in_one_line() throws IOException {
        var absent = folder.resolve("absent");
        var huge = folder.resolve("huge");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(257L << 20);
        }
        var damaged = file(Arrays.copyOf(zipped(arm64Image("")), 20));
        Map.of(folder, "expected a file, found a folder", absent, "no such file", huge,
                "expected at most 134217728 bytes, found more",
                damaged, "expected a kernel image, found damaged gzip", Path.of("/dev/null"), "expected a file, found a device")
                .forEach((file, found) -> assertThatThrownBy(() -> KernelImage.read(file, KernelArch.ARM64))
                        .isInstanceOf(BadInput.class).hasMessage("%s: %s", file, found));
    }

    @Test
    void a_version_with_control_characters_is_shown_escaped() throws IOException {
        var file = file(bzImage("\u001b[31mred\nsecond"));
        assertThatThrownBy(() -> KernelImage.read(file, KernelArch.X86_64)).isInstanceOf(BadInput.class)
                .hasMessageContaining("found '\\u001b[31mred\\nsecond");
        var colored = file(bzImage("6.1.0\u001b[31m"));
        assertThat(KernelImage.read(colored, KernelArch.X86_64).version().release()).isEqualTo("6.1.0");
        var huge = file(bzImage("99999999999.1"));
        assertThatThrownBy(() -> KernelImage.read(huge, KernelArch.X86_64)).isInstanceOf(BadInput.class);
    }

    @Test
    void a_header_with_bad_offsets_is_rejected() throws IOException {
        var broken = bzImage("6.1.0");
        broken[0x20f] = (byte) 0xff;
        var file = file(broken);
        assertThatThrownBy(() -> KernelImage.read(file, KernelArch.X86_64)).isInstanceOf(BadInput.class)
                .hasMessage(file + ": expected a kernel image with its version, found ''");
    }

    @Test
    void names_on_the_command_line_are_architecture_and_image() throws IOException {
        var file = file(bzImage("6.12.1 (x)"));
        assertThat(KernelSpec.parse("x86-64:" + file).label()).isEqualTo("kernel:x86-64:6.12.1");
        assertThat(KernelSpec.parse("amd64,plain:" + file).label()).isEqualTo("kernel:x86-64,plain:6.12.1");
        assertThatThrownBy(() -> KernelSpec.parse("sparc:" + file)).isInstanceOf(BadInput.class)
                .hasMessage("kernel sparc:%s: expected ARCH:IMAGE or ARCH,plain:IMAGE, ARCH one of %s", file, KernelArch.words());
        assertThatThrownBy(() -> KernelSpec.parse("arm64")).isInstanceOf(BadInput.class)
                .hasMessage("kernel arm64: expected arm64:IMAGE, found no image");
    }
}
