package dev.tailbound.verify;

import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Reg;

/// What a call of a kfunc asks of its arguments, and what it makes of a state.
final class KfuncCall {
    private static final int MEMORY_SIZE = 8;

    private KfuncCall() {}

    /// The argument registers as a set of [Reg#bit()]s.
    static int registers(Kfunc kfunc) {
        return ((1 << kfunc.parameters().size()) - 1) << Reg.R1.number();
    }

    static void apply(Kfunc kfunc, PathState state, MemoryAccess memory) {
        for (int i = 0; i < kfunc.parameters().size(); i++) {
            var reg = Reg.of(Reg.R1.number() + i);
            var value = state.read(reg);
            switch (kfunc.parameters().get(i)) {
                case NUMBER -> {
                    if (!(value instanceof Scalar)) {
                        throw wrongType(kfunc, reg, value, "scalar");
                    }
                }
                case MEMORY -> {
                    if (!(value instanceof Pointer pointer) || pointer.mayBeNull() || !isMemory(pointer.region())) {
                        throw wrongType(kfunc, reg, value, "fp, map_value, mem");
                    }
                    memory.modifyBytes(state, reg, MEMORY_SIZE);
                }
                case CONTEXT -> {
                    if (!HelperSignature.isContext(value)) {
                        throw wrongType(kfunc, reg, value, "ctx");
                    }
                }
            }
        }
        var context = state.get(Reg.R1);
        state.current().clobberCallerSaved();
        if (kfunc == Kfunc.CAST) {
            state.set(Reg.R0, context);
        } else if (kfunc.returnsValue()) {
            state.set(Reg.R0, Scalar.unknown());
        }
    }

    private static boolean isMemory(Region region) {
        return switch (region) {
            case Region.Stack _,Region.MapValue _,Region.Mem _ -> true;
            case Region.Ctx _,Region.Arguments _,Region.Map _ -> false;
        };
    }

    private static Rejection wrongType(Kfunc kfunc, Reg reg, AbstractValue value, String expected) {
        return new Rejection("%s: %s type=%s expected=%s", kfunc.symbol(), reg, value instanceof Pointer ? value
                : value.typeName(), expected);
    }
}
