package dev.tailbound.campaign.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.Checked;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.CrashArtifacts;
import dev.tailbound.campaign.check.Evidence;
import dev.tailbound.campaign.check.Explainer;
import dev.tailbound.campaign.check.KnownIssue;
import dev.tailbound.campaign.check.SoundEngines;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.PassChanges;
import dev.tailbound.run.Outcome;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// The child process of a campaign: checks cases for its parent, so that a crash of the emulator ends only this process.
///
/// It ends with its parent: at the end of its standard input, even during a case.
public final class Worker {
    private static final int FAILED = 70;
    /// Exit status of a worker whose environment lacks something, which its last line names.
    public static final int MISSING = 3;

    private final Heartbeat heartbeat;
    private final Tools tools;
    private final PrintStream answers;
    private final BooleanSupplier enough;
    private final PassChanges changes = new PassChanges();

    private Worker(Heartbeat heartbeat, Tools tools, PrintStream answers, BooleanSupplier enough) {
        this.heartbeat = heartbeat;
        this.tools = tools;
        this.answers = answers;
        this.enough = enough;
    }

    /// The tools of a worker.
    ///
    /// @param checker beats the worker's [Heartbeat] before each case
    /// @param guards   creates runners for cases that may end a worker
    /// @param sound    opens engines that are known to be correct
    /// @param artifacts stores evidence that cannot be reproduced
    public record Tools(CaseSource source, Checker checker, List<KnownIssue> known, Explainer explainer,
            Supplier<IsolatedRunner> guards, Supplier<SoundEngines> sound, CrashArtifacts artifacts) {
        public Tools(CaseSource source, Checker checker, List<KnownIssue> known, Explainer explainer,
                Supplier<IsolatedRunner> guards) {
            this(source, checker, known, explainer, guards, SoundEngines::none, CrashArtifacts.NONE);
        }

        public Tools {
            known = List.copyOf(known);
        }
    }

    /// Answers the parent's requests; never returns.
    public static void serve(Heartbeat heartbeat, Tools tools) throws InterruptedException {
        var answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        System.setOut(System.err); // standard output is only for replies
        // Ctrl-C reaches all processes of a terminal. This hook ignores it: the parent decides when the worker ends.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Worker::waitForParent));
        var requests = new LinkedBlockingQueue<String>();
        var enough = new AtomicBoolean();
        Thread.ofPlatform().daemon().name("requests").start(() -> listen(requests, enough));
        try {
            var worker = new Worker(heartbeat, tools, answers, enough::get);
            answers.println(new WorkerReply.Ready(worker.tools.source().fingerprint()).line());
            while (true) {
                var request = WorkerRequest.parse(requests.take());
                answers.println(worker.answer(request).line());
            }
        } catch (RuntimeException | Error e) {
            e.printStackTrace(); // for the parent, which reports a dead worker's last output
            Runtime.getRuntime().halt(FAILED);
        }
    }

    private static void listen(LinkedBlockingQueue<String> requests, AtomicBoolean enough) {
        try (var in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            in.lines().forEach(line -> {
                if (line.equals(WorkerRequest.ENOUGH)) {
                    enough.set(true);
                } else {
                    requests.add(line);
                }
            });
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

    private WorkerReply answer(WorkerRequest request) {
        return switch (request) {
            case WorkerRequest.Check(long from, long to) -> new WorkerReply.Counted(check(from, to));
            case WorkerRequest.Show(long index) -> new WorkerReply.Described(text(index), "");
            case WorkerRequest.Describe(long index) -> describe(index);
            case WorkerRequest.Reduce asked -> reduce(asked);
            case WorkerRequest.Try(var source) -> tried(source);
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

    private List<ClassifiedCase> judgeEach(long from, long to, Tally.Builder tally) {
        return LongStream.range(from, to).mapToObj(index -> {
            heartbeat.at(index);
            return judge(index, tally);
        }).toList();
    }

    /// Checks all cases at once; if that fails, one by one, to attribute the failure to the right case.
    private List<ClassifiedCase> judgeBatch(long from, long to, Tally.Builder tally) {
        try {
            var cases = LongStream.range(from, to).mapToObj(tools.source()::at).toList();
            var checked = tools.checker().checkAll(cases, position -> heartbeat.at(from + position));
            var judged = new ArrayList<ClassifiedCase>();
            for (int i = 0; i < cases.size(); i++) {
                heartbeat.at(from + i);
                tools.artifacts().keep(from + i, checked.get(i));
                judged.add(ClassifiedCase.of(cases.get(i), checked.get(i), tools.known()));
            }
            checked.forEach(each -> count(each, tally));
            return judged;
        } catch (RuntimeException | StackOverflowError _) {
            return judgeEach(from, to, tally);
        }
    }

    private ClassifiedCase judge(long index, Tally.Builder tally) {
        try {
            return ClassifiedCase.by(tools.checker(), tools.source().at(index), tools.known(), checked -> count(checked, tally));
        } catch (RuntimeException | StackOverflowError e) {
            return ClassifiedCase.threw(e);
        }
    }

    private void count(Checked checked, Tally.Builder tally) {
        if (checked instanceof Checked.Compared(var verified, var result)) {
            tally.interleaved(result.interleavings());
            if (result.runs().stream()
                    .anyMatch(run -> run.outcome() instanceof Outcome.Inapplicable lack && lack.isInterpreted())) {
                tally.interpreted();
            }
            changes.of(verified).forEach(tally::changedBy);
        }
    }

    private WorkerReply describe(long index) {
        heartbeat.at(index);
        try {
            var source = tools.source().at(index);
            var found = new Evidence(tools.explainer()).of(source, tools.checker());
            return new WorkerReply.Described(CasePrinter.print(source), found + tools.artifacts().of(index));
        } catch (RuntimeException | StackOverflowError e) {
            return new WorkerReply.Described("", "The case cannot be generated:\n\n" + Evidence.stackTrace(e));
        }
    }

    private WorkerReply reduce(WorkerRequest.Reduce asked) {
        heartbeat.at(asked.index());
        var reducer = new Reducer(tools, enough,
                smaller -> answers.println(new WorkerReply.Smaller(CasePrinter.print(smaller)).line()));
        return reducer.reduce(asked);
    }

    /// The reply only says that the process survived.
    private WorkerReply tried(String source) {
        ClassifiedCase.by(tools.checker(), CaseReader.parse("case", source), tools.known(), _ -> {});
        return new WorkerReply.Described(source, "");
    }

    /// The text of a case; empty if the generator fails.
    private String text(long index) {
        heartbeat.at(index);
        try {
            return CasePrinter.print(tools.source().at(index));
        } catch (RuntimeException | StackOverflowError e) {
            System.err.println("worker: case " + index + " cannot be generated: " + e);
            return "";
        }
    }
}
