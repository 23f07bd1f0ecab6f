package dev.tailbound.run.interp;

import dev.tailbound.cases.Context;
import dev.tailbound.cases.Context.Skb;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/// Runs a case that no verifier has accepted, and reports whether each step is defined, so that other engines may run it, too.
///
/// It makes three checks that other runs of the oracle lack: only pointers access memory, not numbers that happen to be addresses; calls nest no
/// deeper than a guest's stack allows; and each instruction accesses the context always or never.
public final class DefinedRun {
    private static final long FUEL = 1_000_000;
    /// Each takes at most 512 bytes of BPF stack and some registers; the smallest guest has 64 KiB.
    private static final int DEEPEST = 64;

    /// Whether the run is defined.
    public sealed interface Answer {

        /// The run is defined. The case has the facts observed in it.
        record Defined(VerifiedCase verified) implements Answer {}

        /// The run is undefined, for the reason of the trap.
        record Undefined(Outcome.Trapped outcome) implements Answer {}
    }

    private final VerifiedCase verified;
    private final Interpreter interpreter;
    private final boolean isConverted;
    private final List<BitSet> contextAccesses;
    private final List<BitSet> otherAccesses;
    private Where next = Where.UNKNOWN;

    private DefinedRun(VerifiedCase verified, TailCallRule rule) {
        this.verified = verified;
        interpreter = Interpreter.tracking(rule);
        isConverted = verified.source().context() instanceof Context.Skb;
        contextAccesses = Stream.generate(BitSet::new).limit(verified.facts().size()).toList();
        otherAccesses = Stream.generate(BitSet::new).limit(verified.facts().size()).toList();
    }

    public static Answer of(VerifiedCase verified, TailCallRule rule) {
        return new DefinedRun(verified, rule).run();
    }

    private Answer run() {
        interpreter.begin(AddressLayout.LOW, verified, new Slots(verified.source(), Slots.Visibility.NEWEST));
        try {
            for (long steps = 0; interpreter.isRunning(); steps++) {
                if (steps == FUEL) {
                    throw new Fault(Trap.RUNAWAY, "the run did not end within %d instructions".formatted(FUEL));
                }
                next = new Where(interpreter.frame().program(), interpreter.frame().next());
                check(interpreter.frame());
                interpreter.stepOnce();
            }
            return new Answer.Defined(
                    verified.basis() == VerifiedCase.Basis.ASSUMED ? verified.withContextAccesses(contextAccesses) : verified);
        } catch (Fault fault) {
            return undefined(fault.kind(), fault.getMessage());
        } catch (AddressDependence dependence) {
            return undefined(Trap.MEMORY, dependence.getMessage() + " depends on an address");
        }
    }

    private Answer undefined(Trap kind, String detail) {
        boolean isEnd = Verifier.isEnd(verified.source().programs().get(next.program()), next.insn());
        return new Answer.Undefined(new Outcome.Trapped(kind, next, isEnd ? "the program runs off its end" : detail));
    }

    private void check(Frame frame) {
        if (interpreter.calls().depth() > DEEPEST) {
            throw new Fault(Trap.MEMORY, "calls nest deeper than %d frames".formatted(DEEPEST));
        }
        var whole = verified.wholes().get(frame.program());
        switch (whole.insn(frame.next())) {
            case Insn.Load(var size, _, _, var base, var off) -> access(frame, base, off, size, false);
            case Insn.Store(var size, var base, var off, _) -> access(frame, base, off, size, true);
            case Insn.Atomic atomic -> accessOther(frame, atomic.base());
            case Insn.LoadAcquire(_, _, var base, _) -> accessOther(frame, base);
            case Insn.StoreRelease(_, var base, _, _) -> accessOther(frame, base);
            case Insn.CallHelper(var id) ->
                Helper.byId(id).ifPresent(helper -> pointers(helper).forEach(reg -> handOver(frame, reg, helper)));
            default -> {
                // Accesses no memory.
            }
        }
    }

    private static List<Reg> pointers(Helper helper) {
        return switch (helper) {
            case MAP_LOOKUP_ELEM, MAP_DELETE_ELEM, TAIL_CALL -> List.of(Reg.R1, Reg.R2);
            case MAP_UPDATE_ELEM -> List.of(Reg.R1, Reg.R2, Reg.R3);
            case KTIME_GET_NS, GET_PRANDOM_U32, GET_SMP_PROCESSOR_ID, GET_CURRENT_TASK, TRACE -> List.of();
        };
    }

    /// A helper reads through the pointer, which must not point to a context; a tail call passes the whole context on.
    private void handOver(Frame frame, Reg pointer, Helper helper) {
        boolean isContext = place(frame, pointer).owner() instanceof Owner.Context;
        if (isContext && isConverted && helper != Helper.TAIL_CALL) {
            throw new Fault(Trap.MEMORY, "r%d of a helper's call points to the context".formatted(pointer.number()));
        }
    }

    private void access(Frame frame, Reg base, int off, Size size, boolean isWrite) {
        var place = place(frame, base);
        if (!(place.owner() instanceof Owner.Context) || !isConverted) {
            note(frame, otherAccesses, contextAccesses);
            return;
        }
        note(frame, contextAccesses, otherAccesses);
        boolean isPacket = !isWrite && size == Size.W && (off == Skb.DATA || off == Skb.DATA_END);
        if (place.offset() != 0 || !(isPacket || Verifier.allowsContextAccess(isWrite, off, size))) {
            throw new Fault(Trap.MEMORY, "%s of %d bytes at ctx%+d: no access that kernels convert".formatted(isWrite ? "write"
                    : "read", size.bytes(), place.offset() + off));
        }
    }

    private void accessOther(Frame frame, Reg base) {
        if (place(frame, base).owner() instanceof Owner.Context && isConverted) {
            throw new Fault(Trap.MEMORY, "atomic access to the context");
        }
        note(frame, otherAccesses, contextAccesses);
    }

    private static void note(Frame frame, List<BitSet> kind, List<BitSet> otherKind) {
        if (otherKind.get(frame.program()).get(frame.next())) {
            throw new Fault(Trap.MEMORY, "the instruction goes to the context and elsewhere");
        }
        kind.get(frame.program()).set(frame.next());
    }

    /// The place that the register points to.
    private Place place(Frame frame, Reg base) {
        return interpreter.memory().place(frame.taint(base)).orElseThrow(() -> new Fault(Trap.MEMORY,
                "access through r%d = %#x, which is no pointer".formatted(base.number(), frame.read(base))));
    }
}
