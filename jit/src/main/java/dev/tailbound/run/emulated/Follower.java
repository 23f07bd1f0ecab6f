package dev.tailbound.run.emulated;

import dev.tailbound.jit.Image;
import dev.tailbound.run.Outcome;
import java.util.List;

/// Goes along with a run of machine code, instruction by instruction.
public interface Follower {

    /// The run is about to start; `machine` shows its state until it has ended.
    void begins(List<Image> images, MachineState machine);

    /// The instruction at `address`, which belongs to one of the images, is about to run; false stops the run there.
    boolean reached(long address);

    /// The run came to an end of its own.
    void ended(Outcome outcome);
}
