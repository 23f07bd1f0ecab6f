package dev.tailbound.generate;

import dev.tailbound.generate.FunctionPlan.Function;
import dev.tailbound.generate.FunctionPlan.Parameter;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.List;

/// Generates one program: plans its functions, its call graph, its tail calls and its stack depths, then generates callees before callers.
final class ProgramGenerator {
    /// `MAX_BPF_STACK`: the frames of the deepest chain of calls.
    private static final int STACK = 512;

    /// The frames above a subprogram with a tail call stay below 256 bytes.
    private static final int STACK_ABOVE_TAIL_CALL = 255;

    /// Minimum and unit of a frame's counted size: the strictest rule of all kernels.
    private static final int FRAME_UNIT = 32;

    /// Calls above the deepest function: `MAX_CALL_FRAMES` without the main function.
    private static final int DEEPEST = 7;

    /// The frequencies of 0 to 4 subprograms, and of more.
    private static final int[] SUBPROGRAMS = { 128, 71, 30, 15, 10, 2 };
    private static final int MANY = SUBPROGRAMS.length - 1;

    /// Functions with tail calls in a program of many functions, on average.
    private static final int TAIL_CALLING = 4;

    /// Cost of the smallest functions.
    private static final int CHEAPEST = 20;

    /// With more parameters than these, R4 or R5 is not free for addresses.
    static final int FEW_PARAMETERS = FunctionPlan.ARGUMENTS - 2;

    private static final Parameter[] PARAMETERS = { Parameter.SCALAR, Parameter.SCALAR, Parameter.VALUE, Parameter.BYTES,
        Parameter.BYTES };

    private final Choices choices;
    private final Menu menu;
    private final CaseSetup world;

    ProgramGenerator(Choices choices, Menu menu, CaseSetup world) {
        this.choices = choices;
        this.menu = menu;
        this.world = world;
    }

    /// A finished program.
    record Made(Program program, List<Placed> functions) {}

    /// The start of one of its functions, its parameters, and whether it returns a result; the main function is the first.
    record Placed(int start, List<Parameter> parameters, boolean returns) {
        boolean isMain() {
            return start == 0;
        }
    }

    /// The program with this number among those that share its program arrays.
    Made generate(int number, String name) {
        return generate(number, name, List.of(Parameter.CONTEXT));
    }

    /// The same for a main function with these parameters.
    Made generate(int number, String name, List<Parameter> parameters) {
        var plans = plan(parameters, parameters.contains(Parameter.CONTEXT) ? world.jumpsFrom(number) : List.of());
        var functions = new ArrayList<Function>(plans.size());
        for (int i = plans.size() - 1; i >= 0; i--) {
            functions.add(FunctionGenerator.generate(choices, menu, world, plans.get(i), functions));
        }
        return link(name, functions);
    }

    /// The main function first, the others in any order: calls go forward and backward.
    private Made link(String name, List<Function> functions) {
        var starts = new int[functions.size()];
        var rest = new ArrayList<>(functions);
        var order = new ArrayList<Function>(functions.size());
        order.add(rest.removeLast());
        while (!rest.isEmpty()) {
            order.add(rest.remove(choices.below(rest.size())));
        }
        int start = 0;
        for (var function : order) {
            starts[function.plan().number()] = start;
            start += function.code().size();
        }
        var insns = new ArrayList<Insn>(start);
        order.forEach(function -> function.code().linkInto(insns, starts));
        var placed = order.stream().map(
                function -> new Placed(starts[function.plan().number()], function.plan().parameters(), function.plan().returns()))
                .toList();
        return new Made(new Program(name, insns), placed);
    }

    /// Where programs may not have both, half of those with subprograms get tail calls instead.
    private List<FunctionPlan> plan(List<Parameter> given, List<CaseSetup.JumpTable> reachable) {
        int wanted = 1 + subprograms(menu.options().subprograms());
        boolean mixes = menu.options().target().mixes() || wanted == 1;
        boolean isWhole = !mixes && choices.oneIn(2);
        int count = isWhole ? 1 : wanted;
        var jumps = mixes || isWhole ? reachable : List.<CaseSetup.JumpTable>of();
        var levels = levels(count);
        var calls = calls(levels);
        int lastTailCall = jumps.isEmpty() ? -1 : placeTailCalls(calls, levels);
        var depths = depths(levels, lastTailCall);
        // Callees first: a caller must have the context for callees with a context parameter.
        var plans = new FunctionPlan[count];
        for (int i = count - 1; i >= 0; i--) {
            plans[i] = complete(i, levels[i], given, calls.get(i), plans, depths[i], jumps);
        }
        return List.of(plans);
    }

    private int subprograms(int most) {
        int count = choices.weighted(SUBPROGRAMS);
        return Math.min(most, count < MANY ? count : choices.heavyTailed(MANY, GeneratorOptions.SUBPROGRAMS));
    }

    /// The level of each function, in ascending order: functions call only those of greater levels. Few functions have a level each.
    private int[] levels(int count) {
        int deepest = count - 1 < MANY ? count - 1 : choices.between(1, Math.min(DEEPEST, count - 1));
        var levels = new int[count];
        for (int i = 1; i < count; i++) {
            levels[i] = 1 + (i - 1) * deepest / (count - 1);
        }
        return levels;
    }

