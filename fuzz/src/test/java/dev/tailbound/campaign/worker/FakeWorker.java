package dev.tailbound.campaign.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.Explainer;
import dev.tailbound.campaign.check.KnownIssue;
import dev.tailbound.campaign.worker.Heartbeat;
import dev.tailbound.campaign.worker.IsolatedRunner;
import dev.tailbound.campaign.worker.Worker;
import dev.tailbound.campaign.worker.WorkerLaunch;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.compare.Differential;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Run;
import dev.tailbound.verify.VerifiedCase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/// A worker whose case N is `r0 = N; r9 = 0; exit`, and whose second engine has the faults given by its arguments.
///
/// `wrong=7` returns another value in each case with a number that ends in 7, `crash=300` halts the process at case 300, and so on. `endless=7`
/// never ends the smaller cases of case 7, without `r9 = 0`, but keeps its heartbeat. `killed=3`: killed at the third run of a case 7, counted over
/// all workers. `late=3`: halts there. `doomed=7`: killed at each run. `busy=7`: never ends and uses a processor. At the first run of case 7 only,
/// `stopped=7` stops itself, `asleep=7` hangs and `gone=7` halts.
public final class FakeWorker {
    private final Path folder;
    private final Heartbeat heartbeat;
    private final Map<String, Integer> quirks = new HashMap<>();

    private FakeWorker(Path heartbeat, String... arguments) throws IOException {
        this.folder = heartbeat.getParent();
        this.heartbeat = new Heartbeat(heartbeat);
        for (var argument : arguments) {
            var words = argument.split("=", 2);
            quirks.put(words[0], Integer.parseInt(words[1]));
        }
    }

    public static WorkerLaunch with(String... quirks) {
        return new WorkerLaunch(FakeWorker.class.getName(), List.of(quirks));
    }

    public static void main(String... arguments) throws Exception {
        var quirks = Arrays.copyOf(arguments, arguments.length - 1);
        var file = Path.of(arguments[arguments.length - 1]);
        var fake = new FakeWorker(file, quirks);
        if (fake.quirks.containsKey("dead")) {
            System.err.println("nothing works here");
            System.exit(fake.quirks.get("dead"));
        }
        var differential = fake.engines();
        var known = List.of(new KnownIssue("bug-3", "https://example.org/3", (source, _) -> number(source) % 10 == fake.quirk(
                "known")));
        var heartbeat = fake.heartbeat;
        Worker.serve(heartbeat, new Worker.Tools(fake::source, new Checker(differential, heartbeat::beat), known,
                Explainer.NONE, () -> new IsolatedRunner(with(quirks), fake.folder, "guard", heartbeat::beat)));
    }

    /// The engines in this process.
    static Differential engines(Path heartbeat, String... quirks) throws IOException {
        return new FakeWorker(heartbeat, quirks).engines();
    }

    private Differential engines() {
        var engines = List.<Engine>of(new FakeEngine("right", source -> number(source)), new FakeEngine("fake", this::result));
        return new Differential(engines, Case::expectation);
    }

    private int quirk(String name) {
        return quirks.getOrDefault(name, Integer.MIN_VALUE);
    }

    private Case source(long index) {
        int number = Math.toIntExact(index) + quirks.getOrDefault("shift", 0);
        if (number == quirk("unmade")) {
            throw new IllegalStateException("no case " + number);
        }
        var first = number == quirk("invalid") ? "r0 = r5" : "r0 = " + number;
        return CaseReader.parse("case", "-- prog main\n    %s\n    r9 = 0\n    exit\n-- ctx skb\n-- run main\n".formatted(first));
    }

    private static int number(Case source) {
        return source.entryProgram().insn(0) instanceof Insn.Mov(_, _, Imm(int number)) ? number : 0;
    }

    private long result(Case source) {
        int number = number(source);
        if (number == quirk("doomed") || (quirks.containsKey("killed") && number == 7 && runOf7() == quirk("killed"))) {
            beKilled();
        }
        while (quirks.containsKey("endless") && number != quirk("endless") && source.entryProgram().insns().size() == 2) {
            heartbeat.beat();
            LockSupport.parkNanos(1_000_000);
        }
        if (number == quirk("crash") || (quirks.containsKey("late") && number == 7 && runOf7() == quirk("late"))) {
            System.err.println("out of luck");
            Runtime.getRuntime().halt(134);
        }
        if (number == quirk("gone") && isFirst("gone")) {
            Runtime.getRuntime().halt(134);
        }
        while (number == quirk("busy")) {
            Thread.onSpinWait();
        }
        if (number == quirk("stopped") && isFirst("stopped")) {
            signalItself("STOP");
        }
        if (number == quirk("noise")) {
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8).println("a library speaks");
        }
        if (number == quirk("flaky")) {
            quirks.remove("flaky"); // wrong only the first time
            return -1;
        }
        if (number == quirk("hang") || (number == quirk("asleep") && isFirst("asleep"))) {
            while (true) {
                LockSupport.park();
            }
        }
        if (number == quirk("throw")) {
            throw new IllegalStateException("thrown at " + number);
        }
        return number % 10 == quirk("wrong") || number % 10 == quirk("known") ? number + 1L : number;
    }

    /// True once; writes this process's number to a file of that name.
    private boolean isFirst(String name) {
        try {
            Files.writeString(folder.resolve(name), Long.toString(ProcessHandle.current().pid()), StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int runOf7() {
        try {
            int run = 1;
            while (!folder.resolve("run-" + run).toFile().createNewFile()) {
                run++;
            }
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a signal as if from another process.
    private static void signalItself(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(ProcessHandle.current().pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void beKilled() {
        signalItself("KILL");
        while (true) {
            LockSupport.park();
        }
    }

    private interface Result {
        long of(Case source);
    }

    private record FakeEngine(String name, Result result) implements Engine {
        @Override
        public Run run(VerifiedCase verified, OptionalLong steps) {
            var observation = new Observation(result.of(verified.source()), 0, List.of(), Bytes.EMPTY, List.of(), List.of());
            return new Run(name, new Outcome.Returned(observation));
        }

        @Override
        public void close() {
            // nothing to close
        }
    }
}
