package dev.tailbound.generate;

import java.io.ByteArrayOutputStream;

/// Choices from another source, recorded as a byte string.
///
/// ```java
/// var recorded = new RecordedChoices(Choices.seeded(1, 7));
/// var source = generator.generate(recorded);
/// assert generator.generate(Choices.of(recorded.bytes())).equals(source);
/// ```
public final class RecordedChoices implements Choices {
    private final Choices choices;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public RecordedChoices(Choices choices) {
        this.choices = choices;
    }

    @Override
    public int below(int bound) {
        int choice = choices.below(bound);
        write(choice, ByteChoices.bytesFor(bound));
        return choice;
    }

    @Override
    public long bits64() {
        long choice = choices.bits64();
        write(choice, Long.BYTES);
        return choice;
    }

    /// The byte string for which [Choices#of(byte...)] makes the same choices.
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    private void write(long choice, int count) {
        for (int i = 0; i < count; i++) {
            bytes.write((int) (choice >>> (8 * i)));
        }
    }
}
