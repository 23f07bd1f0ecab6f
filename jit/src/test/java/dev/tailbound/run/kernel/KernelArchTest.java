package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailbound.isa.BadInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The table of architectures: names, images, and an agent that the compiler accepts.
class KernelArchTest {
    private static final int EXECUTABLE = 2;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({ "x86-64,X86_64", "amd64,X86_64", "aarch64,ARM64", "riscv,RISCV64", "ppc64el,PPC64LE", "powerpc64le,PPC64LE",
        "loongarch64,LOONG64", "armhf,ARM", "arm32,ARM", "mipsel64,MIPS64EL", "x86,I386", "i686,I386" })
    void architectures_have_their_usual_names(String name, KernelArch arch) {
        assertThat(KernelArch.named(name)).contains(arch);
    }

    @Test
    void no_name_means_two_architectures() {
        var seen = new HashSet<String>();
        for (var arch : KernelArch.values()) {
            assertThat(seen.add(arch.word())).isTrue();
            assertThat(KernelArch.named(arch.debianName())).contains(arch);
        }
        assertThat(KernelArch.named("sparc")).isEmpty();
    }

    /// The processor that an agent was compiled for, by the machine number in its ELF header.
    @ParameterizedTest
    @CsvSource({ "X86_64,62", "ARM64,183", "RISCV64,243", "PPC64LE,21", "LOONG64,258", "ARM,40", "MIPS64EL,8", "I386,3" })
    void the_agent_is_compiled_for_each_architecture(KernelArch arch, int machine) throws IOException {
        var compiler = arch.compiler(System.getenv("PATH"));
        if (compiler.find(System.getenv("PATH")).isEmpty()) {
            var line = "agent %s: skipped, %s not found".formatted(arch.word(), compiler.name());
            System.out.println(line);
            abort(line);
        }
        var agent = ByteBuffer.wrap(GuestAgent.program(arch)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(agent.getShort(16)).isEqualTo((short) EXECUTABLE);
        assertThat(agent.getShort(18)).isEqualTo((short) machine);
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0x800).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] elf(int machine) {
        return empty().put(0, new byte[]{ 0x7f, 'E', 'L', 'F', 2, 1, 1 }).putInt(16, machine << 16 | EXECUTABLE).array();
    }

    private static byte[] image(KernelArch arch) {
        return switch (arch) {
            case X86_64 -> empty().putInt(0x202, 0x53726448).putShort(0x236, (short) 1).array();
            case I386 -> empty().putInt(0x202, 0x53726448).array();
            case ARM64 -> empty().put(56, "ARMd".getBytes(ISO_8859_1)).array();
            case RISCV64 -> empty().put(56, "RSC\5".getBytes(ISO_8859_1)).array();
            case PPC64LE -> elf(21);
            case MIPS64EL -> elf(8);
            case LOONG64 -> empty().put(4, "zimg".getBytes(ISO_8859_1)).putInt(60, 0x100).putShort(0x104, (short) 0x6264).array();
            case ARM -> empty().putInt(0x24, 0x016f2818).array();
        };
    }

    private static byte[] with(byte[] image, byte[] content) {
        var whole = Arrays.copyOf(image, image.length + content.length);
        System.arraycopy(content, 0, whole, image.length, content.length);
        return whole;
    }

    private static byte[] zipped(String text) throws IOException {
        var zipped = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(text.getBytes(ISO_8859_1));
        }
        return zipped.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void an_image_is_recognized_as_one_of_its_architecture_and_of_no_other(KernelArch arch) throws IOException {
        var file = Files.write(folder.resolve("vmlinuz"), image(arch));
        var bytes = ImageBytes.read(file, 1 << 20);
        assertThat(Stream.of(KernelArch.values()).filter(other -> other.format().isOf(bytes))).containsExactly(arch);
    }

    @ParameterizedTest
    @EnumSource(names = { "ARM64", "RISCV64", "PPC64LE", "MIPS64EL", "LOONG64", "ARM" })
    void a_version_is_found_in_the_banner_even_across_chunks(KernelArch arch) throws IOException {
        var banner = "Linux version %s (x)\n" + "x".repeat((1 << 16) - 0x800 - 40)
                + "Linux version 7.2.13+deb14-test (debian) \n";
        var file = Files.write(folder.resolve("vmlinuz"), with(image(arch), banner.getBytes(ISO_8859_1)));
        assertThat(KernelImage.read(file, arch).version()).isEqualTo(new KernelVersion(7, 2, "7.2.13+deb14-test"));
    }

    @Test
    void the_version_of_a_packed_kernel_is_read_from_what_it_unpacks() throws IOException {
        var content = with("\37\213\10 this is no gzip".getBytes(ISO_8859_1),
                zipped("padding Linux version 6.1.0-50-armmp (x) "));
        var file = Files.write(folder.resolve("vmlinuz"), with(image(KernelArch.ARM), content));
        assertThat(KernelImage.read(file, KernelArch.ARM).version().release()).isEqualTo("6.1.0-50-armmp");
    }

    @Test
    void a_truncated_elf_image_is_rejected_with_its_size() throws IOException {
        var elf = ByteBuffer.wrap(elf(21)).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0x900).putShort(58, (short) 64)
                .putShort(60, (short) 2).array();
        var file = Files.write(folder.resolve("vmlinux"), elf);
        assertThatThrownBy(() -> KernelImage.read(file, KernelArch.PPC64LE)).isInstanceOf(BadInput.class)
                .hasMessage("%s: expected a whole kernel image, found the first 2048 of 2432 bytes", file);
    }

    @Test
    void qemu_prints_its_version() {
        assertThat(QemuVersion.parse("QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds)"))
                .contains(new QemuVersion(10, "10.0.2"));
        assertThat(QemuVersion.parse("bash: command not found")).isEmpty();
    }

    /// Debian has kernels for all of them, under names that are not derived from the architecture's.
    @Test
    void each_architecture_names_a_package() {
        assertThat(List.of(KernelArch.values())).allSatisfy(arch -> assertThat(arch.metaPackage()).startsWith("linux-image-"));
    }
}
