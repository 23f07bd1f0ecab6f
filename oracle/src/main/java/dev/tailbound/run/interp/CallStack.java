package dev.tailbound.run.interp;

import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.TailCallRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The frames of a run, the innermost last; frame objects are reused by later runs.
final class CallStack {
    /// The kernel's MAX_CALL_FRAMES: maximum call depth without tail calls.
    private static final int CALL_DEPTH = 8;
    /// After each tail call the same depth is available again. A trampoline per call doubles it, and so does a tracing program's run.
    private static final int MAX_FRAMES = 2 * 2 * (1 + TailCallRule.MAX_TAIL_CALL_CNT) * CALL_DEPTH;

    private final Memory memory;
    private final List<Frame> frames = new ArrayList<>();
    private int depth;

    CallStack(Memory memory) {
        this.memory = memory;
    }

    void clear() {
        depth = 0;
    }

    int depth() {
        return depth;
    }

    /// A live frame; 0 is the outermost.
    Frame frame(int index) {
        return frames.get(Objects.checkIndex(index, depth));
    }

    /// Adds a frame, which the caller must start.
    Frame push() {
        if (depth == MAX_FRAMES) {
            throw new Fault(Trap.MEMORY, "call nests deeper than %d frames".formatted(MAX_FRAMES));
        }
        if (depth == frames.size()) {
            frames.add(new Frame(new MemoryObject.Stack(depth)));
        }
        var frame = frames.get(depth++);
        memory.add(frame.stack);
        return frame;
    }

    /// Removes the innermost frame and its stack and returns the caller's frame; must not be called on the outermost.
    Frame pop() {
        memory.removeLast();
        depth--;
        return frames.get(depth - 1);
    }
}
