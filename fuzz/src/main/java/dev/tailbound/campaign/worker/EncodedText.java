package dev.tailbound.campaign.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// Encodes texts as words without spaces, for the lines between campaigns and their workers.
final class EncodedText {
    private EncodedText() {}

    static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    static String decoded(String word) {
        return new String(Base64.getDecoder().decode(word), UTF_8);
    }
}
