package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R1;
import static dev.tailbound.isa.Reg.R2;
import static dev.tailbound.isa.Reg.R3;
import static dev.tailbound.isa.Reg.R4;

import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Size;

/// Semantics of the kfuncs, see [Kfunc].
final class Kfuncs {
    private static final long UPPER_HALF = 0xffff_ffff_0000_0000L;

    private Kfuncs() {}

    /// Calls a module's function with the frame's arguments; module 0 is the kernel itself.
    static long call(Kfunc kfunc, int module, Frame frame, Memory memory) {
        return switch (kfunc) {
            case INC10 -> increment(frame.read(R1), 10, memory);
            case INC100 -> increment(frame.read(R1), 100, memory);
            case WEIGH -> frame.read(R1) + 2 * frame.read(R2) + 3 * frame.read(R3) + 4 * frame.read(R4);
            case ORIGIN -> (frame.read(R1) & UPPER_HALF) | module;
            case NOTE -> 0;
            case CAST, RDONLY -> frame.read(R1);
        };
    }

    private static long increment(long address, long by, Memory memory) {
        long value = memory.load(Size.DW, address) + by;
        memory.store(Size.DW, address, value);
        return value;
    }
}
