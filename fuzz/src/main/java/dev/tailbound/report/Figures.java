package dev.tailbound.report;

import java.util.Locale;

/// Numbers on the page, formatted the same in every locale.
final class Figures {
    private static final int SHORTENED_FROM = 100_000;
    private static final int MILLION = 1_000_000;

    private Figures() {}

    /// `12,345`
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /// `12,345 cases`, `1 case`
    static String counted(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /// At most six characters up to a billion: `12,345`, `123k`, `12.3M`.
    static String brief(long count) {
        if (count < SHORTENED_FROM) {
            return count(count);
        }
        return count < MILLION ? count / 1000 + "k" : String.format(Locale.ROOT, "%.1fM", count / 1e6);
    }

    /// A power of two: `512`, `4Ki`, `1Mi`.
    static String binary(long power) {
        return power < 1 << 10 ? Long.toString(power) : power < 1 << 20 ? (power >> 10) + "Ki" : (power >> 20) + "Mi";
    }

    /// `99.9%`; 100.0% only for all, 0.0% only for none.
    static String share(long part, long whole) {
        if (whole == 0) {
            return "-";
        }
        long permille = Math.round(1000.0 * part / whole);
        if (part > 0 && permille == 0) {
            return "<0.1%";
        }
        return String.format(Locale.ROOT, "%.1f%%", Math.min(permille, part < whole ? 999 : 1000) / 10.0);
    }

    /// `1:23:45`
    static String duration(double seconds) {
        long all = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d:%02d", all / 3600, all / 60 % 60, all % 60);
    }

    /// Three significant digits at most, no trailing zeros: `0.25`, `12.5`, `1,500`.
    static String tick(double value) {
        if (value == Math.rint(value)) {
            return count((long) value);
        }
        return String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
    }

    static String hex(int value) {
        return String.format(Locale.ROOT, "0x%02x", value);
    }

    /// A coordinate in a drawing, rounded to a tenth of a unit.
    static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replaceAll("\\.0$", "");
    }
}
