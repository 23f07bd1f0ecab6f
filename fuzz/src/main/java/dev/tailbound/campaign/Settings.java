package dev.tailbound.campaign;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a campaign is asked to do.
///
/// @param seed       decides every case
/// @param engines    names of the engines, the reference first
/// @param rule       the tail-call rule in force, as `--tail-calls` spells it
/// @param cases      where to end; empty for an endless campaign
/// @param time       for how long to hand out cases this time; empty for an endless campaign
/// @param jobs       workers at the same time
/// @param hangLimit  how long one case may keep a worker
/// @param options    what selects engines and rule on the command line, to run a case again
/// @param version    of Tailbound
public record Settings(long seed, List<String> engines, String rule, OptionalLong cases, Optional<Duration> time, int jobs,
        Duration hangLimit, List<String> options, String version) {
    public Settings {
        engines = List.copyOf(engines);
        options = List.copyOf(options);
    }
}
