package dev.tailbound.generate;

/// Choices read from a byte string, so that a coverage-guided fuzzer can mutate a case as a byte string.
///
/// A choice takes as few bytes as its bound needs, little-endian, modulo the bound; a choice without alternatives takes none. After the
/// end of the string every choice is 0.
final class ByteChoices implements Choices {
    private final byte[] data;
    private int position;

    ByteChoices(byte... data) {
        this.data = data.clone();
    }

    @Override
    public int below(int bound) {
        return (int) Long.remainderUnsigned(next(bytesFor(bound)), bound);
    }

    /// Number of bytes of a choice.
    static int bytesFor(int bound) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(bound - 1) + 7) / 8;
    }

    @Override
    public long bits64() {
        return next(Long.BYTES);
    }

    private long next(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes && position < data.length; i++) {
            value |= (data[position++] & 0xffL) << (8 * i);
        }
        return value;
    }
}
