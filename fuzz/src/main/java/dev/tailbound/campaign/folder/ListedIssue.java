package dev.tailbound.campaign.folder;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.files.InputFile;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.kernel.KernelVersion;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A known issue from a user's list.
///
/// In the file, `[NAME]` starts an issue, and lines `KEY = VALUE` describe it: `signature`, which is required, `engine`, `kernel`, `link`,
/// `expires`. `#` starts a comment line.
///
/// @param name      names the issue in summaries
/// @param signature matches names of findings; `*` stands for any text
/// @param engine    matches names of engines; the issue concerns only campaigns with such an engine
/// @param kernels   versions `FIRST..LAST` of the kernels of those engines, such as `6.1..6.12`; empty for any engine
/// @param link      where the issue is discussed; may be empty
/// @param expires   the last day on which the issue explains findings
public record ListedIssue(String name, String signature, String engine, Optional<Kernels> kernels, String link,
        Optional<LocalDate> expires) {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("\\[([A-Za-z0-9._-]{1,100})\\]");
    private static final Set<String> KEYS = new TreeSet<>(List.of("signature", "engine", "kernel", "link", "expires"));

    /// A range of kernel versions, both ends included.
    public record Kernels(KernelVersion first, KernelVersion last) {
        private boolean contains(KernelVersion version) {
            return !version.isBefore(first) && !last.isBefore(version);
        }
    }

    /// Reads a list; throws [BadInput] with the line if it is malformed.
    public static List<ListedIssue> read(Path file) {
        return parse(file.toString(), new String(InputFile.read(file, MAX_BYTES), UTF_8));
    }

    static List<ListedIssue> parse(String file, String text) {
        var issues = new LinkedHashMap<String, Map<String, String>>();
        Map<String, String> current = null;
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            var where = file + ":" + (i + 1);
            var name = NAME.matcher(line);
            int equals = line.indexOf('=');
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (name.matches()) {
                current = new LinkedHashMap<>();
                if (issues.put(name.group(1), current) != null) {
                    throw new BadInput(where, "expected a new name, found %s again".formatted(name.group(1)));
                }
            } else if (current == null || equals < 0) {
                throw new BadInput(where, "expected [NAME] or KEY = VALUE, found " + BadInput.quoted(line));
            } else {
                put(where, current, line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        return issues.entrySet().stream().map(issue -> of(file, issue.getKey(), issue.getValue())).toList();
    }

    private static void put(String where, Map<String, String> issue, String key, String value) {
        if (!KEYS.contains(key)) {
            throw new BadInput(where, "expected one of %s, found %s".formatted(String.join(", ", KEYS), BadInput.quoted(key)));
        }
        if (issue.put(key, value) != null) {
            throw new BadInput(where, "expected one line %s, found another".formatted(key));
        }
        switch (key) {
            case "kernel" -> kernels(where, value);
            case "expires" -> day(where, value);
            default -> {
                // any text
            }
        }
    }

    private static ListedIssue of(String file, String name, Map<String, String> values) {
        if (values.getOrDefault("signature", "").isEmpty()) {
            throw new BadInput(file, "[%s]: expected a line signature = ..., found none".formatted(name));
        }
        return new ListedIssue(name, values.get("signature"), values.getOrDefault("engine", "*"),
                Optional.ofNullable(values.get("kernel")).map(text -> kernels(file, text)), values.getOrDefault("link", ""),
                Optional.ofNullable(values.get("expires")).map(text -> day(file, text)));
    }

    private static Kernels kernels(String where, String text) {
        var ends = text.split("\\.\\.", -1);
        var first = KernelVersion.parse(ends[0]);
        var last = KernelVersion.parse(ends[ends.length - 1]);
        if (ends.length > 2 || first.isEmpty() || last.isEmpty()) {
            throw new BadInput(where, "expected kernel versions such as 6.1..6.12, found " + BadInput.quoted(text));
        }
        return new Kernels(first.get(), last.get());
    }

    private static LocalDate day(String where, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new BadInput(where, "expected a day such as 2027-01-31, found " + BadInput.quoted(text));
        }
    }

    public boolean isExpired(LocalDate today) {
        return expires.isPresent() && today.isAfter(expires.get());
    }

    /// Whether the issue concerns a campaign with these engines.
    ///
    /// @param images identities of real kernels' images, which begin with the version, by engine name
    public boolean concerns(List<String> engines, Map<String, String> images) {
        return engines.stream().filter(name -> matches(engine, name)).anyMatch(name -> kernels.isEmpty()
                || KernelVersion.parse(images.getOrDefault(name, "")).filter(kernels.get()::contains).isPresent());
    }

    /// Whether the issue explains the finding of this name.
    public boolean explains(String finding) {
        return matches(signature, finding);
    }

    private static boolean matches(String pattern, String text) {
        return Pattern.matches(Pattern.compile("\\*").splitAsStream(pattern + "*end").map(Pattern::quote)
                .collect(Collectors.joining(".*")).replace(".*" + Pattern.quote("end"), ""), text);
    }

    /// `NAME (LINK)`.
    @Override
    public String toString() {
        return link.isEmpty() ? name : "%s (%s)".formatted(name, link);
    }
}
