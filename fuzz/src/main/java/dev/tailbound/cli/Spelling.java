package dev.tailbound.cli;

import java.util.Collection;
import java.util.List;

/// Finds the word that a misspelt one may stand for.
final class Spelling {
    private static final int MAX_EDITS = 2;

    private Spelling() {}

    /// The words that differ from `word` by the fewest edits, at most two: a character more, less or other, or two exchanged.
    static List<String> similar(String word, Collection<String> words) {
        int fewest = words.stream().mapToInt(each -> edits(word, each)).min().orElse(MAX_EDITS + 1);
        return fewest > MAX_EDITS || fewest >= word.length() ? List.of()
                : words.stream().filter(each -> edits(word, each) == fewest).toList();
    }

    private static int edits(String a, String b) {
        var edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                edits[i][j] = Math.min(edits[i - 1][j - 1] + change, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
