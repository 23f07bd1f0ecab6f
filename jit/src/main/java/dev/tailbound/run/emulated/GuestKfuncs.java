package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tailbound.run.Observation.HelperCall;
import java.util.List;

/// Kfuncs for machine code: they take argument registers and access guest memory.
final class GuestKfuncs {
    private static final int NO_RESULT = 0;

    private final GuestMemory memory;

    GuestKfuncs(GuestMemory memory) {
        this.memory = memory;
    }

    /// The recorded call; empty for special kfuncs.
    List<HelperCall> observed(KfuncSpace.Callee callee, long... arguments) {
        long module = callee.module();
        return switch (callee.kfunc()) {
            case INC10, INC100 -> List.of(new HelperCall(callee.kfunc().id(), List.of(module)));
            case WEIGH -> List.of(
                    new HelperCall(callee.kfunc().id(), List.of(module, arguments[0], arguments[1], arguments[2], arguments[3])));
            case ORIGIN, NOTE -> List.of(new HelperCall(callee.kfunc().id(), List.of(module, arguments[0])));
            case CAST, RDONLY -> List.of();
        };
    }

    /// Executes the function; returns the value for R0.
    long call(KfuncSpace.Callee callee, long... arguments) {
        return switch (callee.kfunc()) {
            case INC10 -> add(arguments[0], 10);
            case INC100 -> add(arguments[0], 100);
            case WEIGH -> arguments[0] + (arguments[1] << 1) + arguments[2] * 3 + (arguments[3] << 2);
            case ORIGIN -> arguments[0] >>> Integer.SIZE << Integer.SIZE | callee.module();
            case NOTE -> NO_RESULT;
            case CAST, RDONLY -> arguments[0];
        };
    }

    private long add(long address, long addend) {
        var data = memory.data(address, Long.BYTES);
        long sum = data.get(JAVA_LONG_UNALIGNED, 0) + addend;
        data.set(JAVA_LONG_UNALIGNED, 0, sum);
        return sum;
    }
}
