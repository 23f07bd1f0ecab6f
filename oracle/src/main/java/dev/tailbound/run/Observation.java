package dev.tailbound.run;

import dev.tailbound.cases.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Observable results of a finished run, all of which are compared between engines.
///
/// @param r0         the entry program's result, 64 bits
/// @param tailCalls  tail calls taken
/// @param maps       per map of the case, its values in order, `entries * valueSize` bytes; empty for program arrays
/// @param context    the context's bytes after the run
/// @param helpers    the helper calls in order, without tail calls
/// @param hostDamage host state that the run corrupted, one phrase each ("rbx expected 0x…, found 0x…"); reported only by engines that emulate a host
/// @param unseen     parts that the engine cannot observe; their values are meaningless
public record Observation(long r0, int tailCalls, List<Bytes> maps, Bytes context, List<HelperCall> helpers,
        List<String> hostDamage, Set<Part> unseen) {

    /// Maximum number of helper calls in a run; a run with more counts as a runaway.
    public static final int MAX_HELPER_CALLS = 1 << 18;

    /// A part that not every engine can observe.
    public enum Part {
        /// The lower 32 bits of r0.
        LOWER_R0,
        /// The upper 32 bits of r0.
        UPPER_R0,
        TAIL_CALLS,
        HELPER_CALLS,
        MAPS,
        CONTEXT
    }

    /// A helper call with its scalar arguments, without pointers.
    public record HelperCall(int id, List<Long> scalars) {
        public HelperCall {
            scalars = List.copyOf(scalars);
        }
    }

    public Observation {
        maps = List.copyOf(maps);
        helpers = List.copyOf(helpers);
        hostDamage = List.copyOf(hostDamage);
        unseen = unseen.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(unseen));
    }

    /// An observation without unobservable parts.
    public Observation(long r0, int tailCalls, List<Bytes> maps, Bytes context, List<HelperCall> helpers,
            List<String> hostDamage) {
        this(r0, tailCalls, maps, context, helpers, hostDamage, Set.of());
    }

    /// The same, sharing the other's contents of equal maps to save memory.
    public Observation sharing(Observation other) {
        var shared = new ArrayList<Bytes>();
        for (int i = 0; i < maps.size(); i++) {
            shared.add(maps.get(i).equals(other.maps.get(i)) ? other.maps.get(i) : maps.get(i));
        }
        return new Observation(r0, tailCalls, shared, context, helpers, hostDamage, unseen);
    }

    public boolean sees(Part part) {
        return !unseen.contains(part);
    }
}
