package dev.tailbound.campaign.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Names of findings and known issues: words for lines of the journal and for folders, valid in every file system and archive.
public final class FindingName {
    private static final int MAX_LENGTH = 150;
    /// Earlier versions also used `:`, `+` and `~`.
    private static final Pattern STORED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+:~-]{0,%d}".formatted(MAX_LENGTH + 9));

    private FindingName() {}

    /// The name for a signature: `arm64-x26.tail_calls` for `arm64:x26.tail_calls`.
    public static String of(String signature) {
        var word = portable(signature);
        if (word.length() <= MAX_LENGTH) {
            return word;
        }
        var checksum = new CRC32();
        checksum.update(signature.getBytes(UTF_8));
        return String.format(Locale.ROOT, "%s_%08x", word.substring(0, MAX_LENGTH), checksum.getValue());
    }

    /// Whether a text is the name of a finding, of this version or of an earlier one.
    public static boolean isStored(String name) {
        return STORED.matcher(name).matches();
    }

    /// This version's name of a finding that an earlier version stored as `name`; throws [IllegalArgumentException] if that is no name.
    public static String ofStored(String name) {
        if (!isStored(name)) {
            throw new IllegalArgumentException("expected the name of a finding, found '%s'".formatted(name));
        }
        return portable(name);
    }

    private static String portable(String text) {
        return text.replace(':', '-').replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
