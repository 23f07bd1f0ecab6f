package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.generate.Choices;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/// A campaign folder that is changed at random, next to a folder that must not change.
public final class HostileFolder {
    private static final String SIGNATURE = "x86-64-stack-copy.budget.tail-call.over-budget";
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final List<String> NUMBERS = List.of("-1", "0", "9223372036854775807", "99999999999999999999", "NaN", "1e308",
            "-0", "1.0e9", "4503599627370496");
    private static final List<String> NAMES = List.of("../../x", "..", "/etc/x", "a\nb", "\u001b[31m", "x.tmp", "crash",
            "report.md.tmp", "arm64:x26.r0", "", "\u202e", "-x", "@y");

    private final Path place;
    private final Path out;
    private final Path elsewhere;
    private final Path pipe;
    private final Map<String, String> before;

    /// In an empty folder.
    public HostileFolder(Path place) throws IOException {
        this.place = place;
        out = place.resolve("out");
        elsewhere = Files.createDirectories(place.resolve("elsewhere/inner")).getParent();
        for (var name : List.of("journal", "stats", "x.tmp", "original.case", "inner/heartbeat", "inner/x.tmp", "lock")) {
            Files.writeString(elsewhere.resolve(name), "kept: " + name);
        }
        pipe = elsewhere.resolve("pipe");
        try {
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        before = snapshot();
    }

    /// The campaign's folder.
    public Path out() {
        return out;
    }

    /// Creates the folder again and changes it in one to four ways.
    public void change(Choices choices) throws IOException {
        remove(out);
        write();
        for (int changes = 1 + choices.below(4); changes > 0; changes--) {
            change(choices, pick(choices, below(out)));
        }
    }

    private void write() throws IOException {
        StoredCampaign.of(out, "oracle x86-64:stack-copy").counted("0 10 agree=9 crash=1 finding:crash=1/3/3",
                "10 12 agree=1 diverge=1 finding:%s=1/11/11 pass:zext=1 interleavings=3".formatted(SIGNATURE))
                .sampled("0.500 0 0 0", "2.000 12 12 1").found(SIGNATURE).found("crash");
        for (var signature : List.of(SIGNATURE, "crash")) {
            var finding = out.resolve("findings").resolve(signature);
            Files.writeString(finding.resolve("stats"), """
                    count = 1
                    case = 3
                    first_case = 3
                    last_case = 3
                    first_time = 2026-01-02T03:04:05Z
                    last_time = 2026-01-02T03:04:05Z
                    """);
            Files.copy(StoredCampaign.HIERARCHY, finding.resolve("original.case"));
        }
        Files.createDirectory(out.resolve("workers"));
        Files.writeString(out.resolve("workers/0.heartbeat"), "beat");
        Files.writeString(out.resolve("lock"), "");
        Files.writeString(out.resolve("report.html"), "page");
    }

    private void change(Choices choices, Path path) throws IOException {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && choices.below(3) > 0) {
            var bytes = changed(choices, Files.readAllBytes(path));
            Files.delete(path); // it may be a hard link of a file elsewhere
            Files.write(path, path.endsWith("journal") && choices.below(2) == 0 ? sealed(bytes) : bytes);
            return;
        }
        switch (choices.below(8)) {
            case 0 -> remove(path);
            case 1 -> link(choices, path);
            case 2 -> {
                remove(path);
                Files.createDirectories(choices.below(2) == 0 ? path : path.resolve("inner"));
            }
            case 3 -> link(choices, fresh(choices, path));
            case 4 -> {
                var inner = fresh(choices, path);
                remove(inner);
                Files.createDirectories(inner.resolve("inner"));
            }
            case 5 -> {
                var file = fresh(choices, path);
                if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.write(file, changed(choices, new byte[choices.below(100)]));
                }
            }
            case 6 -> {
                remove(path);
                Files.createLink(path, elsewhere.resolve("journal"));
            }
            default -> {
                if (choices.below(10) == 0) {
                    remove(path);
                    Files.createLink(path, pipe);
                }
            }
        }
    }

    /// A sibling of a path.
    private static Path fresh(Choices choices, Path path) {
        var name = pick(choices, NAMES).replace("/", "_").replace("..", "...");
        var sibling = path.resolveSibling(name.isEmpty() ? "new" : name);
        return Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS) ? sibling.resolve("new") : sibling;
    }

    private void link(Choices choices, Path path) throws IOException {
        remove(path);
        Files.createSymbolicLink(path, pick(choices, List.of(elsewhere, elsewhere.resolve("journal"), elsewhere.resolve("inner"),
                elsewhere.resolve("absent"), Path.of("/dev/zero"), Path.of("/dev/full"), path, Path.of("../elsewhere/stats"))));
    }

    /// The bytes with one to four changes.
    public static byte[] changed(Choices choices, byte... bytes) {
        var text = new StringBuilder(new String(bytes, ISO_8859_1));
        for (int edits = 1 + choices.below(4); edits > 0; edits--) {
            int at = choices.below(text.length() + 1);
            switch (choices.below(6)) {
                case 0 -> text.setLength(at);
                case 1 -> text.insert(at, (char) choices.below(256));
                case 2 -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) choices.below(256));
                    }
                }
                case 3 -> text.insert(at, pick(choices, NAMES));
                case 4 -> text.insert(at, text.substring(0, Math.min(at, 200)));
                default -> {
                    var number = NUMBER.matcher(text);
                    if (number.find(at)) {
                        text.replace(number.start(), number.end(), pick(choices, NUMBERS));
                    }
                }
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    /// The lines of a journal, with correct checksums.
    private static byte[] sealed(byte... bytes) {
        return new String(bytes, ISO_8859_1).lines().map(line -> line.substring(line.indexOf(' ') + 1)).map(line -> {
            var checksum = new CRC32();
            checksum.update(line.getBytes(UTF_8));
            return "%08x %s\n".formatted(checksum.getValue(), line);
        }).collect(Collectors.joining()).getBytes(ISO_8859_1);
    }

    private static <T> T pick(Choices choices, List<T> from) {
        return from.get(choices.below(from.size()));
    }

    /// Fails if anything outside the campaign's folder has changed.
    public void assertNothingElseChanged() throws IOException {
        assertThat(snapshot()).isEqualTo(before);
    }

    /// Names, kinds and contents of all files outside the campaign's folder.
    private Map<String, String> snapshot() throws IOException {
        var snapshot = new TreeMap<String, String>();
        for (var path : below(place)) {
            if (!path.startsWith(out)) {
                snapshot.put(path.toString(), Files.isRegularFile(path) ? Files.readString(path)
                        : Files.readAttributes(path,
                                "unix:mode,ino").toString());
            }
        }
        return snapshot;
    }

    private static List<Path> below(Path folder) throws IOException {
        var paths = new ArrayList<Path>();
        try (var walk = Files.walk(folder)) {
            walk.filter(path -> !path.equals(folder)).forEach(paths::add);
        }
        paths.sort(null);
        return paths.isEmpty() ? List.of(folder.resolve("new")) : paths;
    }

    private static void remove(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
