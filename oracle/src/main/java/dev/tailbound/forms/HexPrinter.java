package dev.tailbound.forms;

import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import java.util.HexFormat;

/// Writes a program's bytes as hex digits, little-endian, an instruction a line, which [BytesForm] reads back to the same instructions.
///
/// File descriptors of maps are their positions in the case.
public final class HexPrinter {
    private HexPrinter() {}

    /// Throws [IllegalArgumentException] if a jump is too long to encode.
    public static String print(Program program) {
        var digits = HexFormat.of().formatHex(Encoder.encode(program));
        var lines = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            lines.append(digits, 16 * program.slotOf(i), 16 * program.slotOf(i + 1)).append('\n');
        }
        return lines.toString();
    }
}
