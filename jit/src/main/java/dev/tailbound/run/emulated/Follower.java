package dev.tailbound.run.emulated;

import dev.tailbound.jit.Image;
import dev.tailbound.run.Outcome;
import java.util.List;

/// Observes a run of machine code instruction by instruction.
public interface Follower {

    /// Called before the run starts; `machine` shows its state until it ends.
    void begins(List<Image> images, MachineState machine);

    /// Called before the instruction at `address` in one of the images runs; false stops the run there.
    boolean reached(long address);

    /// Called when the run ended by itself.
    void ended(Outcome outcome);
}
