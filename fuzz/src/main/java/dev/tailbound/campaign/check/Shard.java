package dev.tailbound.campaign.check;

import dev.tailbound.isa.BadInput;
import java.util.regex.Pattern;

/// The share of a campaign's cases that one machine checks: all shards together check every case once.
///
/// Blocks of [#BLOCK] cases go to the shards in turn. Case numbers are those of the whole campaign.
///
/// @param number 1 to `of`
public record Shard(int number, int of) {
    /// A multiple of the cases that share programs, see [dev.tailbound.generate.SeededCases#INPUTS].
    public static final int BLOCK = 256;
    /// The only shard of a campaign on one machine.
    public static final Shard WHOLE = new Shard(1, 1);

    private static final int MAX = 100_000;
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    public Shard {
        if (of < 1 || of > MAX || number < 1 || number > of) {
            throw new IllegalArgumentException("shard %d/%d".formatted(number, of));
        }
    }

    /// Parses `I/N`; `where` names the source of the text in the [BadInput] for any other text.
    public static Shard parse(String where, String text) {
        var match = FORM.matcher(text);
        if (match.matches()) {
            int number = Integer.parseInt(match.group(1));
            int of = Integer.parseInt(match.group(2));
            if (of >= 1 && of <= MAX && number >= 1 && number <= of) {
                return new Shard(number, of);
            }
        }
        throw new BadInput(where,
                "expected I/N with I from 1 to N and N at most %d, found %s".formatted(MAX, BadInput.quoted(text)));
    }

    public boolean isWhole() {
        return of == 1;
    }

    /// The first case of this shard at or after a case.
    public long from(long index) {
        long block = index / BLOCK;
        long skipped = Math.floorMod(number - 1 - block, (long) of);
        return skipped == 0 ? index : (block + skipped) * BLOCK;
    }

    /// The end of the range of consecutive cases of this shard that starts at one of its cases; exclusive.
    public long end(long index) {
        return isWhole() ? Long.MAX_VALUE : (index / BLOCK + 1) * BLOCK;
    }

    /// How many of the cases from `from` to before `to` belong to this shard.
    public long cases(long from, long to) {
        return before(to) - before(from);
    }

    private long before(long index) {
        long block = index / BLOCK;
        long whole = (block + of - number) / of * BLOCK;
        return block % of == number - 1 ? whole + index % BLOCK : whole;
    }

    /// `I/N`.
    @Override
    public String toString() {
        return number + "/" + of;
    }
}
