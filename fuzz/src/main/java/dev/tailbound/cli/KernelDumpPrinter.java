package dev.tailbound.cli;

import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.Image;
import dev.tailbound.report.Compared;
import dev.tailbound.report.Compared.Side;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelEngine;
import dev.tailbound.run.kernel.KernelProgram;
import dev.tailbound.run.kernel.KernelSpec;
import dev.tailbound.verify.VerifiedCase;
import java.io.PrintWriter;

/// Prints a real kernel's code of the programs of a case next to that of our backend of its version. Lines with `<` are only the kernel's, lines with
/// `>` only ours.
final class KernelDumpPrinter {
    private final PrintWriter out;
    private final String kernel;
    private final EmulatedSpec ours;

    private KernelDumpPrinter(PrintWriter out, KernelSpec spec) {
        this.out = out;
        kernel = spec.label();
        ours = EngineSpec.like(spec.image()).orElseThrow(() -> new BadInput("engine " + kernel,
                "expected an architecture with a backend of Tailbound's to compare with, found " + spec.image().arch().word()));
    }

    /// Boots the kernel; with `stages`, prints no machine code.
    static void print(PrintWriter out, KernelSpec spec, VerifiedCase verified, boolean stages) {
        try (var engine = new KernelEngine(spec)) {
            new KernelDumpPrinter(out, spec).print(KernelDump.of(engine, verified), verified, stages);
        }
    }

    private void print(KernelDump dump, VerifiedCase verified, boolean stages) {
        try (var engine = ours.open(TailCallRule.V6_12)) {
            var images = engine.compile(verified);
            for (int i = 0; i < images.size(); i++) {
                var program = dump.programs().get(i);
                printRewritten(dump, program, images.get(i));
                if (!stages) {
                    Compared.compiled(dump, program, verified, ours, images.get(i)).forEach(this::printCode);
                }
            }
        }
    }

    private void printRewritten(KernelDump dump, KernelProgram program, Image image) {
        Compared compared;
        try {
            compared = Compared.rewritten(dump, program, image);
        } catch (BadInput strange) {
            out.printf("%s, %s: the rewritten program cannot be decoded: %s%n%n", program.name(), kernel, strange.getMessage());
            return;
        }
        printHead(compared, ", rewritten");
        for (var row : compared.rows()) {
            if (!row.head().isEmpty()) {
                out.println("  " + row.head() + ":");
            }
            out.printf("%s %s%n", mark(row.side()), row.code());
        }
        out.println();
    }

    private void printCode(Compared compared) {
        printHead(compared, "");
        for (var row : compared.rows()) {
            var heads = row.head().split("\n", -1);
            for (int i = 0; i + 1 < heads.length; i++) {
                out.println("  " + heads[i]);
            }
            out.printf("%s %-44s %s%n", mark(row.side()), heads[heads.length - 1], row.code());
        }
        out.println();
    }

    private void printHead(Compared compared, String what) {
        long differences = compared.differences();
        out.printf("%s%s: %s, %s; %s, %s: %s%n", compared.name(), what, kernel, compared.kernel(), ours.name(), compared.ours(),
                differences == 0 ? "the same, addresses aside"
                        : "%d lines differ (< kernel, > %s)".formatted(differences, ours.name()));
    }

    private static char mark(Side side) {
        return switch (side) {
            case BOTH -> ' ';
            case KERNEL -> '<';
            case OURS -> '>';
        };
    }
}
