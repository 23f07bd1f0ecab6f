package dev.tailbound.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// Aligns the lines of two texts by a longest common subsequence.
///
/// @param pairs all lines of both, in order
record Alignment(List<Pair> pairs) {
    static final int NONE = -1;

    /// Pairs of lines for which a table is built.
    private static final long MOST_COMPARED = 1 << 24;

    /// Aligned lines; [#NONE] if the other text has no such line.
    record Pair(int left, int right) {
        boolean isCommon() {
            return left != NONE && right != NONE;
        }
    }

    /// Whether a line of the left text equals one of the right text.
    @FunctionalInterface
    interface Same {
        boolean test(int left, int right);
    }

    /// Aligns texts with these numbers of lines. Where too many lines lie between the common beginning and the common end, those all count as different.
    static Alignment of(int left, int right, Same same) {
        int shorter = Math.min(left, right);
        int head = 0;
        while (head < shorter && same.test(head, head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && same.test(left - 1 - tail, right - 1 - tail)) {
            tail++;
        }
        var pairs = new ArrayList<Pair>();
        for (int i = 0; i < head; i++) {
            pairs.add(new Pair(i, i));
        }
        between(head, left - tail, right - tail, same, pairs);
        for (int i = tail; i > 0; i--) {
            pairs.add(new Pair(left - i, right - i));
        }
        return new Alignment(List.copyOf(pairs));
    }

    /// Aligns the lines from `head` on, up to these.
    private static void between(int head, int left, int right, Same same, List<Pair> pairs) {
        boolean isShort = (long) (left - head) * (right - head) <= MOST_COMPARED;
        var common = isShort ? common(head, left, right, same) : new int[0][];
        int l = head;
        int r = head;
        while (l < left || r < right) {
            if (isShort && l < left && r < right && same.test(l, r)) {
                pairs.add(new Pair(l++, r++));
            } else if (l < left && (r == right || !isShort || common[l - head + 1][r - head] >= common[l - head][r - head + 1])) {
                pairs.add(new Pair(l++, NONE));
            } else {
                pairs.add(new Pair(NONE, r++));
            }
        }
    }

    /// Length of the longest common subsequence from two lines on, counted from `head`.
    private static int[][] common(int head, int left, int right, Same same) {
        var common = new int[left - head + 1][right - head + 1];
        for (int l = left - head - 1; l >= 0; l--) {
            for (int r = right - head - 1; r >= 0; r--) {
                common[l][r] = same.test(head + l, head + r) ? common[l + 1][r + 1] + 1
                        : Math.max(common[l + 1][r], common[l][r + 1]);
            }
        }
        return common;
    }

    /// Splits pairs that turn out to differ, such as branches to lines that are not aligned.
    Alignment parting(Same different) {
        var parted = new ArrayList<Pair>();
        for (var pair : pairs) {
            if (pair.isCommon() && different.test(pair.left(), pair.right())) {
                parted.add(new Pair(pair.left(), NONE));
                parted.add(new Pair(NONE, pair.right()));
            } else {
                parted.add(pair);
            }
        }
        return new Alignment(List.copyOf(parted));
    }

    /// Whether the two lines are aligned; the ends of both texts are.
    boolean has(int left, int right) {
        return pairs.contains(new Pair(left, right)) || (left == size(Pair::left) && right == size(Pair::right));
    }

    private long size(ToIntFunction<Pair> side) {
        return pairs.stream().mapToInt(side).filter(line -> line != NONE).count();
    }
}
