package dev.tailbound.lockstep;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.disasm.Disassembler.Target;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.emulated.MachineState;
import dev.tailbound.run.emulated.SteppedEngine;
import dev.tailbound.run.interp.Stepper;
import dev.tailbound.run.interp.Stepper.Value;
import dev.tailbound.verify.VerifiedCase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Compares a machine's registers and memory with the oracle's when both are about to run the same instruction.
final class StateCheck {
    private static final List<Reg> NAMEABLE = IntStream.rangeClosed(0, 10).mapToObj(Reg::of).toList();
    private static final List<Reg> PRESERVED = List.of(Reg.R6, Reg.R7, Reg.R8, Reg.R9);

    private final Case source;
    private final CodeMap code;
    private final Stepper oracle;
    private final MachineState machine;
    private final GuestPlaces places;
    private final MemoryCheck memory;
    private final SteppedEngine engine;
    private final Map<Reg, Long> ofHost = new EnumMap<>(Reg.class);
    /// R0 has the result of a compare-and-exchange in its lower half, and no instruction reads its upper half.
    private boolean isHalfOfR0Unused;

    StateCheck(VerifiedCase verified, Stepper oracle, MachineState machine, CodeMap code, SteppedEngine engine) {
        this.source = verified.source();
        this.code = code;
        this.oracle = oracle;
        this.machine = machine;
        this.places = new GuestPlaces(machine);
        this.memory = new MemoryCheck(verified.source(), oracle, machine, places, code.unwrittenSlots());
        this.engine = engine;
    }

    /// The first difference at the start of the entry program.
    Optional<Mismatch> atStart() {
        PRESERVED.forEach(reg -> ofHost.put(reg, machine.register(reg)));
        enter();
        return registers();
    }

    /// The first difference after the instruction.
    Optional<Mismatch> after(Where where, Insn insn) {
        if ((insn.writes() & Reg.R0.bit()) != 0) {
            isHalfOfR0Unused = engine.target() == Target.X86_64 && code.leavesHalfOfR0(where);
        }
        boolean called = insn instanceof Insn.Call;
        boolean replaced = insn instanceof Insn.CallHelper helper && helper.isTailCall() && isEntry(oracle.next());
        if (oracle.hasEntered()) {
            enter();
        }
        boolean preserves = called || (replaced && engine.restoresBeforeTailCalls());
        return registers()
                .or(() -> preserves ? preserved() : Optional.empty())
                .or(() -> reachesMemory(insn) ? memory.first() : Optional.empty());
    }

    private boolean isEntry(Where where) {
        return where.insn() == source.whole(where.program()).entry();
    }

    /// The first difference after the entry program has exited.
    Optional<Mismatch> atEnd(Observation seen) {
        var r0 = oracle.register(0, Reg.R0).map(places::translate).orElse(OptionalLong.empty());
        if (r0.isPresent() && r0.getAsLong() != seen.r0()) {
            return Optional.of(Mismatch.of("r0", r0.getAsLong(), seen.r0()));
        }
        return seen.hostDamage().isEmpty()
                ? memory.first()
                : Optional.of(new Mismatch("host state", "intact", String.join("; ", seen.hostDamage())));
    }

    private static boolean reachesMemory(Insn insn) {
        return switch (insn) {
            case Insn.Store _,Insn.StoreRelease _,Insn.Atomic _ -> true;
            case Insn.Call _,Insn.CallHelper _,Insn.CallKfunc _,Insn.Exit _ -> true;
            case Insn.Load _,Insn.LoadAcquire _,Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _ -> false;
            case Insn.Alu _,Insn.Neg _,Insn.Mov _,Insn.MovSx _,Insn.Swap _,Insn.MovPerCpu _,Insn.Jump _,Insn.JumpIf _ -> false;
        };
    }

    /// The innermost frame has just been built.
    private void enter() {
        var r10 = code.namesR10(oracle.next()) ? OptionalLong.of(machine.register(Reg.R10)) : OptionalLong.empty();
        places.entered(oracle.depth() - 1, r10);
    }

    private Optional<Mismatch> registers() {
        int frame = oracle.depth() - 1;
        return NAMEABLE.stream().flatMap(reg -> mismatch(reg.symbol(Width.W64), oracle.register(frame, reg), reg).stream())
                .findFirst();
    }

    /// At the start of a function, the callee-saved registers must still have the values of the caller, or of the host.
    private Optional<Mismatch> preserved() {
        int caller = oracle.depth() - 2;
        var whose = caller < 0 ? " of the host" : " of the caller";
        return PRESERVED.stream()
                .flatMap(reg -> mismatch(reg.symbol(Width.W64) + whose, leftBy(caller, reg), reg).stream()).findFirst();
    }

    private Optional<Value> leftBy(int caller, Reg reg) {
        return caller < 0 ? Optional.of(new Value.Scalar(ofHost.get(reg))) : oracle.register(caller, reg);
    }

    private Optional<Mismatch> mismatch(String what, Optional<Value> value, Reg reg) {
        var expected = value.map(places::translate).orElse(OptionalLong.empty());
        if (expected.isEmpty()) {
            return Optional.empty();
        }
        long found = machine.register(reg);
        boolean isHalf = reg == Reg.R0 && isHalfOfR0Unused;
        boolean isEqual = isHalf ? (int) found == (int) expected.getAsLong() : found == expected.getAsLong();
        return isEqual ? Optional.empty() : Optional.of(Mismatch.of(what, expected.getAsLong(), found));
    }
}
