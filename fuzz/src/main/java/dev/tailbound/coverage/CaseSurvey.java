package dev.tailbound.coverage;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Generated;
import dev.tailbound.coverage.ProgramSurvey.TailCall;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Branch;
import dev.tailbound.isa.Program;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The features of a case as a whole: its tail-call graph and the slots on its edges.
final class CaseSurvey {
    final List<ProgramSurvey> programs;

    private final Case source;
    private long features;

    /// For each program, the set of programs it can tail-call: directly, then transitively.
    private final BitSet[] targets;
    private final BitSet[] reach;

    CaseSurvey(Case source) {
        this.source = source;
        programs = source.programs().stream().map(ProgramSurvey::new).toList();
        targets = new BitSet[programs.size()];
        for (int i = 0; i < programs.size(); i++) {
            targets[i] = new BitSet();
            for (var tailCall : programs.get(i).tailCalls) {
                targets[i].or(targetsOf(tailCall));
                found(isEmptySlotIn(tailCall.map()), Feature.EMPTY_SLOT);
                found(arrayTargets(tailCall.map()).get(i), Feature.SELF_SLOT);
                survey(tailCall);
            }
        }
        reach = closure(targets);
        found(programs.stream().flatMap(program -> program.tailCalls.stream()).mapToInt(TailCall::map).distinct().count() > 1,
                Feature.SEVERAL_ARRAYS);
        for (int i = 0; i < programs.size(); i++) {
            surveyTargets(i);
            surveyGenerated(i);
        }
        found(programs.stream().flatMap(program -> program.functions().stream()).anyMatch(FunctionSurvey::jumpsVeryFar),
                Feature.FORWARD_VERY_FAR);
        features |= new KernelEnvironmentSurvey(source, programs).features();
    }

    private void surveyGenerated(int number) {
        var whole = source.whole(number);
        found(whole.prologue().isPresent(), Feature.PROLOGUE);
        found(whole.epilogue().isPresent(), Feature.EPILOGUE);
        found(whole.epilogue().isPresent() && programs.get(number).functionAt(0).has(Feature.SEVERAL_EXITS),
                Feature.EPILOGUE_OF_EXITS);
        found(whole.epilogue().isPresent() && hasExitInLoop(whole.program()), Feature.EXIT_IN_LOOP);
        Stream.concat(whole.prologue().stream(), whole.epilogue().stream()).filter(CaseSurvey::callsKfunc)
                .forEach(generated -> found(switch (generated.callees().route()) {
                    case KFUNC -> Feature.GENERATED_KFUNC;
                    case IMMEDIATE -> Feature.GENERATED_IMMEDIATE;
                }));
        found(!whole.isPlain() && whole.program().labels().containsKey(0), Feature.START_OVER);
    }

    private static boolean callsKfunc(Generated generated) {
        return generated.code().insns().stream().anyMatch(insn -> insn instanceof Insn.CallKfunc);
    }

    /// Whether a jump goes back over an exit.
    private static boolean hasExitInLoop(Program program) {
        return IntStream.range(0, program.size()).anyMatch(end -> program.insn(end) instanceof Branch branch
                && !(branch instanceof Insn.Call) && branch.target() < end
                && program.insns().subList(branch.target(), end).stream().anyMatch(insn -> insn instanceof Insn.Exit));
    }

    /// A set of [Feature#bit()]s.
    long features() {
        return features;
    }

    private void survey(TailCall tailCall) {
        var function = tailCall.function();
        found(tailCall.inLoop(), Feature.TAIL_CALL_IN_LOOP);
        found(function.isMain(), Feature.TAIL_CALL_DEPTH_0);
        found(function.runsAtDepth(1), Feature.TAIL_CALL_DEPTH_1);
        found(function.runsAtDepth(2), Feature.TAIL_CALL_DEPTH_2);
        found(function.runsAtDepth(3), Feature.TAIL_CALL_DEPTH_3);
        found(function.runsAtDepth(4), Feature.TAIL_CALL_DEPTH_4);
        if (tailCall.index() == TailCall.VARIABLE) {
            found(true, Feature.VARIABLE_INDEX);
        } else if (array(tailCall.map()) != null) {
            int index = (int) tailCall.index();
            var array = array(tailCall.map());
            boolean inside = Integer.compareUnsigned(index, array.entries()) < 0;
            found(inside && array.slots().containsKey(index), Feature.CONSTANT_FILLED);
            found(inside && !array.slots().containsKey(index), Feature.CONSTANT_EMPTY);
            found(!inside, Feature.CONSTANT_OUTSIDE);
            found(tailCall.index() >>> 32 != 0, Feature.CONSTANT_UPPER_BITS);
        }
    }

    private void surveyTargets(int number) {
        var program = programs.get(number);
        targets[number].stream().forEach(target -> {
            found(target != number && leadsOn(target, number), Feature.CHAIN);
            found(programs.get(target).hasCalls() ? Feature.TARGET_WITH_CALLS : Feature.LEAF_TARGET);
        });
        found(reach[number].get(number), Feature.CYCLE);
        for (var tailCall : program.tailCalls) {
            boolean leadsBack = targetsOf(tailCall).stream().anyMatch(target -> target == number || reach[target].get(number));
            found(leadsBack && tailCall.function().callSites() > 1, Feature.HIERARCHY);
        }
    }

    /// Whether it tail-calls a program other than itself and `from`.
    private boolean leadsOn(int program, int from) {
        return targets[program].stream().anyMatch(next -> next != program && next != from);
    }

    private static BitSet[] closure(BitSet[] edges) {
        var closure = Stream.of(edges).map(set -> (BitSet) set.clone()).toArray(BitSet[]::new);
        for (int via = 0; via < edges.length; via++) {
            for (int i = 0; i < edges.length; i++) {
                if (closure[i].get(via)) {
                    closure[i].or(closure[via]);
                }
            }
        }
        return closure;
    }

    private BitSet targetsOf(TailCall tailCall) {
        if (tailCall.index() == TailCall.VARIABLE || array(tailCall.map()) == null) {
            return arrayTargets(tailCall.map());
        }
        var set = new BitSet();
        var name = array(tailCall.map()).slots().get((int) tailCall.index());
        if (name != null) {
            set.set(source.programIndex(name));
        }
        return set;
    }

    private BitSet arrayTargets(int map) {
        var set = new BitSet();
        if (array(map) != null) {
            array(map).slots().values().stream().distinct().forEach(name -> set.set(source.programIndex(name)));
        }
        return set;
    }

    private boolean isEmptySlotIn(int map) {
        return array(map) != null && array(map).slots().size() < array(map).entries();
    }

    private BpfMap.ProgArray array(int map) {
        return map >= 0 && source.maps().get(map) instanceof BpfMap.ProgArray array ? array : null;
    }

    private void found(Feature feature) {
        features |= feature.bit();
    }

    private void found(boolean condition, Feature feature) {
        if (condition) {
            found(feature);
        }
    }
}
