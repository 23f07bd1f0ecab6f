package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import dev.tailbound.setup.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Fetches Debian's kernels with apt into separate folders; installs nothing and does not change apt's configuration.
public final class KernelPackages {
    private static final Tool APT_GET = new Tool("apt-get");
    private static final Tool APT_CACHE = new Tool("apt-cache");
    private static final Tool DPKG_DEB = new Tool("dpkg-deb");
    private static final String KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static final String KERNELS = "kernels";
    private static final String IMAGE = "vmlinuz-";
    private static final Pattern SUITE = Pattern.compile("[a-z0-9-]+");
    /// Dependency of a meta package; newer kernels have a separate package for the image.
    private static final Pattern IMAGE_PACKAGE = Pattern.compile("^Depends:.* (linux-(?:image|binary)-\\d[^ ,]*)",
            Pattern.MULTILINE);

    private final String mirror;
    private final String suite;
    private final KernelArch arch;
    private final Path apt;

    /// Throws [BadInput] if `suite` is not a valid suite name.
    public KernelPackages(String mirror, String suite, KernelArch arch) {
        if (!SUITE.matcher(suite).matches()) {
            throw new BadInput("--fetch", "expected a suite such as bookworm, found '%s'".formatted(suite));
        }
        this.mirror = mirror;
        this.suite = suite;
        this.arch = arch;
        apt = CacheFolder.of("apt", suite + "-" + arch.debianName());
    }

    /// The Debian mirror that this machine's apt uses; throws [IOException] if there is none.
    public static String mirror() throws IOException {
        return archive(run(Path.of("."), APT_GET, List.of("indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")))
                .orElseThrow(() -> new IOException("apt uses no mirror of Debian here, name one with --mirror"));
    }

    /// The first of these repositories, one per line, that is Debian's archive: by convention all mirrors have it in a folder `debian`.
    static Optional<String> archive(String repositories) {
        return repositories.lines().map(line -> line.replaceFirst("/$", "")).filter(line -> line.endsWith("/debian")).findFirst();
    }

    /// Previously fetched images of all suites.
    public static List<Path> fetched(KernelArch arch) throws IOException {
        return Files.isDirectory(place(arch)) ? CacheFolder.files(place(arch)) : List.of();
    }

    /// Folder for images of the architecture.
    static Path place(KernelArch arch) {
        return CacheFolder.place(KERNELS, arch.word());
    }

    /// Resolves the image in an engine's name: a file, or the release of an image in the folder `fetched`, such as `6.1.0-50-cloud-amd64`.
    static Path image(Path fetched, String name) {
        var file = Path.of(name);
        var image = fetched.resolve(IMAGE + name);
        return !Files.exists(file) && Files.exists(image) ? image : file;
    }

    /// The release of a fetched image.
    public static String release(Path image) {
        return image.getFileName().toString().replaceFirst("^" + IMAGE, "");
    }

    /// Fetches the suite's current kernel, and firmware that this machine lacks for it, unless cached; returns the image.
    public Path fetch() throws IOException {
        for (var folder : List.of("lists/partial", "archives/partial")) {
            Files.createDirectories(apt.resolve(folder));
        }
        Files.writeString(apt.resolve("status"), "", UTF_8);
        Files.writeString(apt.resolve("sources.list"),
                "deb [arch=%s signed-by=%s] %s %s main%n".formatted(arch.debianName(), KEYS, mirror, suite), UTF_8);
        apt(APT_GET, "update");
        var name = imagePackage(arch.metaPackage());
        var image = CacheFolder.of(KERNELS, arch.word()).resolve(IMAGE + name.replaceFirst("linux-(image|binary)-", ""));
        if (!Files.exists(image)) {
            unpack(name + ":" + arch.debianName(), image, file -> file.matches("vmlinu[xz].*"));
        }
        var firmware = arch.board().firmware().filter(needed -> needed.find().isEmpty());
        if (firmware.isPresent()) {
            unpack(firmware.get().debianPackage(), firmware.get().place(), firmware.get().file()::equals);
        }
        return image;
    }

    /// Follows dependencies to the package with the image.
    private String imagePackage(String name) throws IOException {
        var found = IMAGE_PACKAGE.matcher(apt(APT_CACHE, "show", "--no-all-versions", name + ":" + arch.debianName()));
        if (!found.find() || found.group(1).equals(name)) {
            return name;
        }
        return imagePackage(found.group(1));
    }

    /// Stores the package's first file with such a name as `target`.
    private void unpack(String name, Path target, Predicate<String> wanted) throws IOException {
        var folder = Files.createTempDirectory(apt, "unpacked");
        try {
            apt(folder, APT_GET, "download", name);
            try (var files = Files.list(folder)) {
                var archive = files.findFirst().orElseThrow(() -> new IOException("apt-get fetched no " + name));
                run(folder, DPKG_DEB, List.of("--extract", archive.toString(), folder.toString()));
                Files.delete(archive);
            }
            try (var files = Files.walk(folder)) {
                var unpacked = files.filter(Files::isRegularFile).filter(file -> wanted.test(file.getFileName().toString()))
                        .findFirst().orElseThrow(() -> new IOException("no such file in " + name));
                CacheFolder.write(target, Files.readAllBytes(unpacked));
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private String apt(Tool tool, String... arguments) throws IOException {
        return apt(apt, tool, arguments);
    }

    /// Runs apt with separate lists, packages and configuration.
    private String apt(Path folder, Tool tool, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "Dir::Etc::SourceList=" + apt.resolve("sources.list"), "-o", "Dir::Etc::SourceParts=/dev/null",
                "-o", "Dir::State=" + apt, "-o", "Dir::State::status=" + apt.resolve("status"), "-o", "Dir::Cache=" + apt,
                "-o", "APT::Architectures::=" + arch.debianName(), "-o", "Acquire::Languages=none",
                // apt's sandbox user may lack write permission for this user's folder.
                "-o", "APT::Sandbox::User=", "-q"));
        return run(folder, tool, all);
    }

    private static String run(Path folder, Tool tool, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(tool.require().toString()));
        command.addAll(arguments);
        var errors = Files.createTempFile("tailbound", ".err");
        try {
            var process = new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile()).start();
            var said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("%s %s failed: %s".formatted(tool.name(), arguments.getFirst(),
                        Files.readString(errors, UTF_8).lines().findFirst().orElse("no error message")));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while %s ran".formatted(tool.name()), e);
        } finally {
            Files.delete(errors);
        }
    }
}
