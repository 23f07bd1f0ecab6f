package dev.tailbound.report;

/// Shades for counts, from `h1` for few to `h8` for many; the style sheet has a colour for each.
final class Heat {
    private static final int SHADES = 8;

    private Heat() {}

    /// One shade per halving of the whole: all of it is the darkest, 1/128 or less the lightest.
    static int ofShare(long part, long whole) {
        int halvings = (int) Math.floor(Math.log((double) whole / part) / Math.log(2));
        return Math.clamp(SHADES - halvings, 1, SHADES);
    }

    /// Shades by magnitude between 1 and the largest count.
    static int ofCount(long count, long largest) {
        return largest <= 1 ? SHADES : 1 + (int) Math.floor((SHADES - 1) * Math.log((double) count) / Math.log((double) largest));
    }

    static String style(int shade) {
        return "h" + shade;
    }

    /// The shades in a row, with words at both ends.
    static Element legend(String few, String many, String unused) {
        var legend = new Element("p").styled("legend").text(few + " ");
        for (int shade = 1; shade <= SHADES; shade++) {
            legend.add(new Element("span").styled("swatch " + style(shade)));
        }
        legend.text(" " + many);
        legend.add(new Element("span").styled("swatch never"));
        return legend.text(" " + unused);
    }
}
