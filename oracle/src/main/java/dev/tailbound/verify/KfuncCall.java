package dev.tailbound.verify;

import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Kfunc.Parameter;
import dev.tailbound.isa.Reg;

/// Transfer function of kfunc calls: checks the arguments and updates the state.
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
            check(kfunc, kfunc.parameters().get(i), reg, value);
            if (kfunc.parameters().get(i) == Parameter.MEMORY) {
                memory.modifyBytes(state, reg, MEMORY_SIZE);
            }
        }
        var first = state.get(Reg.R1);
        state.current().clobberCallerSaved();
        switch (kfunc) {
            case CAST -> state.set(Reg.R0, first);
            case RDONLY -> state.set(Reg.R0, view((Pointer) first));
            case INC10, INC100, WEIGH, ORIGIN -> state.set(Reg.R0, Scalar.unknown());
            case NOTE -> {
                // R0 holds nothing.
            }
        }
    }

    private static void check(Kfunc kfunc, Parameter parameter, Reg reg, AbstractValue value) {
        switch (parameter) {
            case NUMBER -> {
                if (!(value instanceof Scalar)) {
                    throw wrongType(kfunc, reg, value, "scalar");
                }
            }
            case TYPE -> {
                if (!(value instanceof Scalar scalar) || !scalar.range().isConstant()) {
                    throw new Rejection("%s: %s must be a known constant", kfunc.symbol(), reg);
                }
                scalar.markPrecise();
            }
            case MEMORY -> {
                if (!(value instanceof Pointer pointer) || pointer.mayBeNull() || !isMemory(pointer.region())) {
                    throw wrongType(kfunc, reg, value, "fp, map_value, mem");
                }
            }
            case OBJECT -> {
                if (!(value instanceof Pointer pointer) || pointer.mayBeNull() || size(pointer.region()) == 0) {
                    throw wrongType(kfunc, reg, value, "map_value, mem, rdonly_untrusted_ptr");
                }
            }
            case CONTEXT -> {
                if (!HelperSignature.isContext(value)) {
                    throw wrongType(kfunc, reg, value, "ctx");
                }
            }
        }
    }

    private static Pointer view(Pointer object) {
        var region = object.region() instanceof PointerTarget.View view ? view
                : new PointerTarget.View(object.region(), size(object.region()));
        return new Pointer(region, object.offset(), object.variable(), 0);
    }

    /// Size in bytes of a read-only view of it; 0 if it cannot have one.
    private static int size(PointerTarget region) {
        return switch (region) {
            case PointerTarget.MapValue value -> value.size();
            case PointerTarget.Mem mem -> mem.size();
            case PointerTarget.View view -> view.size();
            case PointerTarget.Stack _,PointerTarget.Ctx _,PointerTarget.Arguments _,PointerTarget.Map _,PointerTarget.Task _,PointerTarget.Packet _ ->
                0;
        };
    }

    private static boolean isMemory(PointerTarget region) {
        return switch (region) {
            case PointerTarget.Stack _,PointerTarget.MapValue _,PointerTarget.Mem _ -> true;
            case PointerTarget.Ctx _,PointerTarget.Arguments _,PointerTarget.View _,PointerTarget.Map _,PointerTarget.Task _,PointerTarget.Packet _ ->
                false;
        };
    }

    private static Rejection wrongType(Kfunc kfunc, Reg reg, AbstractValue value, String expected) {
        return new Rejection("%s: %s type=%s expected=%s", kfunc.symbol(), reg, value instanceof Pointer ? value
                : value.typeName(), expected);
    }
}
