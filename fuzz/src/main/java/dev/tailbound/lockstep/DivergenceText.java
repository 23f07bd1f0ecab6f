package dev.tailbound.lockstep;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.jit.disasm.Disassembler;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A [Divergence] as a block of at most 15 lines: the difference, and the BPF instruction next to its machine code.
///
/// ```
/// x86-64 first goes wrong at entry insn 3, step 7: r2 expected 0x1, found 0xffffffff00000001
///   before it: r2 = 0x5
///      3: w2 = 1                                  2f:  48 c7 c6 01 00 00 00            mov rsi, 1
/// ```
public final class DivergenceText {
    private static final int SHOWN_CODE = 12;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private DivergenceText() {}

    public static List<String> lines(Case source, Divergence divergence) {
        var where = divergence.where();
        var whole = source.whole(where.program());
        var lines = new ArrayList<String>();
        lines.add("%s first goes wrong at %s %s, step %d: %s".formatted(divergence.engine(), whole.program().name(),
                whole.place(where.insn()), divergence.step(), divergence.mismatch().describe()));
        if (!divergence.inputs().isEmpty()) {
            lines.add("  before it: " + String.join(", ", divergence.inputs()));
        }
        var maps = source.maps().stream().map(BpfMap::name).toList();
        var text = whole.text(where.insn(), maps);
        var left = whole.isWritten(where.insn()) ? "  %4d: %s".formatted(whole.program().slotOf(where.insn()), text)
                : "        "
                        + text;
        var code = code(divergence.code());
        for (var line : code.subList(0, Math.min(SHOWN_CODE, code.size()))) {
            lines.add("%-44s %s".formatted(left, line));
            left = "";
        }
        if (code.isEmpty()) {
            lines.add("%-44s (no code)".formatted(left));
        } else if (code.size() > SHOWN_CODE) {
            lines.add("%-44s (%d instructions more)".formatted(left, code.size() - SHOWN_CODE));
        }
        return lines;
    }

    /// Offset in the function, bytes and text of each machine instruction.
    private static List<String> code(Divergence.Code code) {
        try (var disassembler = new Disassembler(code.target())) {
            var bytes = code.bytes().toArray();
            return disassembler.disassemble(bytes, code.address()).stream().map(line -> {
                int at = (int) (line.address() - code.address());
                var hex = HEX.formatHex(bytes, at, at + line.size());
                return "%4x:  %-30s  %s".formatted(line.address() - code.function(), hex, line.commented());
            }).toList();
        }
    }
}
