package dev.tailbound.cli;

import java.io.PrintWriter;
import java.util.List;

/// Prints rows in columns as wide as their widest cell. All rows have the same number of cells.
final class Table {
    private Table() {}

    static void print(PrintWriter out, String indent, List<List<String>> rows) {
        int columns = rows.getFirst().size();
        var widths = new int[columns];
        for (var row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (var row : rows) {
            var line = new StringBuilder(indent);
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
