package dev.tailbound.campaign.check;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.GuardedKernel;
import dev.tailbound.compare.Observable;
import dev.tailbound.run.TailCallRule;
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

/// Known issues of the real kernels in a campaign, by version. A divergence is one of them if it disappears with the issue's workaround.
public final class KernelIssues {
    /// @param mended the first kernel with the fix
    private record Row(String name, String link, KernelVersion mended, Set<Workaround> mends) {}

    // @formatter:off
    private static final List<Row> ROWS = List.of(
            // The verifier uses a subprogram's own result, although its tail call's target may return another one.
            new Row("tail-call-result", "https://git.kernel.org/linus/e3245f899043", KernelVersion.of(6, 18), Set.of(Workaround.OPAQUE_RESULTS)),
            // The JITs call map operations that return 32 bits as if they returned 64.
            new Row("map-error-width",  "map operations return long from 6.4 on",    KernelVersion.of(6, 4),  Set.of(Workaround.WIDE_ERRORS)),
            new Row("tail-call-result-and-map-error-width", "the two together",      KernelVersion.of(6, 4),  EnumSet.allOf(Workaround.class)));
    // @formatter:on

    /// Tail calls of callees are not counted. It shows only if such a kernel is compared under the rule of later ones.
    private static final String HIERARCHY = "hierarchy";
    private static final String HIERARCHY_LINK = "https://git.kernel.org/linus/116e04ba1459";

    private KernelIssues() {}

    /// The issues of the kernels among the engines.
    public static List<KnownIssue> of(Differential differential) {
        var issues = new ArrayList<KnownIssue>();
        for (var engine : differential.engines()) {
            if (engine instanceof GuardedKernel kernel) {
                var version = kernel.kernel().image().version();
                var promises = kernel.kernel().image().promises();
                ROWS.stream().filter(row -> version.isBefore(row.mended())).map(row -> issue(row.name(), row.link(), kernel,
                        verified -> differential.wouldAgree(verified, kernel, kernel.kernel().runMended(verified, row.mends()))))
                        .forEach(issues::add);
                if (promises.mixes() && promises.tailCalls() == TailCallRule.V6_1) {
                    issues.add(issue(HIERARCHY, HIERARCHY_LINK, kernel, kernel::keepsItsOwnRule));
                }
            }
        }
        return issues;
    }

    /// The link of the issue with this name, if there is one.
    public static Optional<String> link(String name) {
        return name.equals(HIERARCHY) ? Optional.of(HIERARCHY_LINK)
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
