package dev.tailbound.report;

import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.jit.Image;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;

/// What a real kernel made of a program or function beside what a backend of ours made of it, line by line; addresses are taken to be the same.
///
/// @param kernel how much the kernel made
/// @param ours   how much our backend made
public record Compared(String name, String kernel, String ours, List<Row> rows) {
    public Compared {
        rows = List.copyOf(rows);
    }

    /// The listing that has a line.
    public enum Side {
        BOTH, KERNEL, OURS
    }

    /// A line of the one, the other or both.
    ///
    /// @param head the text before the line: a label, or the BPF instruction that the line is the first of
    /// @param code the line; one that both have is the kernel's
    public record Row(Side side, String head, String code) {}

    /// The instructions that the JITs got; throws [dev.tailbound.isa.BadInput] where the kernel has one that no program of ours becomes.
    public static Compared rewritten(KernelDump dump, KernelProgram program, Image ours) {
        return ComparedXlated.of(dump, program, ours.lowered());
    }

    /// The functions of the program, as the JITs compiled them; `engine` is ours.
    public static List<Compared> compiled(KernelDump dump, KernelProgram program, VerifiedCase verified, EmulatedSpec engine,
            Image ours) {
        return ComparedCode.of(dump, program, Listing.of(verified.source(), engine, ours), ours, engine.target());
    }

    /// Lines that only one has.
    public long differences() {
        return rows.stream().filter(row -> row.side() != Side.BOTH).count();
    }

    static Side side(Alignment.Pair pair) {
        return pair.isCommon() ? Side.BOTH : pair.right() == Alignment.NONE ? Side.KERNEL : Side.OURS;
    }
}
