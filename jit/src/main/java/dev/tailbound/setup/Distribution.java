package dev.tailbound.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A Linux distribution, as os-release(5) describes it.
///
/// @param title such as `Debian GNU/Linux 12 (bookworm)`
/// @param names possible names in the package table, the most specific first: `debian-12`, `bookworm`, `debian`
public record Distribution(String title, List<String> names) {
    /// The second is the fallback if the first was removed.
    private static final List<Path> FILES = List.of(Path.of("/etc/os-release"), Path.of("/usr/lib/os-release"));
    private static final Pattern ASSIGNMENT = Pattern.compile("^([A-Z_]+)=[\"']?(.*?)[\"']?$", Pattern.MULTILINE);

    /// This machine's distribution; without names if no os-release file is readable.
    public static Distribution here() {
        try {
            var file = FILES.stream().filter(Files::isReadable).findFirst();
            return parse(file.isPresent() ? new String(Files.readAllBytes(file.get()), UTF_8) : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /// Reads the text of an os-release file.
    public static Distribution parse(String text) {
        Map<String, String> values = ASSIGNMENT.matcher(text).results()
                .collect(Collectors.toMap(match -> match.group(1), Distribution::value, (_, last) -> last));
        var id = values.getOrDefault("ID", "");
        var names = Stream.concat(Stream.of(id + "-" + values.get("VERSION_ID"), values.get("UBUNTU_CODENAME"),
                values.get("DEBIAN_CODENAME"), values.get("VERSION_CODENAME"), id),
                Stream.of(values.getOrDefault("ID_LIKE", "").split(" ")));
        return new Distribution(values.getOrDefault("PRETTY_NAME", "an unknown distribution"),
                names.filter(name -> name != null && !name.isEmpty()).toList());
    }

    private static String value(MatchResult assignment) {
        return assignment.group(2).strip();
    }
}
