package dev.tailbound.run.interp;

import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// A run of the oracle that goes on one instruction at a time, with its registers and memory open to view in between.
///
/// ```java
/// var run = new Stepper(verified, TailCallRule.V6_12, AddressLayout.LOW);
/// while (run.isRunning() && run.step()) {
///     look(run.registers(run.depth() - 1));
/// }
/// ```
public final class Stepper {
    private final Interpreter interpreter;

    public Stepper(VerifiedCase verified, TailCallRule rule, AddressLayout layout) {
        interpreter = new Interpreter(rule);
        interpreter.begin(layout, verified, new Slots(verified.source(), Slots.Sight.NEWEST));
    }

    /// The entry program has not exited yet.
    public boolean isRunning() {
        return interpreter.isRunning();
    }

    /// The instruction that comes next.
    public Where next() {
        return new Where(interpreter.frame().program(), interpreter.frame().next());
    }

    /// Runs the next instruction; false where it ends the run by a trap.
    public boolean step() {
        try {
            interpreter.stepOnce();
            return true;
        } catch (Fault _) {
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

    /// The registers of a live frame, 0 being the outermost.
    public StepListener.Registers registers(int frame) {
        return interpreter.calls().frame(frame);
    }

    /// What the value points to, if it is an address of this run.
    public Optional<Place> place(long value) {
        return interpreter.memory().place(value);
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
