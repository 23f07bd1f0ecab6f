package dev.tailbound.report;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.Image;
import dev.tailbound.lockstep.Divergence;
import dev.tailbound.lockstep.DivergenceText;
import dev.tailbound.lockstep.Lockstep;
import dev.tailbound.report.Compared.Side;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelEngine;
import dev.tailbound.verify.VerifiedCase;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds the first wrong instruction of a real kernel: runs the kernel's own machine code of a case on an emulated processor, in lockstep with the
/// oracle.
public final class KernelLockstep {
    private KernelLockstep() {}

    /// The cause of a difference between a kernel and the oracle, as far as the kernel's code shows it.
    public sealed interface Cause {

        /// The code is wrong from this instruction on.
        record WrongCode(Divergence divergence) implements Cause {}

        /// The emulated run of the code agrees with the oracle, after `steps` instructions: the processor or the kernel around the code is suspect.
        record RightCode(long steps) implements Cause {}

        /// The kernel's verifier has rewritten a program differently from ours; `line` is the first difference.
        record Rewritten(String program, String line) implements Cause {}

        /// The code cannot be run under emulation.
        record NotSupported(String reason) implements Cause {}
    }

    /// What the code of each kernel that differs from the oracle shows, in lines of text.
    public static List<String> explain(VerifiedCase verified, Comparison comparison, Differential differential) {
        if (!(comparison instanceof Comparison.Diverge(_, var differences))) {
            return List.of();
        }
        var different = differences.stream().map(Difference::engine).collect(Collectors.toSet());
        return differential.engines().stream().filter(engine -> different.contains(engine.name()))
                .flatMap(engine -> engine instanceof GuardedKernel guarded
                        ? lines(guarded.name(), verified.source(), of(guarded.kernel(), verified)).stream()
                        : Stream.empty())
                .toList();
    }

    private static List<String> lines(String kernel, Case source, Cause cause) {
        return switch (cause) {
            case Cause.WrongCode(var divergence) -> DivergenceText.lines(source, divergence);
            case Cause.RightCode(long steps) -> List.of(
                    "%s: its machine code agrees with the oracle under emulation, over all %d instructions of the run.".formatted(
                            kernel,
                            steps),
                    "  Suspect the processor, or the kernel outside of the program's code.");
            case Cause.Rewritten(var program, var line) -> List.of(
                    "%s: its verifier rewrote program %s differently from ours. The first line of one of the two (< kernel, > ours):"
                            .formatted(kernel, program),
                    "  " + line);
            case Cause.NotSupported(var reason) -> List.of(
                    "%s: its machine code cannot be followed under emulation: %s".formatted(kernel, reason));
        };
    }

    /// The cause of a difference on this case.
    public static Cause of(KernelEngine kernel, VerifiedCase verified) {
        var image = kernel.image();
        var ours = EngineSpec.like(image);
        if (ours.isEmpty()) {
            return new Cause.NotSupported("Tailbound emulates no processor of architecture %s".formatted(image.arch().word()));
        }
        if (!verified.source().attachments().isEmpty()) {
            return new Cause.NotSupported("the case has attached programs, whose trampolines cannot be dumped");
        }
        try {
            return of(KernelDump.of(kernel, verified), kernel.name(), ours.get(), image.promises().tailCalls(), verified);
        } catch (BadInput | IllegalStateException | UncheckedIOException obstacle) {
            return new Cause.NotSupported(obstacle.getMessage()); // a guest that dies on loading is no reason to lose the finding
        }
    }

    /// The same for a dump. `ours` is the engine that emits the code of the kernel's version.
    static Cause of(KernelDump dump, String name, EmulatedSpec ours, TailCallRule rule, VerifiedCase verified) {
        try (var engine = ours.open(rule)) {
            var images = engine.compile(verified);
            for (int i = 0; i < images.size(); i++) {
                var different = rewritten(dump, i, images.get(i));
                if (different.isPresent()) {
                    return different.get();
                }
            }
        }
        try (var engine = ours.open(name, backend -> new KernelCode(name, dump, backend, ours.target()), rule)) {
            return switch (Lockstep.run(verified, engine)) {
                case Lockstep.Result.Apart(var divergence) -> new Cause.WrongCode(divergence);
                case Lockstep.Result.Together(long steps) -> new Cause.RightCode(steps);
                case Lockstep.Result.Lost(var reason) -> new Cause.NotSupported(reason);
            };
        } catch (BadInput strange) {
            return new Cause.NotSupported(strange.getMessage());
        }
    }

    private static Optional<Cause> rewritten(KernelDump dump, int program, Image ours) {
        var compared = Compared.rewritten(dump, dump.programs().get(program), ours);
        return compared.rows().stream().filter(row -> row.side() != Side.BOTH).findFirst()
                .map(row -> new Cause.Rewritten(compared.name(),
                        "%s %s".formatted(row.side() == Side.KERNEL ? "<" : ">", row.code())));
    }
}
