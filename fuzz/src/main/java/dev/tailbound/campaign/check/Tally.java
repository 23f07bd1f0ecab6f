package dev.tailbound.campaign.check;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The verdicts of a range of cases: counts by verdict, signatures and known issues.
///
/// Ranges that follow each other can be added; the range of a [Shard] contains cases of other shards, which are not counted. A worker's reply, a line of the journal and the summary of a campaign are all tallies, written
/// `0 256 agree=255 diverge=1 finding:arm64.r0=1/17/17`.
///
/// @param from     index of the first case
/// @param to       index after the last case
/// @param counts   verdicts that did not occur are absent
/// @param findings by signature
/// @param known    by name of the [KnownIssue]
/// @param passes   by name of a pass, the number of cases that it changed
/// @param unrepeated hangs that did not happen again when the case was run alone: the case counts with the second verdict
/// @param interleavings further runs of cases with events, with the events at other times
/// @param interpreted cases, among the inconclusive ones, of which a real kernel runs a program in its interpreter: they say nothing about its JIT
public record Tally(long from, long to, Map<CaseVerdict, Long> counts, SortedMap<String, Occurrences> findings,
        SortedMap<String, Occurrences> known, SortedMap<String, Long> passes, long unrepeated, long interleavings,
        long interpreted) {
    /// Limit that keeps sums of tallies from overflowing.
    private static final long MAX_CASES = 1L << 50;
    private static final String FINDING = "finding:";
    private static final String KNOWN = "known:";
    private static final String PASS = "pass:";
    private static final String UNREPEATED = "unrepeated";
    private static final String INTERLEAVINGS = "interleavings";
    private static final String INTERPRETED = "interpreted";

    public Tally {
        counts = Collections.unmodifiableMap(new EnumMap<>(counts));
        findings = Collections.unmodifiableSortedMap(new TreeMap<>(findings));
        known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
        passes = Collections.unmodifiableSortedMap(new TreeMap<>(passes));
        long sum = counts.values().stream().mapToLong(Long::longValue).sum();
        if (from < 0 || to > MAX_CASES || to - from < sum) {
            throw new IllegalArgumentException("tally of cases %d to %d counts %d verdicts".formatted(from, to, sum));
        }
        counts.values().forEach(count -> requireCount("verdicts", count, to - from));
        passes.values().forEach(count -> requireCount("cases changed by a pass", count, MAX_CASES));
        requireCount("interleavings", interleavings, MAX_CASES);
        requireCount("interpreted cases", interpreted, to - from);
        for (var seen : List.of(findings, known)) {
            seen.forEach((name, sighting) -> {
                requireCount("sightings", sighting.count(), to - from);
                if (sighting.first() < from || sighting.last() >= to || sighting.first() > sighting.last()) {
                    throw new IllegalArgumentException("%s is seen from case %d to %d, expected %d to before %d".formatted(name,
                            sighting.first(), sighting.last(), from, to));
                }
            });
        }
    }

    private static void requireCount(String what, long count, long most) {
        if (count < 0 || count > most) {
            throw new IllegalArgumentException("%s: expected 0 to %d, found %d".formatted(what, most, count));
        }
    }

    /// The empty tally at the start of a campaign.
    public static final Tally NOTHING = new Builder(0).build();

    /// Number of counted cases.
    public long cases() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    public long count(CaseVerdict verdict) {
        return counts.getOrDefault(verdict, 0L);
    }

    /// Number of cases that the verifier accepted, as far as that is known for cases that ended their worker.
    public long accepted() {
        return cases() - count(CaseVerdict.REJECTED) - count(CaseVerdict.THREW);
    }

    /// The sum of this range and the one that starts where it ends, without gaps.
    public Tally plus(Tally next) {
        return plus(next, Shard.WHOLE);
    }

    /// The sum of this range and the next one of the shard; throws [IllegalArgumentException] if a case of the shard is missing.
    public Tally plus(Tally next, Shard shard) {
        // A range that is the sum of many begins where the campaign does.
        if (shard.from(next.from) != shard.from(to)) {
            throw new IllegalArgumentException("cases from %d do not follow cases to %d".formatted(next.from, to));
        }
        if (next.cases() != shard.cases(next.from, next.to)) {
            throw new IllegalArgumentException("cases %d to %d of shard %s count %d verdicts, expected %d".formatted(next.from,
                    next.to, shard, next.cases(), shard.cases(next.from, next.to)));
        }
        return and(next);
    }

    /// The sum of two tallies of different cases.
    public Tally and(Tally next) {
        var sum = new EnumMap<CaseVerdict, Long>(CaseVerdict.class);
        sum.putAll(counts);
        next.counts.forEach((verdict, count) -> sum.merge(verdict, count, Long::sum));
        return new Tally(Math.min(from, next.from), Math.max(to, next.to), sum, merged(findings, next.findings),
                merged(known, next.known), summed(passes, next.passes), unrepeated + next.unrepeated,
                interleavings + next.interleavings, interpreted + next.interpreted);
    }

    /// The same tally, with a hang that did not happen again.
    public Tally withUnrepeatedHang() {
        return new Tally(from, to, counts, findings, known, passes, unrepeated + 1, interleavings, interpreted);
    }

    private static SortedMap<String, Occurrences> merged(SortedMap<String, Occurrences> a, SortedMap<String, Occurrences> b) {
        var all = new TreeMap<>(a);
        b.forEach((name, sighting) -> all.merge(name, sighting, Occurrences::plus));
        return all;
    }

    private static SortedMap<String, Long> summed(SortedMap<String, Long> a, SortedMap<String, Long> b) {
        var all = new TreeMap<>(a);
        b.forEach((name, count) -> all.merge(name, count, Long::sum));
        return all;
    }

    public String line() {
        var line = new StringBuilder().append(from).append(' ').append(to);
        counts.forEach((verdict, count) -> line.append(' ').append(verdict.word()).append('=').append(count));
        findings.forEach((name, sighting) -> line.append(' ').append(FINDING).append(name).append('=').append(sighting));
        known.forEach((name, sighting) -> line.append(' ').append(KNOWN).append(name).append('=').append(sighting));
        passes.forEach((name, count) -> line.append(' ').append(PASS).append(name).append('=').append(count));
        if (unrepeated > 0) {
            line.append(' ').append(UNREPEATED).append('=').append(unrepeated);
        }
        if (interleavings > 0) {
            line.append(' ').append(INTERLEAVINGS).append('=').append(interleavings);
        }
        if (interpreted > 0) {
            line.append(' ').append(INTERPRETED).append('=').append(interpreted);
        }
        return line.toString();
    }

    /// Parses a [#line()]; throws [IllegalArgumentException] for other text.
    public static Tally parse(String line) {
        var words = line.split(" ", -1);
        if (words.length < 2) {
            throw new IllegalArgumentException("tally '%s': expected FROM TO".formatted(line));
        }
        var counts = new EnumMap<CaseVerdict, Long>(CaseVerdict.class);
        var findings = new TreeMap<String, Occurrences>();
        var known = new TreeMap<String, Occurrences>();
        var passes = new TreeMap<String, Long>();
        long unrepeated = 0;
        long interleavings = 0;
        long interpreted = 0;
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].lastIndexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("tally '%s': expected NAME=VALUE, found '%s'".formatted(line, words[i]));
            }
            var name = words[i].substring(0, equals);
            var value = words[i].substring(equals + 1);
            if (name.startsWith(FINDING)) {
                findings.merge(named(name, FINDING), Occurrences.parse(value), Occurrences::plus);
            } else if (name.startsWith(KNOWN)) {
                known.put(named(name, KNOWN), Occurrences.parse(value));
            } else if (name.startsWith(PASS)) {
                passes.put(named(name, PASS), Long.parseLong(value));
            } else if (name.equals(UNREPEATED)) {
                unrepeated = Long.parseLong(value);
            } else if (name.equals(INTERLEAVINGS)) {
                interleavings = Long.parseLong(value);
            } else if (name.equals(INTERPRETED)) {
                interpreted = Long.parseLong(value);
            } else {
                counts.put(
                        CaseVerdict.ofWord(name).orElseThrow(
                                () -> new IllegalArgumentException("tally '%s': unknown verdict '%s'".formatted(line, name))),
                        Long.parseLong(value));
            }
        }
        return new Tally(Long.parseLong(words[0]), Long.parseLong(words[1]), counts, findings, known, passes, unrepeated,
                interleavings, interpreted);
    }

    private static String named(String word, String prefix) {
        return FindingName.ofStored(word.substring(prefix.length()));
    }

    /// Counts cases one by one.
    public static final class Builder {
        private final long from;
        private final EnumMap<CaseVerdict, Long> counts = new EnumMap<>(CaseVerdict.class);
        private final TreeMap<String, Occurrences> findings = new TreeMap<>();
        private final TreeMap<String, Occurrences> known = new TreeMap<>();
        private final TreeMap<String, Long> passes = new TreeMap<>();
        private long next;
        private long interleavings;
        private long interpreted;

        public Builder(long from) {
            this.from = from;
            this.next = from;
        }

        /// A pass changed the case that is added next.
        public void changedBy(String pass) {
            passes.merge(pass, 1L, Long::sum);
        }

        /// The case that is added next was run under `runs` further interleavings.
        public void interleaved(int runs) {
            interleavings += runs;
        }

        /// A real kernel ran a program of the case that is added next in its interpreter.
        public void interpreted() {
            interpreted++;
        }

        /// The next case and its verdict.
        public Builder add(ClassifiedCase judged) {
            counts.merge(judged.verdict(), 1L, Long::sum);
            switch (judged.verdict()) {
                case AGREE, INCONCLUSIVE -> {
                }
                case KNOWN -> known.merge(judged.name(), Occurrences.at(next), Occurrences::plus);
                case DIVERGE, REJECTED, THREW, CRASH, HANG ->
                    findings.merge(judged.name(), Occurrences.at(next), Occurrences::plus);
            }
            next++;
            return this;
        }

        public Tally build() {
            return new Tally(from, next, counts, findings, known, passes, 0, interleavings, interpreted);
        }
    }
}
