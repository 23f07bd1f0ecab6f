package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Shard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The settings of a campaign.
///
/// @param seed       determines every case
/// @param engines    names of the engines, the reference first
/// @param images     identities of real kernels' images, by engine name, see [dev.tailbound.engines.EngineSet#images]
/// @param rule       the tail-call rule, as a word of `--tail-calls`
/// @param shard      the share of the cases that this campaign checks
/// @param cases      number of cases of all shards together; empty for an endless campaign
/// @param time       time for handing out cases in this session; empty for an endless campaign
/// @param jobs       number of workers
/// @param hangLimit  processor time, or time asleep, that one case may use
/// @param options    command-line options that select engines and rule, to run a case again
/// @param version    version of Tailbound
public record Settings(long seed, List<String> engines, Map<String, String> images, String rule, Shard shard,
        OptionalLong cases, Optional<Duration> time, int jobs, Duration hangLimit, List<String> options, String version) {
    public Settings {
        engines = List.copyOf(engines);
        images = Map.copyOf(images);
        options = List.copyOf(options);
    }

    /// A campaign without real kernels, on one machine.
    public Settings(long seed, List<String> engines, String rule, OptionalLong cases, Optional<Duration> time, int jobs,
            Duration hangLimit, List<String> options, String version) {
        this(seed, engines, Map.of(), rule, Shard.WHOLE, cases, time, jobs, hangLimit, options, version);
    }
}
