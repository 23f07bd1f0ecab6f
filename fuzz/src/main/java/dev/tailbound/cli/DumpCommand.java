package dev.tailbound.cli;

import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.report.Listing;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound dump`: shows the BPF of a case next to its machine code.
@Command(name = "dump", mixinStandardHelpOptions = true,
        description = "Shows BPF next to its machine code, and the trampolines of functions with attached programs.")
final class DumpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A file with programs in any form.")
    private Path file;

    @Mixin
    private ProgramFiles programs;

    @Option(names = "--engine", paramLabel = "ENGINE", converter = EngineOptions.SpecConverter.class,
            description = {
                "An engine with machine code; repeatable. Default: x86-64, arm64. One of${bundle:engine-names}",
                "The kernel's code is shown next to that of the matching built-in engine." })
    private List<EngineSpec> engines = List.copyOf(EmulatedSpec.DEFAULT);

    @Option(names = "--stages",
            description = "Show BPF as written and after each pass that changed it, instead of machine code.")
    private boolean stages;

    @Override
    public Integer call() {
        var verified = verified();
        var out = spec.commandLine().getOut();
        for (var engine : engines) {
            if (engine.real().isPresent()) {
                KernelDumpPrinter.print(out, engine.real().get(), verified, stages);
            } else if (stages) {
                StagesPrinter.print(out, engine.emulated(), verified);
            } else {
                printCode(out, engine.emulated(), verified);
            }
        }
        out.flush();
        return ExitCode.AGREE;
    }

    private static void printCode(PrintWriter out, EmulatedSpec engine, VerifiedCase verified) {
        try (var emulated = engine.open(TailCallRule.V6_12)) {
            var images = emulated.compile(verified);
            images.forEach(image -> print(out, engine, Listing.of(verified.source(), engine, image)));
            print(out, engine, Listing.around(verified.source(), engine, images));
        }
    }

    private static void print(PrintWriter out, EmulatedSpec engine, List<Listing> listings) {
        listings.forEach(listing -> ListingPrinter.print(out, engine.name(), listing));
    }

    private VerifiedCase verified() {
        return switch (Verifier.verify(programs.readOne(file).source())) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected -> throw new BadInput(file.toString(), Places.describe(rejected));
        };
    }
}
