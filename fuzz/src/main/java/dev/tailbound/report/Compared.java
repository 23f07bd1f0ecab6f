package dev.tailbound.report;

import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.jit.Image;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;

/// A real kernel's code of a program or function next to that of our backend, line by line; addresses count as equal.
///
/// @param kernel size of the kernel's code
/// @param ours   size of our backend's code
public record Compared(String name, String kernel, String ours, List<Row> rows) {
    public Compared {
        rows = List.copyOf(rows);
    }

    /// The listing with a line.
    public enum Side {
        BOTH, KERNEL, OURS
    }

    /// A line of one listing or both.
    ///
    /// @param head the text before the line: a label, or the BPF instruction that the line is the first of
    /// @param code the line; if both have it, the kernel's text
    public record Row(Side side, String head, String code) {}

    /// Compares the input of the JITs; throws [dev.tailbound.isa.BadInput] if the kernel's program has an instruction that our passes never emit.
    public static Compared rewritten(KernelDump dump, KernelProgram program, Image ours) {
        return ComparedXlated.of(dump, program, ours.lowered());
    }

    /// Compares the machine code of the program's functions; `engine` is ours.
    public static List<Compared> compiled(KernelDump dump, KernelProgram program, VerifiedCase verified, EmulatedSpec engine,
            Image ours) {
        return ComparedCode.of(dump, program, Listing.of(verified.source(), engine, ours), ours, engine.target());
    }

    /// Number of lines that only one listing has.
    public long differences() {
        return rows.stream().filter(row -> row.side() != Side.BOTH).count();
    }

    static Side side(Alignment.Pair pair) {
        return pair.isCommon() ? Side.BOTH : pair.right() == Alignment.NONE ? Side.KERNEL : Side.OURS;
    }
}
