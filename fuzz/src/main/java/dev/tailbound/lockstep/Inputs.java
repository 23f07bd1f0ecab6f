package dev.tailbound.lockstep;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.run.interp.Stepper;
import dev.tailbound.run.interp.Stepper.Value;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The values of an instruction's explicit and implicit operand registers before it runs, if defined and comparable.
///
/// @param depth the number of live frames
record Inputs(Map<Reg, Value> values, int depth) {
    static final Inputs NONE = new Inputs(Map.of(), 0);

    static Inputs of(Insn insn, Stepper oracle) {
        var values = new EnumMap<Reg, Value>(Reg.class);
        for (var reg : Reg.values()) {
            if (reg != Reg.R10 && reads(insn, reg)) {
                oracle.register(oracle.depth() - 1, reg).ifPresent(value -> values.put(reg, value));
            }
        }
        return new Inputs(values, oracle.depth());
    }

    static boolean reads(Insn insn, Reg reg) {
        int registers = switch (insn) {
            case Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _ -> Reg.ARGUMENTS;
            case Insn.Exit _ -> Reg.R0.bit();
            case Insn.Atomic atomic when atomic.op() == AtomicOp.CMPXCHG -> atomic.registers() | Reg.R0.bit();
            default -> insn.registers();
        };
        return (registers & reg.bit()) != 0;
    }

    /// One phrase per register: `r1 = ctx`, `r2 = 0x7`.
    List<String> describe(Case source) {
        var places = new PlaceNames(source, depth);
        return values.entrySet().stream().map(entry -> entry.getKey().symbol(Width.W64) + " = " + switch (entry.getValue()) {
            case Value.Scalar(long number) -> "0x" + Long.toHexString(number);
            case Value.Pointer(var place) -> places.of(place);
        }).toList();
    }
}
