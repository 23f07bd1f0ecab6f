package dev.tailbound.run.kernel;

import dev.tailbound.setup.MissingToolException;
import dev.tailbound.setup.Packages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A firmware image that QEMU does not contain, installed by the distribution or fetched into the [CacheFolder].
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
enum Firmware {
    LOONG64_EFI("qemu-efi-loongarch64", "QEMU_EFI.fd", List.of("/usr/share/qemu-efi-loongarch64", "/usr/share/edk2/loongarch64"));

    private static final String PLACE = "firmware";

    private final String debianPackage;
    private final String file;
    private final List<String> folders;

    Firmware(String debianPackage, String file, List<String> folders) {
        this.debianPackage = debianPackage;
        this.file = file;
        this.folders = folders;
    }

    /// Debian's package with it, for all architectures.
    String debianPackage() {
        return debianPackage;
    }

    /// The name of the image's file.
    String file() {
        return file;
    }

    /// Where a fetched image is stored, in an existing folder.
    Path place() {
        return CacheFolder.of(PLACE, debianPackage).resolve(file);
    }

    Optional<Path> find() {
        return Stream.concat(folders.stream().map(folder -> Path.of(folder, file)),
                Stream.of(CacheFolder.place(PLACE, debianPackage, file))).filter(Files::isReadable).findFirst();
    }

    /// Path of the image; throws [MissingToolException] if it is missing.
    Path require() {
        return find().orElseThrow(() -> new MissingToolException(
                "%s: not found on this machine; %s, or fetch a kernel with ./tailbound kernels"
                        .formatted(debianPackage + "/" + file, Packages.here().remedy(List.of(debianPackage)))));
    }
}
