package dev.tailbound.run.interp;

import dev.tailbound.isa.Reg;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Single-steps the oracle. Between instructions it shows registers and memory independently of addresses.
///
/// ```java
/// var run = new Stepper(verified, TailCallRule.V6_12);
/// while (run.isRunning() && run.step()) {
///     look(run.register(run.depth() - 1, Reg.R0));
/// }
/// ```
public final class Stepper {

    /// A value in a form that is equal in every engine.
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

    /// The next instruction.
    public Where next() {
        return new Where(interpreter.frame().program(), interpreter.frame().next());
    }

    /// Runs the next instruction; false if it traps or if the path after it depends on addresses.
    public boolean step() {
        try {
            interpreter.stepOnce();
            return true;
        } catch (Fault | AddressDependence _) {
            return false;
        }
    }

    /// The last step entered a function, whose first instruction is next.
    public boolean hasEntered() {
        return interpreter.hasEntered();
    }

    /// Number of live frames, including those of trampolines, which execute no instructions.
    public int depth() {
        return interpreter.calls().depth();
    }

    /// Value of a register of a live frame, 0 being the outermost; empty if it is undefined, or depends on addresses without being a pointer.
    public Optional<Value> register(int frame, Reg reg) {
        var registers = interpreter.calls().frame(frame);
        return registers.isDefined(reg) ? value(registers.taint(reg)) : Optional.empty();
    }

    /// Target of the pointer stored in eight bytes of an object; empty if they are no pointer.
    public Optional<Place> pointer(Owner owner, int offset) {
        var tainted = interpreter.memory().region(owner).tainted;
        return tainted.pointee(offset) == null ? Optional.empty()
                : interpreter.memory().place(tainted.load(offset, Long.BYTES, bytes(owner).getLong(offset)));
    }

    /// Mask of the bits that depend on addresses in the eight bytes from the offset, as a number.
    public long addressBits(Owner owner, int offset) {
        return interpreter.memory().region(owner).tainted.bits(offset, Long.BYTES);
    }

    private Optional<Value> value(Taint taint) {
        return taint.isClean() ? Optional.of(new Value.Scalar(taint.value()))
                : interpreter.memory().place(taint).map(
                        Value.Pointer::new);
    }

    /// The bytes of an object in the byte order of the target; valid until the next step.
    public ByteBuffer bytes(Owner owner) {
        return ByteBuffer.wrap(interpreter.memory().region(owner).bytes).asReadOnlyBuffer().order(interpreter.memory().order());
    }

    /// Mask of the defined bytes among the eight from the offset, a multiple of 8: on a stack, the written ones.
    public int definedBytes(Owner owner, int offset) {
        return interpreter.memory().region(owner).definedBytes(offset);
    }
}
