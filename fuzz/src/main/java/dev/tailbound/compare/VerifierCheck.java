package dev.tailbound.compare;

import dev.tailbound.cases.Case;
import dev.tailbound.run.kernel.Loading;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Submits programs to our verifier and to a kernel's, and runs those that both accept on the oracle and on the kernel.
///
/// Results are grouped by reason, without its numbers; each reason lists the positions of its cases.
public final class VerifierCheck {

    /// The verdicts of both verifiers, and the comparison of the runs if both accept.
    public enum Kind {
        AGREE("both accept, and the runs agree"), INCONCLUSIVE("both accept, and the runs cannot be compared"),
        DIVERGE("both accept, and the runs differ"), BOTH_REFUSE("both refuse"),
        STRICTER("only ours refuses"), LAXER("only the kernel's refuses"), NOT_ASKED("the kernel cannot load it");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private final Differential differential;
    private final GuardedKernel kernel;
    private final Map<Kind, Map<String, List<Integer>>> found = new TreeMap<>();

    /// `differential` has the oracle and this kernel.
    public VerifierCheck(Differential differential, GuardedKernel kernel) {
        this.differential = differential;
        this.kernel = kernel;
    }

    /// Checks all cases. The result has for each kind the positions of its cases, by reason.
    public Map<Kind, Map<String, List<Integer>>> check(List<Case> cases) {
        var loadings = kernel.kernel().load(cases);
        var accepted = new ArrayList<VerifiedCase>();
        var positions = new ArrayList<Integer>();
        for (int i = 0; i < cases.size(); i++) {
            switch (Verifier.verify(cases.get(i))) {
                case Verdict.Rejected(_, _, _, var reason) -> refused(i, reason, loadings.get(i));
                case Verdict.Accepted(var verified) -> {
                    switch (loadings.get(i)) {
                        case Loading.Loaded() -> {
                            accepted.add(verified);
                            positions.add(i);
                        }
                        case Loading.Refused(var reason) -> add(Kind.LAXER, complaint(reason), i);
                        case Loading.NotAsked(var why) -> add(Kind.NOT_ASKED, why, i);
                    }
                }
            }
        }
        var results = differential.compareAll(accepted, _ -> {});
        for (int i = 0; i < results.size(); i++) {
            switch (results.get(i).comparison()) {
                case Comparison.Agree _ -> add(Kind.AGREE, "", positions.get(i));
                case Comparison.Inconclusive(var reason) -> add(Kind.INCONCLUSIVE, plain(reason), positions.get(i));
                case Comparison.Diverge(var signature, _) -> add(Kind.DIVERGE, signature.toString(), positions.get(i));
            }
        }
        return found;
    }

    private void refused(int position, String reason, Loading loading) {
        switch (loading) {
            case Loading.Loaded() -> add(Kind.STRICTER, plain(reason), position);
            case Loading.Refused _ -> add(Kind.BOTH_REFUSE, plain(reason), position);
            case Loading.NotAsked(var why) -> add(Kind.NOT_ASKED, why, position);
        }
    }

    private void add(Kind kind, String reason, int position) {
        found.computeIfAbsent(kind, _ -> new TreeMap<>()).computeIfAbsent(reason, _ -> new ArrayList<>()).add(position);
    }

    /// The kernel's last line, after the program and the error number.
    private static String complaint(String refusal) {
        return plain(refusal.lines().findFirst().orElse("").replaceFirst("^program \\S+: \\S+ \\(\\d+\\):? ?", ""));
    }

    private static String plain(String reason) {
        return reason.lines().findFirst().orElse("").replaceAll("0x[0-9a-f]+|-?[0-9]+", "N");
    }
}