    /// The planned calls of each function. In half of the cases a function of the level above calls, which gives long chains.
    private List<List<Integer>> calls(int[] levels) {
        var calls = new ArrayList<List<Integer>>(levels.length);
        int above = 0; // first function of the level above
        int same = 0; // first function of the same level
        for (int i = 0; i < levels.length; i++) {
            calls.add(new ArrayList<>(4));
            if (i > 0) {
                if (levels[i] != levels[i - 1]) {
                    above = same;
                    same = i;
                }
                var caller = calls.get(choices.between(choices.oneIn(2) ? above : 0, same - 1));
                caller.add(i);
                if (choices.oneIn(3)) {
                    caller.add(i);
                }
            }
        }
        return calls;
    }

    /// Adds tail calls to the plans. Returns the last function with one, -1 if there is none.
    private int placeTailCalls(List<List<Integer>> calls, int[] levels) {
        int last = -1;
        int percent = menu.options().tailCalls() * TAIL_CALLING / Math.max(TAIL_CALLING, calls.size() - 1);
        for (int i = 0; i < calls.size() && levels[i] <= menu.options().target().callsAboveTailCall(); i++) {
            if (choices.percent(percent)) {
                last = i;
                for (int n = choices.oneIn(4) ? 2 : 1; n > 0; n--) {
                    calls.get(i).add(choices.below(calls.get(i).size() + 1), FunctionPlan.TAIL_CALL);
                }
            }
        }
        return last;
    }

    private FunctionPlan complete(int number, int level, List<Parameter> given, List<Integer> calls, FunctionPlan[] plans,
            int depth,
            List<CaseSetup.JumpTable> jumps) {
        boolean isMain = number == 0;
        boolean tailCalls = calls.contains(FunctionPlan.TAIL_CALL);
        var callees = calls.stream().filter(callee -> callee != FunctionPlan.TAIL_CALL).map(callee -> plans[callee]).toList();
        boolean keepsContext = tailCalls || callees.stream().anyMatch(FunctionPlan::takesContext)
                || (choices.oneIn(4) && given.contains(Parameter.CONTEXT));
        int saved = choices.oneIn(5) ? 0 : choices.below(16) << 6;
        boolean hasPlace = saved != 0 || depth >= 8;
        boolean isInR1 = !isMain || given.indexOf(Parameter.CONTEXT) == 0;
        if (keepsContext && !hasPlace && !(callees.isEmpty() && isInR1)) {
            saved = 1 << (6 + choices.below(4));
            hasPlace = true;
        }
        // Callers use the result there.
        boolean isOpaque = menu.options().opaqueResults() && tailCalls;
        var parameters = isMain ? given : parameters(keepsContext, hasPlace, tailCalls);
        if (parameters.size() > FEW_PARAMETERS) {
            saved |= 0b11 << (6 + choices.below(3));
        }
        int cost = isMain ? menu.options().cost() : Math.max(CHEAPEST, menu.options().cost() / plans.length);
        return new FunctionPlan(number, level, parameters, saved, depth, keepsContext, calls, items(isMain), cost,
                isMain || tailCalls ? jumps : List.of(), isMain || isOpaque || choices.below(8) > 0);
    }

    private int items(boolean main) {
        int items = choices.below(2 * menu.options().items() + 1);
        return main || choices.oneIn(2) ? items : items / 2;
    }

    /// A context without its own place is passed in R1, where the tail call needs it.
    private List<Parameter> parameters(boolean context, boolean hasPlace, boolean tailCalls) {
        var parameters = new ArrayList<Parameter>(FunctionPlan.ARGUMENTS);
        int most = context ? FunctionPlan.ARGUMENTS - 1 : FunctionPlan.ARGUMENTS;
        for (int i = Math.min(most, choices.weighted(30, 30, 26, 6, 4, 4)); i > 0; i--) {
            var parameter = choices.pick(PARAMETERS);
            // The callee's own code does not determine its changes of a caller's slot either.
            boolean misjudged = menu.options().opaqueResults() && tailCalls && parameter == Parameter.BYTES;
            parameters.add(misjudged ? Parameter.VALUE : parameter);
        }
        if (context) {
            parameters.add(hasPlace && choices.oneIn(3) ? parameters.size() : 0, Parameter.CONTEXT);
        }
        return parameters;
    }

    /// Stack bytes of each function, so that every chain of calls keeps within the limits.
    private int[] depths(int[] levels, int lastTailCall) {
        var depths = new int[levels.length];
        int deepest = levels[levels.length - 1];
        int lastLevel = lastTailCall < 0 ? -1 : levels[lastTailCall];
        int above = 0;
        int largest = 0; // on the level of the function before
        for (int i = 0; i < levels.length; i++) {
            if (i > 0 && levels[i] != levels[i - 1]) {
                above += largest;
                largest = 0;
            }
            int room = STACK - above - FRAME_UNIT * (deepest - levels[i]);
            if (levels[i] < lastLevel) {
                room = Math.min(room, STACK_ABOVE_TAIL_CALL - above - FRAME_UNIT * (lastLevel - levels[i] - 1));
            }
            depths[i] = depth(room & -FRAME_UNIT);
            largest = Math.max(largest, Math.max(FRAME_UNIT, depths[i] + FRAME_UNIT - 1 & -FRAME_UNIT));
        }
        return depths;
    }

    private int depth(int room) {
        return switch (choices.weighted(20, 20, 40, 20)) {
            case 0 -> 0;
            case 1 -> choices.between(1, 8);
            case 2 -> choices.between(1, Math.min(64, room));
            default -> choices.between(1, room);
        };
    }
}
