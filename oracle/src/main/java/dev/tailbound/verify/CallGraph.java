package dev.tailbound.verify;

import dev.tailbound.isa.Insn;
import java.util.ArrayList;
import java.util.List;

/// Call graph of one program: acyclic and at most [PathState#MAX_FRAMES] deep. Derives reachable tail calls and combined stack depths from it.
final class CallGraph {
    private static final int STACK_ROUNDING = 16;
    private static final int MAX_STACK_BEFORE_TAIL_CALL = 256;

    private final ControlFlow flow;
    // Per function: indices of its call instructions.
    private final List<List<Integer>> callSites = new ArrayList<>();
    private final boolean[] hasTailCall;
    private final boolean[] tailCallReachable;
    // Callees before callers.
    private final List<Integer> order = new ArrayList<>();

    CallGraph(ControlFlow flow) {
        this.flow = flow;
        hasTailCall = new boolean[flow.functions()];
        for (int function = 0; function < flow.functions(); function++) {
            var sites = new ArrayList<Integer>();
            for (int i = flow.start(function); i < flow.end(function); i++) {
                switch (flow.insn(i)) {
                    case Insn.Call _ -> sites.add(i);
                    case Insn.CallHelper helper when helper.isTailCall() -> hasTailCall[function] = true;
                    default -> {
                        // No edge.
                    }
                }
            }
            callSites.add(sites);
        }
        var height = new int[flow.functions()];
        visit(0, height);
        if (height[0] > PathState.MAX_FRAMES) {
            throw new Rejection(-1, "the call stack of %d frames is too deep, expected at most %d", height[0],
                    PathState.MAX_FRAMES);
        }
        tailCallReachable = hasTailCall.clone();
        for (int function : order) {
            for (int site : callSites.get(function)) {
                tailCallReachable[function] |= tailCallReachable[callee(site)];
            }
        }
    }

    // Depth first; a height of -1 marks a function whose callees are being visited.
    private void visit(int function, int[] height) {
        height[function] = -1;
        int tallest = 0;
        for (int site : callSites.get(function)) {
            int callee = callee(site);
            if (height[callee] < 0) {
                throw new Rejection(site, "recursive call from %s() to %s()", flow.name(function), flow.name(callee));
            }
            if (height[callee] == 0) {
                visit(callee, height);
            }
            tallest = Math.max(tallest, height[callee]);
        }
        height[function] = tallest + 1;
        order.add(function);
    }

    private int callee(int site) {
        return flow.functionOf(((Insn.Call) flow.insn(site)).target());
    }

    boolean hasTailCall(int function) {
        return hasTailCall[function];
    }

    boolean tailCallReachable(int function) {
        return tailCallReachable[function];
    }

    /// Checks the combined stack depth of every call chain, each frame rounded up as JITs do; `depths` is in bytes, by function.
    void checkStack(int... depths) {
        var before = new int[flow.functions()];
        var frames = new int[flow.functions()];
        for (int function : order.reversed()) {
            if (function != 0 && hasTailCall[function] && before[function] >= MAX_STACK_BEFORE_TAIL_CALL) {
                throw new Rejection(flow.start(function),
                        "tail_calls are not allowed when call stack of previous frames is %d bytes. Too large: %s",
                        before[function], flow.name(function));
            }
            int combined = before[function] + rounded(depths[function]);
            if (combined > FrameState.MAX_STACK) {
                throw new Rejection(flow.start(function),
                        "combined stack size of %d calls is %d. Too large, expected at most %d: %s",
                        frames[function] + 1, combined, FrameState.MAX_STACK, flow.name(function));
            }
            for (int site : callSites.get(function)) {
                int callee = callee(site);
                if (combined >= before[callee]) {
                    before[callee] = combined;
                    frames[callee] = Math.max(frames[callee], frames[function] + 1);
                }
            }
        }
    }

    private static int rounded(int stackDepth) {
        return (stackDepth + STACK_ROUNDING - 1) / STACK_ROUNDING * STACK_ROUNDING;
    }
}
