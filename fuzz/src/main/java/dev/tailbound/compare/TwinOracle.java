package dev.tailbound.compare;

import dev.tailbound.isa.Reg;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.AddressLayout;
import dev.tailbound.run.interp.Place;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.run.interp.Stepper;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The oracle, run step by step under two address layouts at once: what both agree on means something to every engine.
final class TwinOracle {

    /// What a register or a word of memory holds in terms that do not depend on a layout.
    sealed interface Value {
        record Scalar(long value) implements Value {}

        record Pointer(Place place) implements Value {}
    }

    private final Stepper low;
    private final Stepper high;

    TwinOracle(VerifiedCase verified, TailCallRule rule) {
        low = new Stepper(verified, rule, AddressLayout.LOW);
        high = new Stepper(verified, rule, AddressLayout.HIGH);
    }

    boolean isRunning() {
        return low.isRunning();
    }

    /// The instruction that comes next.
    Where next() {
        return low.next();
    }

    /// Runs the next instruction; false where there is nothing to go by any more: it trapped, or what comes next depends on addresses.
    boolean step() {
        return low.step() && high.step() && low.isRunning() == high.isRunning() && low.depth() == high.depth()
                && low.next().equals(high.next());
    }

    /// The last step has entered a function.
    boolean hasEntered() {
        return low.hasEntered();
    }

    int depth() {
        return low.depth();
    }

    /// What a register of a live frame holds; empty where it holds nothing, or nothing comparable.
    Optional<Value> register(int frame, Reg reg) {
        var one = low.registers(frame);
        var other = high.registers(frame);
        return one.isDefined(reg) && other.isDefined(reg) ? value(one.read(reg), other.read(reg)) : Optional.empty();
    }

    /// The object's bytes under one of the layouts.
    ByteBuffer bytes(Owner owner) {
        return low.bytes(owner);
    }

    /// The object's bytes under the other layout.
    ByteBuffer otherBytes(Owner owner) {
        return high.bytes(owner);
    }

    /// Which of the eight bytes from the offset have a value, one bit for each.
    int definedBytes(Owner owner, int offset) {
        return low.definedBytes(owner, offset);
    }

    /// What is `one` under one of the layouts and `other` under the other; empty where that is nothing comparable.
    Optional<Value> value(long one, long other) {
        if (one == other) {
            return Optional.of(new Value.Scalar(one));
        }
        var place = low.place(one);
        return place.isPresent() && place.equals(high.place(other)) ? place.map(Value.Pointer::new) : Optional.empty();
    }
}
