package dev.tailbound.run.emulated;

import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.VerifiedCase;
import java.util.function.IntUnaryOperator;

/// An engine whose machine code can be followed instruction by instruction, and whose case's updates can be applied at any of them.
public interface SteppedEngine extends Engine {

    /// Machine instructions that every run may take.
    long MIN_INSTRUCTIONS = 4_000_000;
    /// Upper bound of machine instructions per BPF instruction on all backends, calls and tail calls with their prologues included.
    long MAX_INSTRUCTIONS_PER_STEP = 32;

    /// The tail call rule for runs.
    TailCallRule rule();

    /// See [dev.tailbound.jit.Backend#restoresBeforeTailCalls()].
    boolean restoresBeforeTailCalls();

    /// The instruction set of the machine code.
    Disassembler.Target target();

    /// Runs the case instruction by instruction and notifies `follower`; slow.
    void follow(VerifiedCase verified, Follower follower);

    /// Runs the case with its map updates at every possible machine instruction. If that needs more than `limit` runs, tries `limit` systematic and
    /// as many random interleavings; `below` returns a random number below its argument.
    Interleavings explore(VerifiedCase verified, int limit, IntUnaryOperator below);

    /// The same with `runs` random interleavings.
    Interleavings sample(VerifiedCase verified, int runs, IntUnaryOperator below);
}
