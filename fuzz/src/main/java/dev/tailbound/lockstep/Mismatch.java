package dev.tailbound.lockstep;

/// A difference between a machine's state and the oracle's.
///
/// @param what     `r2`, `r6 of the caller`, `bytes at r10-8`, `next instruction`, `host state`
/// @param expected with the machine's addresses
public record Mismatch(String what, String expected, String found) {

    /// `r2 expected 0x1, found 0xffffffff00000001`
    public String describe() {
        return "%s expected %s, found %s".formatted(what, expected, found);
    }

    static Mismatch of(String what, long expected, long found) {
        return new Mismatch(what, hex(expected), hex(found));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
