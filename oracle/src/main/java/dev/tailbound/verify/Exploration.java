package dev.tailbound.verify;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.Reg;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Depth-first exploration of all paths of one program, each with its own abstract state.
final class Exploration {
    /// `BPF_COMPLEXITY_LIMIT_JMP_SEQ`.
    private static final int MAX_PENDING = 8192;

    /// The rest of a path, to be followed later.
    private record Pending(PathState state, int next, Checkpoint last) {}

    private final ControlFlow flow;
    private final CallGraph calls;
    private final AttachmentRole role;
    private final Liveness liveness;
    private final ExplorationFacts findings;
    private final Transfer transfer;
    private final VisitedStates visited;
    private final List<ProgramFacts.Descriptor> kfuncs;
    private final Complexity complexity;
    private final StateWatch watch;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private Checkpoint last;
    private int at;

    /// Passes states to a [StateObserver].
    @FunctionalInterface
    interface StateWatch {
        void meet(int insn, List<AbstractValue> registers);
    }

    Exploration(ControlFlow flow, CallGraph calls, List<BpfMap> maps, List<ProgramFacts.Descriptor> kfuncs, AttachmentRole role,
            ByteOrder order, Complexity complexity, StateWatch watch) {
        this.complexity = complexity;
        this.kfuncs = kfuncs;
        this.flow = flow;
        this.calls = calls;
        this.role = role;
        this.watch = watch;
        liveness = new Liveness(flow, role);
        findings = new ExplorationFacts(flow.functions(), flow.callsFastcall());
        transfer = new Transfer(flow, maps, role, order, findings, this::fork);
        visited = new VisitedStates(flow.size(), new Subsumption(watch != null));
    }

    /// Follows all paths from the first instruction on.
    ProgramFacts explore(PathState start) {
        complexity.begin();
        role.called(0, start.current());
        pending.push(new Pending(start, 0, null));
        while (!pending.isEmpty()) {
            var path = pending.pop();
            last = path.last();
            try {
                follow(path.state(), path.next());
            } catch (Rejection rejection) {
                throw rejection.located(at);
            }
        }
        calls.checkStack(FastcallStack.depths(flow, findings));
        return facts();
    }

    private void follow(PathState state, int from) {
        for (int next = from; next != Transfer.END; next = transfer.step(state, at)) {
            at = next;
            if (flow.isJoin(at)) {
                if (visited.isCovered(at, state)) {
                    break;
                }
                visited.checkProgress(at, state);
                if (visited.hasRoom()) {
                    last = new Checkpoint(at, kept(state), last);
                    visited.keep(last);
                }
            }
            complexity.step();
            findings.reach(at);
            if (watch != null) {
                watch.meet(at, liveRegisters(state));
            }
        }
        visited.close(last);
    }

    private void fork(PathState state, int next) {
        if (pending.size() == MAX_PENDING) {
            throw new Rejection("The sequence of %d jumps is too complex.", MAX_PENDING + 1);
        }
        if (last != null) {
            last.fork();
        }
        pending.push(new Pending(state, next, last));
    }

    // Dead registers must not make states differ, and neither must stack slots that only earlier instructions read.
    private PathState kept(PathState state) {
        state.forgetReads();
        var copy = state.copy();
        int next = at;
        for (int i = copy.depth() - 1; i >= 0; i--) {
            copy.frame(i).keepOnly(liveness.at(next));
            next = copy.frame(i).callSite() + 1;
        }
        return copy;
    }

    private List<AbstractValue> liveRegisters(PathState state) {
        var registers = new ArrayList<AbstractValue>();
        for (int i = 0; i <= Reg.R10.number(); i++) {
            registers.add((liveness.at(at) & 1 << i) != 0 ? state.current().register(i) : Uninit.UNINIT);
        }
        return List.copyOf(registers);
    }

    private ProgramFacts facts() {
        var functions = new ArrayList<ProgramFacts.Subprogram>();
        for (int i = 0; i < flow.functions(); i++) {
            functions.add(new ProgramFacts.Subprogram(flow.name(i), flow.start(i), flow.end(i), findings.stackDepth(i),
                    calls.hasTailCall(i), calls.tailCallReachable(i)));
        }
        return new ProgramFacts(functions, findings.reached(), findings.constantSlots(), kfuncs, findings.lookups(),
                findings.stackAccesses(), findings.contextAccesses(), findings.emptyResults(), findings.leaksAddresses(),
                findings.readsUnwrittenStack());
    }
}
