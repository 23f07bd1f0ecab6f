package dev.tailbound.jit;

import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts;
import java.util.List;
import java.util.stream.IntStream;

/// The rewrites between the verifier's acceptance and the JIT, in order.
///
/// They are part of what is under test: backends get the rewritten program, the oracle runs the original one.
public final class Lowering {
    private final List<Rewrite> passes;

    public Lowering(List<Rewrite> passes) {
        this.passes = List.copyOf(passes);
    }

    /// What kernels do for x86-64 and arm64. The zero extension comes first: its test for 64-bit reads need not see the guards' copies of divisors.
    public static Lowering standard() {
        return new Lowering(List.of(new CmpxchgZeroExtension(), new DivisionGuards()));
    }

    public Lowered lower(Program program, ProgramFacts facts) {
        var lowered = new Lowered(program, IntStream.range(0, program.size()).toArray(), facts.subprograms(),
                facts.constantSlots());
        for (var pass : passes) {
            lowered = pass.apply(lowered);
        }
        return lowered;
    }
}
