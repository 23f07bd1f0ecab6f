package dev.tailbound.lockstep;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.interp.Place;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.run.interp.Stepper;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Compares a machine's memory with the oracle's: the context, map values, and the written stack bytes of live frames.
final class MemoryCheck {
    private static final int WORD = Long.BYTES;

    /// Bit masks of a word's defined bytes, by the set of those bytes.
    private static final long[] DEFINED = IntStream.rangeClosed(0, 0xff).mapToLong(MemoryCheck::bytes).toArray();

    private final Case source;
    private final Stepper oracle;
    private final MachineState machine;
    private final GuestPlaces places;
    /// Offsets from R10 at which a pass may have removed stores to the stack.
    private final Set<Integer> unwrittenSlots;

    MemoryCheck(Case source, Stepper oracle, MachineState machine, GuestPlaces places, Set<Integer> unwrittenSlots) {
        this.unwrittenSlots = Set.copyOf(unwrittenSlots);
        this.source = source;
        this.oracle = oracle;
        this.machine = machine;
        this.places = places;
    }

    Optional<Mismatch> first() {
        var owners = Stream.<Owner>builder().add(new Owner.Context());
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array) {
                owners.add(new Owner.Values(map));
            }
        }
        // The innermost frame first: names are then relative to the R10 of the wrong instruction.
        for (int frame = oracle.depth() - 1; frame >= 0; frame--) {
            owners.add(new Owner.Stack(frame));
        }
        return owners.build().flatMap(owner -> first(owner).stream()).findFirst();
    }

    private Optional<Mismatch> first(Owner owner) {
        var expected = oracle.bytes(owner);
        return found(owner, expected.capacity()).flatMap(bytes -> first(owner, expected, bytes));
    }

    private Optional<ByteBuffer> found(Owner owner, int length) {
        if (owner instanceof Owner.Context) {
            return Optional.of(machine.context());
        }
        var address = places.address(owner);
        return address.isPresent() ? machine.memory(address.getAsLong(), length) : Optional.empty();
    }

    private Optional<Mismatch> first(Owner owner, ByteBuffer expected, ByteBuffer found) {
        for (int at = 0; at < expected.capacity(); at += WORD) {
            long difference = word(expected, at) ^ word(found, at);
            boolean isUnwritten = owner instanceof Owner.Stack && unwrittenSlots.contains(at - Place.STACK_BYTES);
            if (difference != 0 && !isUnwritten && isWrong(owner, at, difference, word(found, at))) {
                return Optional.of(mismatch(owner, at, expected, found));
            }
        }
        return Optional.empty();
    }

    /// A word may differ from the oracle's in bits that are undefined or depend on addresses. A whole pointer must be equal.
    private boolean isWrong(Owner owner, int at, long difference, long found) {
        long defined = DEFINED[oracle.definedBytes(owner, at)];
        long ofAddresses = oracle.addressBits(owner, at);
        if ((difference & defined & ~ofAddresses) != 0) {
            return true;
        }
        var pointer = defined == -1 && ofAddresses != 0
                ? oracle.pointer(owner, at).map(Stepper.Value.Pointer::new).map(places::translate).orElse(OptionalLong.empty())
                : OptionalLong.empty();
        return pointer.isPresent() && pointer.getAsLong() != found;
    }

    /// Eight bytes, little-endian, with zeros past the end.
    private static long word(ByteBuffer bytes, int at) {
        if (at + WORD <= bytes.capacity()) {
            return bytes.getLong(at);
        }
        long word = 0;
        for (int i = bytes.capacity() - 1; i >= at; i--) {
            word = word << Byte.SIZE | Byte.toUnsignedInt(bytes.get(i));
        }
        return word;
    }

    private Mismatch mismatch(Owner owner, int at, ByteBuffer expected, ByteBuffer found) {
        var name = new PlaceNames(source, oracle.depth()).of(new Place(owner, at));
        int defined = oracle.definedBytes(owner, at);
        return new Mismatch("bytes at " + name, show(expected, at, defined), show(found, at, defined));
    }

    /// The bytes of the word, with dots for undefined ones.
    private static String show(ByteBuffer bytes, int from, int defined) {
        return IntStream.range(from, Math.min(from + WORD, bytes.capacity()))
                .mapToObj(at -> (defined & 1 << (at - from)) != 0 ? "%02x".formatted(bytes.get(at)) : "..")
                .collect(Collectors.joining(" "));
    }

    /// The bit mask of a word's bytes in a set.
    private static long bytes(int bits) {
        return IntStream.range(0, WORD).filter(i -> (bits & 1 << i) != 0).mapToLong(i -> 0xffL << (i * Byte.SIZE)).reduce(0,
                (a, b) -> a | b);
    }
}
