package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R1;

import dev.tailbound.cases.Attachment;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.run.interp.Sites.Function;
import dev.tailbound.run.interp.Sites.Site;
import java.util.ArrayList;
import java.util.List;

/// One call of a function with attached tracing programs: the sequence that the kernel's trampoline runs.
///
/// It has its own frame between the caller's and those of the function and the programs. The context array of the programs is at the end of its
/// stack: five arguments and the result, each undefined until it has a value.
final class AttachedCall {
    private static final int ARRAY = MemoryObject.Stack.SIZE - (Attachment.ARGUMENTS + 1) * Size.DW.bytes();
    private static final int ALL_BYTES = 0xff;
    private static final int RESULT = MemoryObject.Stack.SIZE - Size.DW.bytes();

    /// Code that runs for the call.
    sealed interface Step {
        /// A tracing program, with its own tail call budget.
        record Tracing(int program, boolean canStandIn) implements Step {}

        /// The function itself.
        record Original(Function function) implements Step {}
    }

    private final Frame frame;
    private final List<Step> steps = new ArrayList<>();
    private final int afterOriginal;
    private int next;

    /// Starts the trampoline on `frame`, which already holds the arguments.
    AttachedCall(Frame frame, Site site) {
        this.frame = frame;
        site.fentry().forEach(program -> steps.add(new Step.Tracing(program, false)));
        site.fmodRet().forEach(program -> steps.add(new Step.Tracing(program, true)));
        steps.add(new Step.Original(site.function()));
        afterOriginal = steps.size();
        site.fexit().forEach(program -> steps.add(new Step.Tracing(program, false)));
        for (int i = 0; i < Attachment.ARGUMENTS; i++) {
            var argument = Reg.of(R1.number() + i);
            if (frame.isDefined(argument)) {
                store(ARRAY + i * Size.DW.bytes(), frame.taint(argument));
            }
        }
        if (!site.fmodRet().isEmpty()) {
            store(RESULT, Taint.clean(0));
        }
    }

    /// The address of the programs' context array.
    long array() {
        return frame.stack.base + ARRAY;
    }

    boolean isOver() {
        return next == steps.size();
    }

    Step advance() {
        return steps.get(next++);
    }

    /// Ends the current step, which ran on the frame `over`.
    void returned(Frame over) {
        switch (steps.get(next - 1)) {
            case Step.Original _ when !over.isDefined(Reg.R0) -> frame.stack.undefine(RESULT);
            case Step.Original _ -> store(RESULT, over.taint(Reg.R0));
            case Step.Tracing(_, boolean canStandIn) -> {
                if (canStandIn && !isZero(over.taint(Reg.R0))) {
                    store(RESULT, over.taint(Reg.R0));
                    next = afterOriginal;
                }
            }
        }
    }

    private static boolean isZero(Taint value) {
        return Taint.decide(Width.W64, Cond.EQ, value, Taint.clean(0))
                .orElseThrow(() -> new AddressDependence("whether a program stands in for the function"));
    }

    private void store(int offset, Taint value) {
        frame.stack.store(Size.DW, offset, value.value());
        frame.stack.tainted.store(offset, Size.DW.bytes(), value);
    }

    /// Writes the caller's result to R0 if it is defined.
    void handOver() {
        if (frame.stack.definedBytes(RESULT) == ALL_BYTES) {
            long value = frame.stack.load(Size.DW, RESULT);
            frame.write(Reg.R0, frame.stack.taint(Size.DW, RESULT, value));
        }
    }
}
