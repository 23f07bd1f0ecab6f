package dev.tailbound.verify;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.EffectiveProgram;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Accepts cases whose programs kernels from 6.12 on would load for a privileged user as type SCHED_CLS.
///
/// Explores all paths of every program with an abstract state, as kernels do. Features that engines lack are rejected, see `docs/verifier.md`. `if r1
/// == 0 goto l; ...` with an unknown `r1` is followed both ways, each with `r1` refined.
///
/// `Verifier.verify(c)` is [Verdict.Accepted] with facts about each program, or [Verdict.Rejected] with the first error of the first rejected
/// program.
public final class Verifier {
    private final Case source;
    private final ByteOrder order;
    private final Optional<StateObserver> observer;
    private final LoadKinds roles;
    private final Set<String> tailCallTargets;
    private final Complexity complexity = new Complexity();
    // Call summaries of functions with attached programs, by their names in case files.
    private final Map<String, CallSummary> passed = new HashMap<>();

    private Verifier(Case source, ByteOrder order, Optional<StateObserver> observer) {
        this.source = source;
        this.order = order;
        this.observer = observer;
        this.roles = new LoadKinds(source);
        this.tailCallTargets = source.tailCallTargets();
    }

    /// Verifies a case for a little-endian target.
    public static Verdict verify(Case source) {
        return verify(source, ByteOrder.LITTLE_ENDIAN);
    }

    /// Verifies a case for a target with this byte order.
    public static Verdict verify(Case source, ByteOrder order) {
        return new Verifier(source, order, Optional.empty()).verify();
    }

    /// Verifies a case for a little-endian target, reporting abstract states to an observer.
    public static Verdict verify(Case source, StateObserver observer) {
        return verify(source, ByteOrder.LITTLE_ENDIAN, observer);
    }

    /// The same for a target with this byte order.
    public static Verdict verify(Case source, ByteOrder order, StateObserver observer) {
        return new Verifier(source, order, Optional.of(observer)).verify();
    }

    /// What a case that is refused can be run as nevertheless: the same with registers that begin as 0, and facts that are assumed where there are none.
    ///
    /// Whether its run is defined, only a run can tell. Rejected is what engines cannot compile: bytes that are no instructions, jumps out of a function.
    public static Verdict assume(Case source, ByteOrder order) {
        return DefinedCompletion.assume(source, order);
    }

    /// In a case that was [assumed][#assume]: the fault at this instruction is that the program has run off its end.
    public static boolean isEnd(Program program, int insn) {
        return DefinedCompletion.isEnd(program, insn);
    }

    /// Whether a program may access the bytes of a `struct __sk_buff`, other than by an atomic instruction.
    public static boolean allowsContextAccess(boolean isWrite, long off, Size size) {
        return off == (int) off && ContextAccess.isAllowed(isWrite, (int) off, size);
    }

    private Verdict verify() {
        var facts = new ProgramFacts[source.programs().size()];
        for (int i : roles.order()) {
            var whole = source.whole(i);
            try {
                whole.program().malformed().ifPresent(bytes -> {
                    throw new Rejection(-1, "%s", bytes.reason());
                });
                roles.check(i);
                var kfuncs = new KfuncTable(source.kernelEnvironment());
                facts[i] = generated(explore(i, kfuncs), i, whole, kfuncs);
            } catch (Rejection rejection) {
                return new Verdict.Rejected(source, whole.program().name(), rejection.insn(), rejection.getMessage());
            }
        }
        return new Verdict.Accepted(new VerifiedCase(source, List.of(facts), order));
    }

    private ProgramFacts explore(int i, KfuncTable kfuncs) {
        var flow = new ControlFlow(source.programs().get(i));
        var role = new AttachmentRole(roles.kind(i), flow, source.attachments());
        var facts = new Exploration(flow, new CallGraph(flow), source.maps(), kfuncs.add(flow.program()), role, order, complexity,
                watch(i, 0)).explore(start(i));
        learn(role, flow);
        return facts;
    }

    /// The program's facts merged with those of its epilogue and prologue, which kernels generate in this order.
    private ProgramFacts generated(ProgramFacts facts, int program, EffectiveProgram whole, KfuncTable kfuncs) {
        var all = facts;
        if (whole.epilogue().isPresent()) {
            var returned = atContext();
            returned.set(Reg.R0, Scalar.unknown());
            all = all.with(explore(whole.epilogue().get(), returned, program, whole.epilogueStart(), kfuncs),
                    whole.epilogueStart());
        }
        if (whole.prologue().isPresent()) {
            all = all.with(explore(whole.prologue().get(), atContext(), program, whole.entry(), kfuncs), whole.entry());
        }
        return all;
    }

    private ProgramFacts explore(Generated generated, PathState start, int program, int base, KfuncTable kfuncs) {
        try {
            return GeneratedCode.explore(generated, start, source, order, kfuncs, complexity, watch(program, base));
        } catch (Rejection rejection) {
            throw rejection.moved(base);
        }
    }

    private Exploration.StateWatch watch(int program, int base) {
        return observer.<Exploration.StateWatch>map(o -> (insn, registers) -> o.meet(program, base + insn, registers))
                .orElse(null);
    }

    private void learn(AttachmentRole role, ControlFlow flow) {
        for (int function = 0; function < flow.functions(); function++) {
            if (role.isSite(function)) {
                passed.put(flow.program().name() + (function == 0 ? "" : " " + flow.name(function)), role.passed(function));
            }
        }
    }

    /// Initial state of a program, whether entered from outside or by a tail call.
    private PathState start(int index) {
        var program = source.programs().get(index);
        var kind = roles.kind(index);
        if (kind.filter(Kind::isTracing).isPresent()) {
            return traced(index, kind.get());
        }
        if (kind.isPresent() && !tailCallTargets.contains(program.name())) {
            return extending(passed.get(roles.attachment(index).orElseThrow().site()));
        }
        var state = atContext();
        // Tail calls and prologues pass only R1.
        if (source.context() instanceof Context.Mem(var data) && program.name().equals(source.entry())
                && !tailCallTargets.contains(program.name()) && source.proEpilogue().prologueOf(program.name()).isEmpty()) {
            state.set(Reg.R2, Scalar.constant(data.length()));
        }
        return state;
    }

    private PathState atContext() {
        var state = new PathState();
        state.set(Reg.R1, context());
        return state;
    }

    /// The context of a tracing program is the join over all functions for which it may run.
    private PathState traced(int index, Kind kind) {
        var all = roles.traced(index).stream().map(attachment -> passed.get(attachment.site())).reduce(CallSummary.UNKNOWN,
                CallSummary::join);
        var state = new PathState();
        state.set(Reg.R1,
                Pointer.to(new PointerTarget.Arguments(kind == Kind.FMOD_RET ? all.withZeroResult() : all, kind.seesResult())));
        return state;
    }

    /// An extension receives those arguments of the replaced function that are the context or scalars.
    private PathState extending(CallSummary replaced) {
        var state = new PathState();
        for (int i = 0; i < Attachment.ARGUMENTS; i++) {
            switch (replaced.argument(i)) {
                case CONTEXT -> state.set(Reg.of(Reg.R1.number() + i), context());
                case SCALAR -> state.set(Reg.of(Reg.R1.number() + i), Scalar.unknown());
                case ANYTHING, ADDRESS, NOTHING -> {
                    // Uninitialised.
                }
            }
        }
        return state;
    }

    private Pointer context() {
        return Pointer.to(switch (source.context()) {
            case Context.Skb _ -> new PointerTarget.Ctx();
            case Context.Mem(var data) -> new PointerTarget.Mem(data.length());
        });
    }
}
