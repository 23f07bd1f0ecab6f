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
            functions.add(FunctionGenerator.generate(choices, menu, world, plans.get(i), List.copyOf(functions)));
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
        int most = menu.options().subprograms();
        int wanted = 1 + Math.min(most, choices.weighted(50, 28, 12, 6, 4));
        boolean mixes = menu.options().target().mixes() || wanted == 1;
        boolean isWhole = !mixes && choices.oneIn(2);
        int count = isWhole ? 1 : wanted;
        var jumps = mixes || isWhole ? reachable : List.<CaseSetup.JumpTable>of();
        var calls = new ArrayList<List<Integer>>(count);
        for (int i = 0; i < count; i++) {
            calls.add(new ArrayList<>(4));
            if (i > 0) {
                // Callers come before callees; in half of the cases each calls the next, which gives long chains.
                var caller = calls.get(choices.oneIn(2) ? i - 1 : choices.below(i));
                caller.add(i);
                if (choices.oneIn(3)) {
                    caller.add(i);
                }
            }
        }
        int lastTailCall = jumps.isEmpty() ? -1 : placeTailCalls(calls);
        var depths = depths(count, lastTailCall);
        // Callees first: a caller must have the context for callees with a context parameter.
        var plans = new FunctionPlan[count];
        for (int i = count - 1; i >= 0; i--) {
            plans[i] = complete(i, given, calls.get(i), plans, depths[i], jumps);
        }
        return List.of(plans);
    }

    /// Adds tail calls to the plans. Returns the last function with one, -1 if there is none.
    private int placeTailCalls(List<List<Integer>> calls) {
        int last = -1;
        for (int i = 0; i < calls.size(); i++) {
            if (choices.percent(menu.options().tailCalls())) {
                last = i;
                for (int n = choices.oneIn(4) ? 2 : 1; n > 0; n--) {
                    calls.get(i).add(choices.below(calls.get(i).size() + 1), FunctionPlan.TAIL_CALL);
                }
            }
        }
        return last;
    }

    private FunctionPlan complete(int number, List<Parameter> given, List<Integer> calls, FunctionPlan[] plans, int depth,
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
        int cost = menu.options().cost() / (isMain ? 1 : plans.length);
        return new FunctionPlan(number, parameters, saved, depth, keepsContext, calls, items(isMain), cost,
                isMain || tailCalls ? jumps : List.of(), isMain || isOpaque || choices.below(8) > 0);
    }

    private int items(boolean main) {
        int items = choices.below(2 * menu.options().items() + 1);
        return main || choices.oneIn(2) ? items : items / 2;
    }

    /// A context without its own place is passed in R1, where the tail call needs it.
    private List<Parameter> parameters(boolean context, boolean hasPlace, boolean tailCalls) {
        var parameters = new ArrayList<Parameter>(4);
        for (int i = choices.below(3); i > 0; i--) {
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
    private int[] depths(int count, int lastTailCall) {
        var depths = new int[count];
        int above = 0;
        for (int i = 0; i < count; i++) {
            int room = STACK - above - FRAME_UNIT * (count - i - 1);
            if (i < lastTailCall) {
                room = Math.min(room, STACK_ABOVE_TAIL_CALL - above - FRAME_UNIT * (lastTailCall - i - 1));
            }
            room = room & -FRAME_UNIT;
            depths[i] = switch (choices.weighted(20, 20, 40, 20)) {
                case 0 -> 0;
                case 1 -> choices.between(1, 8);
                case 2 -> choices.between(1, Math.min(64, room));
                default -> choices.between(1, room);
            };
            above += Math.max(FRAME_UNIT, depths[i] + FRAME_UNIT - 1 & -FRAME_UNIT);
        }
        return depths;
    }
}
