package dev.tailbound.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.WorkerProcess.Death;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Difference;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.PassChanges;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The child process of a campaign: checks the cases its parent asks for, so that only this process dies with the emulator.
///
/// It ends with its parent: as soon as its standard input does, whatever it is doing.
public final class Worker {
    private static final int STACK_FRAMES = 30;
    private static final int FAILED = 70;

    private final Heartbeat heartbeat;
    private final Tools tools;
    private final PassChanges changes = new PassChanges();

    private Worker(Heartbeat heartbeat, Tools tools) {
        this.heartbeat = heartbeat;
        this.tools = tools;
    }

    /// What a worker works with.
    ///
    /// @param checker beats the worker's [Heartbeat] before each case
    /// @param guards   make what tries cases that may end a worker
    /// @param keepsake keeps what cannot be had again
    public record Tools(CaseSource source, Checker checker, List<KnownIssue> known, Explainer explainer, Supplier<Guard> guards,
            Keepsake keepsake) {
        public Tools(CaseSource source, Checker checker, List<KnownIssue> known, Explainer explainer, Supplier<Guard> guards) {
            this(source, checker, known, explainer, guards, Keepsake.NONE);
        }

        public Tools {
            known = List.copyOf(known);
        }
    }

    /// Answers the parent's requests; never returns.
    public static void serve(Heartbeat heartbeat, Tools tools) throws InterruptedException {
        var answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        System.setOut(System.err); // standard output is for answers alone
        // Ctrl-C reaches all processes of a terminal: the parent says when to end, this hook keeps the signal from doing so.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Worker::waitForParent));
        var requests = new LinkedBlockingQueue<String>();
        Thread.ofPlatform().daemon().name("requests").start(() -> listen(requests));
        try {
            var worker = new Worker(heartbeat, tools);
            answers.println(new Answer.Ready(worker.tools.source().fingerprint()).line());
            while (true) {
                var request = Request.parse(requests.take());
                answers.println(worker.answer(request).line());
            }
        } catch (RuntimeException | Error e) {
            e.printStackTrace(); // for the parent, which shows a dead worker's last words
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void listen(LinkedBlockingQueue<String> requests) {
        try (var in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            in.lines().forEach(requests::add);
        } catch (IOException e) {
            System.err.println("worker: cannot read requests: " + e.getMessage());
        }
        Runtime.getRuntime().halt(0);
    }

    private static void waitForParent() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer answer(Request request) {
        return switch (request) {
            case Request.Check(long from, long to) -> new Answer.Counted(check(from, to));
            case Request.Show(long index) -> new Answer.Told(text(index), "");
            case Request.Describe(long index) -> describe(index);
            case Request.Reduce(long index, var signature) when CaseVerdict.ofSignature(signature) == CaseVerdict.CRASH ->
                reduceCrash(
                        index);
            case Request.Reduce(long index, var signature) -> reduce(index, signature);
            case Request.Try(var source) -> tried(source);
        };
    }

    private Tally check(long from, long to) {
        var tally = new Tally.Builder(from);
        int batch = tools.checker().batch();
        for (long first = from; first < to; first += batch) {
            long end = Math.min(first + batch, to);
            (batch == 1 ? judgeEach(first, end, tally) : judgeBatch(first, end, tally)).forEach(tally::add);
        }
        return tally.build();
    }

    private List<Judged> judgeEach(long from, long to, Tally.Builder tally) {
        return LongStream.range(from, to).mapToObj(index -> {
            heartbeat.at(index);
            return judge(index, tally);
        }).toList();
    }

    /// All at once; one by one where that fails, so that the failure is the right case's.
    private List<Judged> judgeBatch(long from, long to, Tally.Builder tally) {
        try {
            var cases = LongStream.range(from, to).mapToObj(tools.source()::at).toList();
            var checked = tools.checker().checkAll(cases, position -> heartbeat.at(from + position));
            var judged = new ArrayList<Judged>();
            for (int i = 0; i < cases.size(); i++) {
                heartbeat.at(from + i);
                tools.keepsake().keep(from + i, checked.get(i));
                judged.add(Judged.of(cases.get(i), checked.get(i), tools.known()));
            }
            checked.forEach(each -> count(each, tally));
            return judged;
        } catch (RuntimeException | StackOverflowError _) {
            return judgeEach(from, to, tally);
        }
    }

    private Judged judge(long index, Tally.Builder tally) {
        try {
            return judge(tools.checker(), tools.source().at(index), checked -> count(checked, tally));
        } catch (RuntimeException | StackOverflowError e) {
            return Judged.threw(e);
        }
    }

    private void count(Checked checked, Tally.Builder tally) {
        if (checked instanceof Checked.Compared(var verified, var result)) {
            tally.interleaved(result.interleavings());
            changes.of(verified).forEach(tally::changedBy);
        }
    }

    private Judged judge(Checker checker, Case source) {
        return judge(checker, source, _ -> {});
    }

    private Judged judge(Checker checker, Case source, Consumer<Checked> seen) {
        try {
            var checked = checker.check(source);
            seen.accept(checked);
            return Judged.of(source, checked, tools.known());
        } catch (RuntimeException | StackOverflowError e) {
            return Judged.threw(e);
        }
    }

    private Answer describe(long index) {
        heartbeat.at(index);
        try {
            var told = told(tools.checker(), tools.source().at(index));
            return new Answer.Told(told.source(), told.evidence() + tools.keepsake().of(index));
        } catch (RuntimeException | StackOverflowError e) {
            return new Answer.Told("", "The case cannot be made:\n\n" + stackTrace(e));
        }
    }

    private Answer reduce(long index, String signature) {
        heartbeat.at(index);
        var original = tools.source().at(index);
        var judged = judge(tools.checker(), original);
        if (!judged.name().equals(signature)) {
            throw new IllegalStateException("case %d was %s, and is %s now".formatted(index, signature, judged));
        }
        // In a smaller case events have other ways to land; in the original one, these may show something else first.
        var closer = tools.checker().closer();
        var checker = judge(closer, original).equals(judged) ? closer : tools.checker();
        return told(checker, new Minimizer(candidate -> judge(checker, candidate).equals(judged)).minimize(original));
    }

    /// Candidates are run elsewhere, where they may end the process.
    private Answer reduceCrash(long index) {
        heartbeat.at(index);
        var original = tools.source().at(index);
        try (var guard = tools.guards().get()) {
            if (!crashes(guard, original)) {
                throw new IllegalStateException("case %d crashed, and does not now".formatted(index));
            }
            var smallest = new Minimizer(candidate -> Verifier.verify(candidate) instanceof Verdict.Accepted && crashes(guard,
                    candidate)).minimize(original);
            return new Answer.Told(CasePrinter.print(smallest), guard.deathOf(smallest).map(Death::evidence).orElse(""));
        }
    }

    private static boolean crashes(Guard guard, Case candidate) {
        return guard.deathOf(candidate).filter(death -> death.how() == CaseVerdict.CRASH).isPresent();
    }

    /// That the process is still there is the answer.
    private Answer tried(String source) {
        judge(tools.checker(), CaseReader.parse("case", source));
        return new Answer.Told(source, "");
    }

    private Answer.Told told(Checker checker, Case source) {
        return new Answer.Told(CasePrinter.print(source), evidence(checker, source));
    }

    private String evidence(Checker checker, Case source) {
        try {
            return evidence(checker.check(source));
        } catch (RuntimeException | StackOverflowError e) {
            return stackTrace(e);
        }
    }

    private String evidence(Checked checked) {
        return switch (checked) {
            case Checked.Refused(Verdict.Rejected(_, var program, int insn, var reason)) ->
                "The verifier refused the case: program %s, instruction %d: %s\n".formatted(program, insn, reason);
            case Checked.Compared(var verified, var result) -> switch (result.comparison()) {
                case Comparison.Agree _ -> "All engines agree on this case.\n";
                case Comparison.Inconclusive(var reason) -> "The engines cannot be compared on this case: " + reason + "\n";
                case Comparison.Diverge divergence -> divergence.differences().stream().map(Difference::describe)
                        .collect(Collectors.joining("\n- ", "- ", "\n\n")) + left(result) + tools.explainer().explain(verified,
                                divergence);
            };
        };
    }

    /// Consoles and verifiers' logs.
    private static String left(Differential.Result result) {
        return result.runs().stream().filter(run -> !run.outcome().evidence().isEmpty())
                .map(run -> "## What %s left\n\n%s\n".formatted(run.engine(), String.join("\n", run.outcome().evidence()).indent(
                        4)))
                .collect(Collectors.joining());
    }

    /// The text of a case, empty where the generator fails.
    private String text(long index) {
        heartbeat.at(index);
        try {
            return CasePrinter.print(tools.source().at(index));
        } catch (RuntimeException | StackOverflowError e) {
            System.err.println("worker: case " + index + " cannot be made: " + e);
            return "";
        }
    }

    /// Indented, as Markdown wants code.
    private static String stackTrace(Throwable thrown) {
        var frames = Stream.of(thrown.getStackTrace()).limit(STACK_FRAMES).map(frame -> "    at " + frame);
        return Stream.concat(Stream.of(thrown.toString()), frames).collect(Collectors.joining("\n"))
                .indent(4);
    }
}
