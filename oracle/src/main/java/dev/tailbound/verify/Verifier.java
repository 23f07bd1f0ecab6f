package dev.tailbound.verify;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.ArrayList;
import java.util.Optional;

/// Accepts the cases whose programs a kernel from 6.12 on would load for a privileged user, as programs of type SCHED_CLS.
///
/// Every program is followed along all its paths with an abstract state, as kernels do; what is undefined there (uninitialised stack bytes) is
/// refused here, and so is what engines do not offer. `if r1 == 0 goto l; ...` with an unknown `r1` is followed both ways, with what each says
/// about `r1`.
///
/// `Verifier.verify(c)` is [Verdict.Accepted] with facts about each program, or [Verdict.Rejected] with the first offence of the first program.
public final class Verifier {
    private final Case source;
    private final Optional<StateObserver> observer;

    private Verifier(Case source, Optional<StateObserver> observer) {
        this.source = source;
        this.observer = observer;
    }

    public static Verdict verify(Case source) {
        return new Verifier(source, Optional.empty()).verify();
    }

    /// The same, for an observer of what is known on the way.
    public static Verdict verify(Case source, StateObserver observer) {
        return new Verifier(source, Optional.of(observer)).verify();
    }

    private Verdict verify() {
        var facts = new ArrayList<ProgramFacts>();
        for (int i = 0; i < source.programs().size(); i++) {
            var program = source.programs().get(i);
            Exploration exploration = null;
            try {
                var flow = new ControlFlow(program);
                exploration = new Exploration(flow, new CallGraph(flow), source.maps(), watch(i));
                facts.add(exploration.explore(start(program)));
            } catch (Rejection rejection) {
                int insn = rejection.insn() == Rejection.HERE && exploration != null ? exploration.at() : rejection.insn();
                return new Verdict.Rejected(source, program.name(), insn, rejection.getMessage());
            }
        }
        return new Verdict.Accepted(new VerifiedCase(source, facts));
    }

    private Exploration.StateWatch watch(int program) {
        return observer.<Exploration.StateWatch>map(o -> (insn, registers) -> o.meet(program, insn, registers)).orElse(null);
    }

    /// What a program finds when it starts, whether entered from outside or by a tail call.
    private PathState start(Program program) {
        var state = new PathState();
        switch (source.context()) {
            case Context.Skb _ -> state.set(Reg.R1, Pointer.to(new Region.Ctx()));
            case Context.Mem(var data) -> {
                state.set(Reg.R1, Pointer.to(new Region.Mem(data.length())));
                // A tail call hands on R1 alone.
                if (program.name().equals(source.entry()) && !source.isTailCallTarget(program.name())) {
                    state.set(Reg.R2, Scalar.constant(data.length()));
                }
            }
        }
        return state;
    }
}
