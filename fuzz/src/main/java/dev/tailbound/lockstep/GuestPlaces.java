package dev.tailbound.lockstep;

import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.interp.Place;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.run.interp.Stepper.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Addresses of the oracle's memory objects in the machine that runs the same case.
final class GuestPlaces {
    private final MachineState machine;
    private final List<OptionalLong> framePointers = new ArrayList<>();

    GuestPlaces(MachineState machine) {
        this.machine = machine;
    }

    /// A function has built its frame. `frame` counts from the outermost, 0; `r10` is empty if the function does not use R10.
    void entered(int frame, OptionalLong r10) {
        framePointers.subList(Math.min(frame, framePointers.size()), framePointers.size()).clear();
        // There may be a trampoline's frame between those of functions.
        while (framePointers.size() < frame) {
            framePointers.add(OptionalLong.empty());
        }
        framePointers.add(r10);
    }

    /// The address of the object's first byte; empty if unknown.
    OptionalLong address(Owner owner) {
        return switch (owner) {
            case Owner.Context() -> OptionalLong.of(machine.contextAddress());
            case Owner.Map(int map) -> OptionalLong.of(machine.mapAddress(map));
            case Owner.Values(int map) -> OptionalLong.of(machine.valueAddress(map));
            case Owner.Stack(int frame) -> moved(framePointers.get(frame), -Place.STACK_BYTES);
        };
    }

    /// The machine's value for a value of the oracle; empty if unknown.
    OptionalLong translate(Value value) {
        return switch (value) {
            case Value.Scalar(long number) -> OptionalLong.of(number);
            case Value.Pointer(var place) -> moved(address(place.owner()), place.offset());
        };
    }

    private static OptionalLong moved(OptionalLong address, long distance) {
        return address.isPresent() ? OptionalLong.of(address.getAsLong() + distance) : address;
    }
}
