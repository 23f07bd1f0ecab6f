package dev.tailbound.campaign.folder;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a campaign is asked to do.
///
/// @param seed       decides every case
/// @param engines    names of the engines, the reference first
/// @param images     what tells the kernel images of real kernels apart, by name of the engine, see [dev.tailbound.engines.EngineSet#images]
/// @param rule       the tail-call rule in force, as `--tail-calls` spells it
/// @param cases      where to end; empty for an endless campaign
/// @param time       for how long to hand out cases this time; empty for an endless campaign
/// @param jobs       workers at the same time
/// @param hangLimit  how much of the machine one case may use: processor time, or time asleep
/// @param options    what selects engines and rule on the command line, to run a case again
/// @param version    of Tailbound
public record Settings(long seed, List<String> engines, Map<String, String> images, String rule, OptionalLong cases,
        Optional<Duration> time, int jobs,
        Duration hangLimit, List<String> options, String version) {
    public Settings {
        engines = List.copyOf(engines);
        images = Map.copyOf(images);
        options = List.copyOf(options);
    }

    /// A campaign without real kernels.
    public Settings(long seed, List<String> engines, String rule, OptionalLong cases, Optional<Duration> time, int jobs,
            Duration hangLimit, List<String> options, String version) {
        this(seed, engines, Map.of(), rule, cases, time, jobs, hangLimit, options, version);
    }
}
