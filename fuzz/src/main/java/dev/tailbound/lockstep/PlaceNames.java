package dev.tailbound.lockstep;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.interp.Place;
import dev.tailbound.run.interp.Place.Owner;

/// Memory places in a program's terms: `ctx+8`, `counter[1]+4`, `map counter`, `r10-8`, `r10-8 of the caller`.
///
/// @param depth the number of live frames
record PlaceNames(Case source, int depth) {

    String of(Place place) {
        return switch (place.owner()) {
            case Owner.Context() -> withOffset("ctx", place.offset());
            case Owner.Map(int map) -> withOffset("map " + source.maps().get(map).name(), place.offset());
            case Owner.Values(int map) -> ofValue((BpfMap.Array) source.maps().get(map), place.offset());
            case Owner.Stack(int frame) ->
                withOffset("r10", place.offset() - Place.STACK_BYTES) + " of the caller".repeat(depth - 1 - frame);
        };
    }

    private static String ofValue(BpfMap.Array array, long offset) {
        long key = Math.clamp(Math.floorDiv(offset, (long) array.stride()), 0, array.entries() - 1);
        return withOffset("%s[%d]".formatted(array.name(), key), offset - key * array.stride());
    }

    private static String withOffset(String name, long offset) {
        return offset == 0 ? name : "%s%+d".formatted(name, offset);
    }
}
