package dev.tailbound.run.interp;

import dev.tailbound.cases.Bytes;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.HelperCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The parts of a run's outcome that do not depend on addresses and must be equal in every engine.
///
/// [TaintTracker] computes it: `r0 = r10; exit` returns an address, so its r0 is not comparable.
public sealed interface Comparability {

    /// Everything is comparable.
    record Whole() implements Comparability {}

    /// Parts of the observation are not comparable.
    ///
    /// @param r0      the result is not comparable
    /// @param maps    per map, the bytes that are not comparable
    /// @param context the bytes of the context that are not comparable
    /// @param scalars per helper call, the scalars that are not comparable
    record Partly(boolean r0, List<BitSet> maps, BitSet context, List<BitSet> scalars) implements Comparability {
        public Partly {
            maps = List.copyOf(maps);
            scalars = List.copyOf(scalars);
        }
    }

    /// The path of the run depends on addresses, so nothing is comparable.
    record Nothing(String reason) implements Comparability {}

    /// Comparability with these parts excluded; see [Partly].
    static Comparability of(boolean r0, List<BitSet> maps, BitSet context, List<BitSet> scalars) {
        boolean isWhole = !r0 && context.isEmpty() && maps.stream().allMatch(BitSet::isEmpty)
                && scalars.stream().allMatch(BitSet::isEmpty);
        return isWhole ? new Whole() : new Partly(r0, maps, context, scalars);
    }

    /// An engine's observation with zeros in place of the parts that are not comparable. The results of two correct engines are equal.
    ///
    /// Helper calls beyond those of the oracle's run stay unchanged.
    default Observation comparable(Observation observation) {
        return switch (this) {
            case Whole _ -> observation;
            case Partly parts -> cleared(observation, parts);
            case Nothing(var reason) -> throw new IllegalStateException(reason);
        };
    }

    private static Observation cleared(Observation observation, Partly parts) {
        var maps = new ArrayList<Bytes>();
        for (int i = 0; i < observation.maps().size(); i++) {
            maps.add(cleared(observation.maps().get(i), parts.maps.get(i)));
        }
        var helpers = new ArrayList<>(observation.helpers());
        for (int i = 0; i < Math.min(helpers.size(), parts.scalars.size()); i++) {
            helpers.set(i, cleared(helpers.get(i), parts.scalars.get(i)));
        }
        long r0 = parts.r0 ? 0 : observation.r0();
        var context = cleared(observation.context(), parts.context);
        return new Observation(r0, observation.tailCalls(), maps, context, helpers, observation.hostDamage(),
                observation.unseen());
    }

    private static Bytes cleared(Bytes bytes, BitSet mask) {
        if (mask.isEmpty()) {
            return bytes;
        }
        var array = bytes.toArray();
        mask.stream().filter(i -> i < array.length).forEach(i -> array[i] = 0);
        return Bytes.owning(array);
    }

    private static HelperCall cleared(HelperCall call, BitSet mask) {
        var scalars = new ArrayList<>(call.scalars());
        mask.stream().filter(i -> i < scalars.size()).forEach(i -> scalars.set(i, 0L));
        return new HelperCall(call.id(), scalars);
    }
}
