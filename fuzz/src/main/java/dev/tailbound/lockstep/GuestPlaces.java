package dev.tailbound.lockstep;

import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.interp.Place;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.run.interp.Stepper.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Where the objects of the oracle's run lie in the memory of a machine that runs the same case.
final class GuestPlaces {
    private final MachineState machine;
    private final List<OptionalLong> framePointers = new ArrayList<>();

    GuestPlaces(MachineState machine) {
        this.machine = machine;
    }

    /// A function has built its frame, `frame` counting from the outermost, 0; empty where it has no use for R10.
    void entered(int frame, OptionalLong r10) {
        framePointers.subList(Math.min(frame, framePointers.size()), framePointers.size()).clear();
        // Between functions there may be the frame of a trampoline.
        while (framePointers.size() < frame) {
            framePointers.add(OptionalLong.empty());
        }
        framePointers.add(r10);
    }

    /// The address of the object's first byte; empty where that cannot be known.
    OptionalLong address(Owner owner) {
        return switch (owner) {
            case Owner.Context() -> OptionalLong.of(machine.contextAddress());
            case Owner.Map(int map) -> OptionalLong.of(machine.mapAddress(map));
            case Owner.Values(int map) -> OptionalLong.of(machine.valueAddress(map));
            case Owner.Stack(int frame) -> moved(framePointers.get(frame), -Place.STACK_BYTES);
        };
    }

    /// What the machine should hold for a value of the oracle.
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
