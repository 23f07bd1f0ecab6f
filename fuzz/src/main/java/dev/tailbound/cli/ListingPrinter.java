package dev.tailbound.cli;

import dev.tailbound.report.Listing;
import java.io.PrintWriter;

/// Prints [Listing]s in two columns; the rewritten form of an instruction is indented below it.
final class ListingPrinter {
    private ListingPrinter() {}

    static void print(PrintWriter out, String engine, Listing function) {
        out.printf("%s, %s: %d bytes at 0x%x%n", function.name(), engine, function.size(), function.address());
        for (var stretch : function.stretches()) {
            var left = stretch.head();
            if (stretch.code().isEmpty() && !left.isEmpty()) {
                out.println(left);
            }
            for (var line : stretch.code()) {
                out.printf("%-44s %s%n", left, "%4x:  %-30s  %s".formatted(line.offset(), line.bytes(), line.text()));
                left = "";
            }
        }
        out.println();
    }
}
