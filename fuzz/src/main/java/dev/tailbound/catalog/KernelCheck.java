package dev.tailbound.catalog;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.Observable;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.run.kernel.KernelEngine;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelSpec;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.nio.file.Path;
import java.util.List;

/// Tells for each bug of the catalogue whether a kernel has it, by cases that come to an end on kernels with and without it.
public final class KernelCheck implements AutoCloseable {
    private final KernelImage image;
    private final Path corpus;
    private final Differential differential;

    /// What was found out.
    public sealed interface Answer {

        /// All cases do what later kernels do, and earlier kernels did not.
        record Fixed(String evidence) implements Answer {}

        /// It is a bug of something that the kernel does not have, or of other architectures; no case shows otherwise.
        record NeverHad(String evidence) implements Answer {}

        /// A case does something else.
        record Affected(String evidence) implements Answer {}

        record CannotTell(String reason) implements Answer {}

        /// `affected`, `fixed`, `never had it` or `cannot tell`
        default String word() {
            return switch (this) {
                case Fixed _ -> "fixed";
                case NeverHad _ -> "never had it";
                case Affected _ -> "affected";
                case CannotTell _ -> "cannot tell";
            };
        }

        default String evidence() {
            return switch (this) {
                case Fixed(var evidence) -> evidence;
                case NeverHad(var evidence) -> evidence;
                case Affected(var evidence) -> evidence;
                case CannotTell(var reason) -> reason;
            };
        }

        /// What it is where kernels of this kind never had the bug.
        default Answer of(KernelBug bug, KernelImage image) {
            return bug.absence(image.arch(), image.version()).<Answer>map(absence -> switch (this) {
                case Affected _,NeverHad _ -> this;
                case CannotTell _ -> new NeverHad(absence);
                case Fixed(var evidence) -> new NeverHad(absence + "; " + evidence);
            }).orElse(this);
        }
    }

    /// Boots the kernel; `corpus` is the folder that the catalogue's cases lie in.
    public KernelCheck(KernelSpec spec, Path corpus) {
        this.image = spec.image();
        this.corpus = corpus;
        // Later kernels are what it is held to, whatever its own version.
        differential = new Differential(List.of(new Interpreter(TailCallRule.V6_12), new GuardedKernel(new KernelEngine(spec))),
                Case::expectation);
    }

    /// Boots the kernel.
    public void start() {
        differential.start(() -> {});
    }

    public Answer check(KernelBug bug) {
        return shown(bug).of(bug, image);
    }

    private Answer shown(KernelBug bug) {
        if (bug.cases().isEmpty()) {
            return new Answer.CannotTell(bug.unseen());
        }
        int ran = 0;
        String obstacle = "";
        for (var name : bug.cases()) {
            switch (verdict(corpus.resolve(name))) {
                case Comparison.Agree _ -> ran++;
                case Comparison.Inconclusive(var reason) -> obstacle = name + ": " + reason;
                case Comparison.Diverge(_, var differences) -> {
                    var first = differences.getFirst();
                    return first.observable() == Observable.REFUSED
                            ? new Answer.CannotTell(name + ": " + first.found())
                            : new Answer.Affected("%s: %s expected %s, found %s".formatted(name, first.what(), first.expected(),
                                    first.found()));
                }
            }
        }
        return ran == 0 ? new Answer.CannotTell(obstacle)
                : new Answer.Fixed("%d of %d cases as expected%s".formatted(ran, bug.cases().size(), obstacle.isEmpty() ? ""
                        : "; " + obstacle));
    }

    private Comparison verdict(Path file) {
        return switch (Verifier.verify(CaseReader.read(file))) {
            case Verdict.Accepted(var verified) -> differential.compare(verified).comparison();
            case Verdict.Rejected rejected -> throw new BadInput(file.toString(), rejected.message());
        };
    }

    @Override
    public void close() {
        differential.close();
    }
}
