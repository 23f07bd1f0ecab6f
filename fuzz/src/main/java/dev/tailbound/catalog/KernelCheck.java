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

/// Decides for each bug of the catalogue whether a kernel has it, with cases that terminate on kernels with and without it.
public final class KernelCheck implements AutoCloseable {
    private final KernelImage image;
    private final Path corpus;
    private final Differential differential;

    /// The result for one bug.
    public sealed interface Answer {

        /// All cases behave as on later kernels; earlier kernels differed.
        record Fixed(String evidence) implements Answer {}

        /// The kernel lacks the feature with the bug, or the bug is of another architecture; no case shows otherwise.
        record NeverHad(String evidence) implements Answer {}

        /// A case behaves differently.
        record Affected(String evidence) implements Answer {}

        record CannotTell(String reason) implements Answer {}

        /// `affected`, `fixed`, `never affected` or `unknown`
        default String word() {
            return switch (this) {
                case Fixed _ -> "fixed";
                case NeverHad _ -> "never affected";
                case Affected _ -> "affected";
                case CannotTell _ -> "unknown";
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

        /// The answer, replaced by [NeverHad] if kernels of this kind never had the bug and no case shows it.
        default Answer of(KernelBug bug, KernelImage image) {
            return bug.absence(image.arch(), image.version()).<Answer>map(absence -> switch (this) {
                case Affected _,NeverHad _ -> this;
                case CannotTell _ -> new NeverHad(absence);
                case Fixed(var evidence) -> new NeverHad(absence + "; " + evidence);
            }).orElse(this);
        }
    }

    /// Boots the kernel; `corpus` is the folder of the catalogue's cases.
    public KernelCheck(KernelSpec spec, Path corpus) {
        this.image = spec.image();
        this.corpus = corpus;
        // A kernel of any version is compared with the behaviour of later kernels.
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
                    return first.observable() == Observable.REFUSED ? new Answer.CannotTell(name + ": " + first.found())
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
