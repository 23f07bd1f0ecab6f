package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.Observable;
import dev.tailbound.isa.Insn;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.KernelArch;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelVersion;
import dev.tailbound.run.kernel.Workaround;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Known issues of the real kernels in a campaign, by architecture and version. A divergence is one of them if it disappears with the issue's
/// workaround.
public final class KernelIssues {
    /// Where issues are described that have no fix to link to.
    private static final String DOCS = "docs/architectures.md";

    /// @param kernels those that may have it
    private record Row(String name, String link, Predicate<KernelImage> kernels, Set<Workaround> mends) {}

    // @formatter:off
    private static final List<Row> ROWS = List.of(
            // The verifier uses a subprogram's own result, although its tail call's target may return another one.
            new Row("tail-call-result", "https://git.kernel.org/linus/e3245f899043", before(6, 18),                               Set.of(Workaround.OPAQUE_RESULTS)),
            // The JITs call map operations that return 32 bits as if they returned 64.
            new Row("map-error-width",  "map operations return long from 6.4 on",    before(6, 4),                                Set.of(Workaround.WIDE_ERRORS)),
            new Row("tail-call-result-and-map-error-width", "the two together",      before(6, 4),                                EnumSet.of(Workaround.OPAQUE_RESULTS, Workaround.WIDE_ERRORS)),
            // The verifier inserts no zero extension on a path that it prunes.
            new Row("zext-pruned",        DOCS, since(6, 13, KernelArch.RISCV64, KernelArch.PPC64LE, KernelArch.ARM),             Set.of(Workaround.ZERO_EXTENSIONS)),
            // stptr multiplies its offset by 4.
            new Row("loong64-far-stores", DOCS, since(0, 0, KernelArch.LOONG64),                                                  Set.of(Workaround.NEAR_STORES)),
            // lwa has no room for the low two bits of an offset.
            new Row("ppc64-ldsx32",       DOCS, since(6, 6, KernelArch.PPC64LE),                                                  Set.of(Workaround.SHIFTED_LOADS)),
            new Row("zext-pruned-and-ppc64-ldsx32", DOCS, since(6, 13, KernelArch.PPC64LE),                                       EnumSet.of(Workaround.ZERO_EXTENSIONS, Workaround.SHIFTED_LOADS)),
            // A target is entered after the code that makes room for its stack.
            new Row("larger-frame",       DOCS, since(6, 2, KernelArch.ARM),                                                      Set.of(Workaround.DEEP_STACKS)),
            new Row("zext-pruned-and-larger-frame", DOCS, since(6, 13, KernelArch.ARM),                                           EnumSet.of(Workaround.ZERO_EXTENSIONS, Workaround.DEEP_STACKS)),
            new Row("mips64-index",       DOCS, since(0, 0, KernelArch.MIPS64EL),                                                 Set.of(Workaround.NARROW_INDICES)));
    // @formatter:on

    /// The JIT of MIPS64 ignores the offsets of instructions that make division and moves signed. No workaround needs few instructions.
    private static final String UNSIGNED = "mips64-signed";
    private static final Predicate<KernelImage> DIVIDES_UNSIGNED = since(6, 6, KernelArch.MIPS64EL);

    /// Tail calls of callees are not counted. It shows only if such a kernel is compared under the rule of later ones.
    private static final String HIERARCHY = "hierarchy";
    private static final String HIERARCHY_LINK = "https://git.kernel.org/linus/116e04ba1459";

    private KernelIssues() {}

    /// The issues of the kernels among the engines.
    public static List<KnownIssue> of(Differential differential) {
        var issues = new ArrayList<KnownIssue>();
        for (var engine : differential.engines()) {
            if (engine instanceof GuardedKernel kernel) {
                var image = kernel.kernel().image();
                ROWS.stream().filter(row -> row.kernels().test(image)).map(row -> issue(row.name(), row.link(), kernel,
                        verified -> differential.wouldAgree(verified, kernel, kernel.kernel().runMended(verified, row.mends()))))
                        .forEach(issues::add);
                if (DIVIDES_UNSIGNED.test(image)) {
                    issues.add(issue(UNSIGNED, DOCS, kernel, KernelIssues::hasSignedArithmetic));
                }
                if (image.promises().mixes() && image.promises().tailCalls() == TailCallRule.V6_1) {
                    issues.add(issue(HIERARCHY, HIERARCHY_LINK, kernel, kernel::keepsItsOwnRule));
                }
            }
        }
        return issues;
    }

    private static Predicate<KernelImage> before(int major, int minor) {
        return image -> image.version().isBefore(KernelVersion.of(major, minor));
    }

    private static Predicate<KernelImage> since(int major, int minor, KernelArch... archs) {
        return image -> List.of(archs).contains(image.arch()) && !image.version().isBefore(KernelVersion.of(major, minor));
    }

    private static boolean hasSignedArithmetic(VerifiedCase verified) {
        return verified.source().programs().stream().flatMap(program -> program.insns().stream())
                .anyMatch(insn -> insn instanceof Insn.MovSx
                        || (insn instanceof Insn.Alu(_, var op, _, _) && op.isDivision() && op.off() != 0));
    }

    /// The link of the issue with this name, if there is one.
    public static Optional<String> link(String name) {
        return name.equals(HIERARCHY) ? Optional.of(HIERARCHY_LINK)
                : name.equals(UNSIGNED) ? Optional.of(DOCS)
                        : ROWS.stream().filter(row -> row.name().equals(name)).map(Row::link).findFirst();
    }

    private static KnownIssue issue(String name, String link, GuardedKernel kernel, Predicate<VerifiedCase> explains) {
        return new KnownIssue(name, link, (source, divergence) -> isItsAlone(kernel, divergence) && holds(source, explains));
    }

    /// A dead kernel is always a finding: each attempt to explain it would take another boot.
    private static boolean isItsAlone(GuardedKernel kernel, Comparison.Diverge divergence) {
        return divergence.differences().stream().allMatch(difference -> difference.engine().equals(kernel.name())
                && difference.observable() != Observable.OUTCOME);
    }

    private static boolean holds(Case source, Predicate<VerifiedCase> explains) {
        return Verifier.verify(source) instanceof Verdict.Accepted(var verified) && explains.test(verified);
    }
}
