package dev.tailbound.run;

import dev.tailbound.cases.Bytes;
import java.util.List;

/// Everything a finished run shows, all of it compared between engines.
///
/// @param r0         the entry program's result, 64 bits
/// @param tailCalls  tail calls taken
/// @param maps       for each map of the case its values in order, `entries * valueSize` bytes; empty for program arrays
/// @param context    the context's bytes after the run
/// @param helpers    the helper calls in order, without tail calls
/// @param hostDamage what the run left wrong on the host's side, one phrase each ("rbx expected 0x…, found 0x…"); only engines with a host report it
public record Observation(long r0, int tailCalls, List<Bytes> maps, Bytes context, List<HelperCall> helpers,
        List<String> hostDamage) {

    /// A helper call with those of its arguments that are scalars; pointer arguments are left out.
    public record HelperCall(int id, List<Long> scalars) {
        public HelperCall {
            scalars = List.copyOf(scalars);
        }
    }

    public Observation {
        maps = List.copyOf(maps);
        helpers = List.copyOf(helpers);
        hostDamage = List.copyOf(hostDamage);
    }
}
