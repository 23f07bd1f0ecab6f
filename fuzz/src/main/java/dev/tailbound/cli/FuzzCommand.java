package dev.tailbound.cli;

import dev.tailbound.campaign.Campaign;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.folder.Parameters;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.disasm.LoadedLibrary;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound fuzz`: runs a campaign until its bound or Ctrl-C, with a status line and a final summary.
///
/// The summary goes to standard output and depends only on the cases; output that depends on time goes to standard error.
@Command(name = "fuzz", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Generates cases, compares the engines on them, and stores findings, until Ctrl-C.")
final class FuzzCommand implements Callable<Integer> {
    private static final int MAX_JOBS_PER_PROCESSOR = 16;
    private static final Path DEFAULT_OUT = Path.of("tailbound-out");

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N",
            description = "Determines every case. Default: the seed of the campaign in DIR, if there is one, else the current time.")
    private Long seed;

    @ArgGroup
    private Bound bound = new Bound();

    private static final class Bound {
        @Option(names = "--time", paramLabel = "T", converter = DurationConverter.class,
                description = "How long to generate cases, such as 60s, 5m or 8h. Minimizing may take 10s more; DIR also stores findings that are not minimal by then.")
        private Duration time;

        @Option(names = "--cases", paramLabel = "N", description = "Number of cases, those of earlier runs in DIR included.")
        private Long cases;
    }

    @Option(names = "--shard", paramLabel = "I/N",
            description = "Checks only the share I, from 1 to N, of the cases. The shards of one seed check every case once; tailbound merge joins their folders. --cases counts the cases of all shards. Default: the shard of the campaign in DIR, else all cases.")
    private String shard;

    @Mixin
    private EngineOptions engines;

    @Mixin
    private TriageOptions triage;

    @Mixin
    private TestFormatOption format;

    @Mixin
    private MonitorOptions monitor;

    @Option(names = "--jobs", paramLabel = "N", description = "Worker processes. Default: one per processor.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder for findings. A campaign in DIR is resumed, with its seed and engines. Default: a new folder in tailbound-out.")
    private Path out;

    @Option(names = "--hang-limit", paramLabel = "T", hidden = true, converter = DurationConverter.class, defaultValue = "10s")
    private Duration hangLimit;

    @Override
    public Integer call() throws InterruptedException {
        try (var interruption = new Interruption()) {
            int code = run(interruption);
            interruption.exitsWith(code);
            return code;
        } catch (IOException e) {
            throw new UnwritableException(out != null ? out : DEFAULT_OUT, "the campaign cannot continue there", e);
        }
    }

    private int run(Interruption interruption) throws IOException, InterruptedException {
        checkBounds();
        triage.read();
        monitor.check();
        var present = out == null ? Optional.<Parameters>empty() : Parameters.in(out);
        var set = present.map(this::enginesOf).orElseGet(engines::set);
        if (set.specs().size() < 2) {
            throw new BadInput(out != null && present.isPresent() ? out.toString() : "--engine",
                    "expected at least two engines to compare, found only %s".formatted(set.names().getFirst()));
        }
        set.openReady(() -> {}).close(); // reports missing or unusable engines here, not in a worker
        var settings = settings(seed(present), shard(present), set);
        var folder = out != null ? out : newFolder(settings);
        var own = settings.cases().isEmpty() ? OptionalLong.empty()
                : OptionalLong.of(settings.shard().cases(0, settings.cases().getAsLong()));
        var progress = monitor.monitor(spec.commandLine().getErr(), settings.engines(), settings.seed(),
                new LiveLine.Bound(settings.time(), own));
        try (var campaign = new Campaign(settings, folder, WorkerCommand.launch(settings.seed(), set), progress)) {
            interruption.runs(campaign::stop);
            var total = campaign.run();
            progress.end(folder);
            var kernels = campaign.kernels();
            if (kernels.boots() > 0) {
                progress.note("kernels: " + kernels.describe());
            }
            var sorted = triage.triage(total, settings.engines(), settings.images());
            var text = spec.commandLine().getOut();
            if (format.print("tailbound fuzz, seed " + settings.seed(), CampaignSummary.results(total, sorted), text)) {
                text.flush();
            } else {
                new CampaignSummary(text).print(settings.seed(), List.of(settings.shard()), settings.engines(), total, sorted,
                        folder);
            }
            return sorted.fresh().isEmpty() ? ExitCode.AGREE : ExitCode.FINDING;
        }
    }

    private void checkBounds() {
        if (bound.cases != null && bound.cases < 1) {
            throw new BadInput("--cases", "expected at least 1, found " + bound.cases);
        }
        int most = MAX_JOBS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
        if (jobs < 1 || jobs > most) {
            throw new BadInput("--jobs",
                    "expected 1 to %d, %d per processor, found %d".formatted(most, MAX_JOBS_PER_PROCESSOR, jobs));
        }
    }

    /// The engines of a resumed campaign, unless the command line names others.
    private EngineSet enginesOf(Parameters present) {
        try {
            return engines.set(EngineSet.parse(present.engines(), present.rule()));
        } catch (BadInput bad) {
            throw bad.in(out.toString());
        }
    }

    private Shard shard(Optional<Parameters> present) {
        return shard != null ? Shard.parse("--shard", shard) : present.map(Parameters::shard).orElse(Shard.WHOLE);
    }

    private Settings settings(long seed, Shard share, EngineSet set) {
        var cases = bound.cases == null ? OptionalLong.empty() : OptionalLong.of(bound.cases);
        var versions = Stream.concat(
                Stream.of(Versions.tailbound(), Versions.java()),
                set.libraries().stream().map(LoadedLibrary::title));
        return new Settings(seed, set.names(), set.images(), set.rule().word(), share, cases, Optional.ofNullable(bound.time),
                jobs, hangLimit, set.options(), versions.collect(Collectors.joining(", ")));
    }

    private long seed(Optional<Parameters> present) {
        return seed != null ? seed : present.map(Parameters::seed).orElseGet(() -> Instant.now().getEpochSecond());
    }

    /// `tailbound-out/seed-1`, `tailbound-out/seed-1-2` and so on, the first that does not exist yet; for a shard `seed-1-shard-2-of-3`.
    private static Path newFolder(Settings settings) throws IOException {
        Files.createDirectories(DEFAULT_OUT);
        var share = settings.shard();
        var name = "seed-" + settings.seed() + (share.isWhole() ? "" : "-shard-%d-of-%d".formatted(share.number(), share.of()));
        for (int i = 1;; i++) {
            try {
                return Files.createDirectory(DEFAULT_OUT.resolve(name + (i == 1 ? "" : "-" + i)));
            } catch (FileAlreadyExistsException e) {
                // exists already: try the next name
            }
        }
    }
}
