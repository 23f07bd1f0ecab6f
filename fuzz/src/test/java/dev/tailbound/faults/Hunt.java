package dev.tailbound.faults;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.Checked;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison.Diverge;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Signature;
import dev.tailbound.isa.Program;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The search for one fault with the parts of a campaign: generator, verifier, oracle, comparison, minimizer.
final class Hunt implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final CaseSource cases;
    private final Differential differential;
    private final Checker checker;

    Hunt(long seed, Fault fault) {
        cases = CaseSource.seeded(seed);
        differential = new Differential(List.of(new Interpreter(TailCallRule.V6_12), fault.open()), Case::expectation);
        checker = new Checker(differential);
    }

    /// A fault that has been found.
    ///
    /// @param cases number of cases until then
    /// @param time  processor time, which other load on the machine affects least
    record Kill(int cases, Duration time, Case source, Signature signature) {}

    /// The first of at most `most` cases on which the oracle and the faulty engine differ.
    Optional<Kill> first(int most) {
        return first(most, _ -> true);
    }

    /// The first case with this difference.
    Optional<Kill> first(int most, Predicate<Signature> wanted) {
        long started = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < most; i++) {
            var source = cases.at(i);
            var signature = signature(checker, source);
            if (signature.filter(wanted).isPresent()) {
                return Optional.of(
                        new Kill(i + 1, Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - started), source, signature.get()));
            }
        }
        return Optional.empty();
    }

    /// The smallest case with the same signature.
    Case smallest(Kill kill) {
        var closer = checker.closer();
        return new Minimizer(candidate -> signature(closer, candidate).equals(Optional.of(kill.signature())))
                .minimize(kill.source());
    }

    static int insns(Case source) {
        return source.programs().stream().mapToInt(Program::size).sum();
    }

    private static Optional<Signature> signature(Checker checker, Case source) {
        return checker.check(source) instanceof Checked.Compared(_, var result) && result
                .comparison() instanceof Diverge divergence
                        ? Optional.of(divergence.signature())
                        : Optional.empty();
    }

    @Override
    public void close() {
        differential.close();
    }
}
