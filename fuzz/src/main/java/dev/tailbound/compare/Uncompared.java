package dev.tailbound.compare;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.Comparability.Partly;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The parts of an observation that are not compared, because they depend on addresses.
///
/// @param parts empty if everything is compared, or nothing
public record Uncompared(Case source, Optional<Partly> parts) {

    static Uncompared of(Case source, Comparability comparability) {
        return new Uncompared(source, comparability instanceof Partly parts ? Optional.of(parts) : Optional.empty());
    }

    public boolean r0() {
        return parts.filter(Partly::r0).isPresent();
    }

    /// Whether any byte of the context is not compared.
    public boolean context() {
        return parts.isPresent() && !parts.get().context().isEmpty();
    }

    /// Whether any byte of this value is not compared.
    public boolean value(int map, int key) {
        return parts.isPresent() && source.maps().get(map) instanceof BpfMap.Array array
                && isSet(parts.get().maps().get(map), key * array.valueSize(), (key + 1) * array.valueSize());
    }

    private static boolean isSet(BitSet bytes, int from, int to) {
        int first = bytes.nextSetBit(from);
        return first >= 0 && first < to;
    }

    /// The names of these parts: `r0`, `counter[1]`, `context`, `helper call 3`.
    public List<String> names() {
        var names = new ArrayList<String>();
        if (parts.isEmpty()) {
            return names;
        }
        if (r0()) {
            names.add("r0");
        }
        for (int call = 0; call < parts.get().scalars().size(); call++) {
            if (!parts.get().scalars().get(call).isEmpty()) {
                names.add("helper call " + call);
            }
        }
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array) {
                addNames(array, parts.get().maps().get(map), names);
            }
        }
        if (context()) {
            names.add("context");
        }
        return names;
    }

    private static void addNames(BpfMap.Array array, BitSet bytes, List<String> names) {
        for (int at = bytes.nextSetBit(0); at >= 0;) {
            int key = at / array.valueSize();
            names.add("%s[%d]".formatted(array.name(), key));
            at = bytes.nextSetBit((key + 1) * array.valueSize());
        }
    }
}
