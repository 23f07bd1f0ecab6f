package dev.tailbound.run.interp;

import dev.tailbound.isa.Reg;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// A run of the oracle that goes on one instruction at a time. Between instructions it shows registers and memory in terms that do not depend on where
/// objects lie.
///
/// ```java
/// var run = new Stepper(verified, TailCallRule.V6_12);
/// while (run.isRunning() && run.step()) {
///     look(run.register(run.depth() - 1, Reg.R0));
/// }
/// ```
public final class Stepper {

    /// A value that means the same in every engine.
    public sealed interface Value {
        record Scalar(long value) implements Value {}

        record Pointer(Place place) implements Value {}
    }

    private final Interpreter interpreter;

    public Stepper(VerifiedCase verified, TailCallRule rule) {
        interpreter = Interpreter.tracking(rule);
        interpreter.begin(AddressLayout.LOW, verified, new Slots(verified.source(), Slots.Visibility.NEWEST));
    }

    /// The entry program has not exited yet.
    public boolean isRunning() {
        return interpreter.isRunning();
    }

    /// The instruction that comes next.
    public Where next() {
        return new Where(interpreter.frame().program(), interpreter.frame().next());
    }

    /// Runs the next instruction; false where it traps, or where the path from there on depends on addresses.
    public boolean step() {
        try {
            interpreter.stepOnce();
            return true;
        } catch (Fault | AddressDependence _) {
            return false;
        }
    }

    /// The next instruction is a function's first one, which the last step has entered.
    public boolean hasEntered() {
        return interpreter.hasEntered();
    }

    /// The number of live frames, those of trampolines included, which run no instructions.
    public int depth() {
        return interpreter.calls().depth();
    }

    /// What a register of a live frame holds, 0 being the outermost; empty where it is undefined, or made of addresses and no pointer.
    public Optional<Value> register(int frame, Reg reg) {
        var registers = interpreter.calls().frame(frame);
        return registers.isDefined(reg) ? value(registers.taint(reg)) : Optional.empty();
    }

    /// Where the pointer points to that eight bytes of an object are; empty where they are none.
    public Optional<Place> pointer(Owner owner, int offset) {
        var tainted = interpreter.memory().region(owner).tainted;
        return tainted.pointee(offset) == null ? Optional.empty()
                : interpreter.memory().place(tainted.load(offset, Long.BYTES, bytes(owner).getLong(offset)));
    }

    /// The bits of the eight bytes from the offset, little-endian, that depend on addresses.
    public long addressBits(Owner owner, int offset) {
        return interpreter.memory().region(owner).tainted.bits(offset, Long.BYTES);
    }

    private Optional<Value> value(Taint taint) {
        return taint.isClean() ? Optional.of(new Value.Scalar(taint.value()))
                : interpreter.memory().place(taint).map(
                        Value.Pointer::new);
    }

    /// The bytes of an object, little-endian, as they are until the next step.
    public ByteBuffer bytes(Owner owner) {
        return ByteBuffer.wrap(interpreter.memory().region(owner).bytes).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Which of the eight bytes from the offset, a multiple of 8, have a value, one bit for each: on a stack, those that were written.
    public int definedBytes(Owner owner, int offset) {
        return interpreter.memory().region(owner).definedBytes(offset);
    }
}
