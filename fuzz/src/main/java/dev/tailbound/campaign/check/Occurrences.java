package dev.tailbound.campaign.check;

/// How often a signature was seen, and at which case first and last.
public record Occurrences(long count, long first, long last) {

    public static Occurrences at(long index) {
        return new Occurrences(1, index, index);
    }

    Occurrences plus(Occurrences other) {
        return new Occurrences(count + other.count, Math.min(first, other.first), Math.max(last, other.last));
    }

    @Override
    public String toString() {
        return count + "/" + first + "/" + last;
    }

    static Occurrences parse(String text) {
        var numbers = text.split("/", -1);
        if (numbers.length != 3) {
            throw new IllegalArgumentException("sighting '%s': expected COUNT/FIRST/LAST".formatted(text));
        }
        return new Occurrences(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }
}
