package dev.tailbound.run.interp;

import dev.tailbound.cases.Bytes;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.HelperCall;
import dev.tailbound.run.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// How much of a run's outcome does not depend on where its objects lie, and can be asked of every engine.
///
/// It is found by running under two [AddressLayout]s: `r0 = r10; exit` returns two values, so its r0 is not comparable.
public sealed interface Comparability {

    /// Everything is comparable.
    record Whole() implements Comparability {}

    /// Parts of the observation are not.
    ///
    /// @param r0      the result is not comparable
    /// @param maps    for each map the bytes that are not
    /// @param context the bytes of the context that are not
    /// @param scalars for each helper call the scalars that are not
    record Partly(boolean r0, List<BitSet> maps, BitSet context, List<BitSet> scalars) implements Comparability {
        public Partly {
            maps = List.copyOf(maps);
            scalars = List.copyOf(scalars);
        }
    }

    /// The run takes a different way under each layout, so nothing is comparable.
    record Nothing(String reason) implements Comparability {}

    /// What two runs of one case under different layouts have in common.
    static Comparability between(Outcome one, Outcome other) {
        if (one instanceof Outcome.Returned(var a) && other instanceof Outcome.Returned(var b)) {
            return a.equals(b) ? new Whole() : between(a, b);
        }
        if (one instanceof Outcome.Trapped(var kind, var where, _)
                && other instanceof Outcome.Trapped(var otherKind, var otherWhere, _)
                && kind == otherKind && where.equals(otherWhere)) {
            return new Whole();
        }
        return one.equals(other) ? new Whole() : new Nothing("how the run ends depends on addresses");
    }

    private static Comparability between(Observation a, Observation b) {
        if (a.tailCalls() != b.tailCalls()) {
            return new Nothing("the number of tail calls depends on addresses");
        }
        if (!a.helpers().stream().map(HelperCall::id).toList().equals(b.helpers().stream().map(HelperCall::id).toList())) {
            return new Nothing("the sequence of helper calls depends on addresses");
        }
        var maps = new ArrayList<BitSet>();
        for (int i = 0; i < a.maps().size(); i++) {
            maps.add(differingWords(a.maps().get(i), b.maps().get(i)));
        }
        var scalars = new ArrayList<BitSet>();
        for (int i = 0; i < a.helpers().size(); i++) {
            scalars.add(differingScalars(a.helpers().get(i), b.helpers().get(i)));
        }
        return new Partly(a.r0() != b.r0(), maps, differingWords(a.context(), b.context()), scalars);
    }

    /// The bytes of every eight-byte word in which some byte differs: one of an address's bytes may be equal by chance.
    private static BitSet differingWords(Bytes a, Bytes b) {
        var differing = new BitSet();
        for (int i = 0; i < a.length(); i++) {
            if (a.at(i) != b.at(i)) {
                int word = i & -Long.BYTES;
                differing.set(word, Math.min(word + Long.BYTES, a.length()));
            }
        }
        return differing;
    }

    private static BitSet differingScalars(HelperCall a, HelperCall b) {
        var differing = new BitSet();
        for (int i = 0; i < a.scalars().size(); i++) {
            differing.set(i, !a.scalars().get(i).equals(b.scalars().get(i)));
        }
        return differing;
    }

    /// The observation of any engine, with zeros in place of what is not comparable; those of two right engines are equal then.
    ///
    /// Helper calls beyond those that were seen here stay as they are.
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
        return new Observation(r0, observation.tailCalls(), maps, context, helpers, observation.hostDamage(), observation
                .unseen());
    }

    private static Bytes cleared(Bytes bytes, BitSet mask) {
        if (mask.isEmpty()) {
            return bytes;
        }
        var array = bytes.toArray();
        mask.stream().filter(i -> i < array.length).forEach(i -> array[i] = 0);
        return Bytes.of(array);
    }

    private static HelperCall cleared(HelperCall call, BitSet mask) {
        var scalars = new ArrayList<>(call.scalars());
        mask.stream().filter(i -> i < scalars.size()).forEach(i -> scalars.set(i, 0L));
        return new HelperCall(call.id(), scalars);
    }
}
