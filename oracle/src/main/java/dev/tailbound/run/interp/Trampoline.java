package dev.tailbound.run.interp;

import static dev.tailbound.isa.Reg.R1;

import dev.tailbound.cases.Attachment;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.run.interp.Sites.Function;
import dev.tailbound.run.interp.Sites.Site;
import java.util.ArrayList;
import java.util.List;

/// What happens around one call of a function that tracing programs are attached to.
///
/// It has a frame of its own between the caller's and those of the function and the programs. The end of its stack is the array that the programs are
/// given: five arguments and the result, each of them undefined as long as it has no value.
final class Trampoline {
    private static final int ARRAY = Region.Stack.SIZE - (Attachment.ARGUMENTS + 1) * Size.DW.bytes();
    private static final int RESULT = Region.Stack.SIZE - Size.DW.bytes();

    /// Something that runs for the call.
    sealed interface Step {
        /// A tracing program, with a budget of its own.
        record Tracing(int program, boolean canStandIn) implements Step {}

        /// The function itself.
        record Original(Function function) implements Step {}
    }

    private final Frame frame;
    private final List<Step> steps = new ArrayList<>();
    private final int afterOriginal;
    private int next;

    /// The trampoline on `frame`, whose arguments are there.
    Trampoline(Frame frame, Site site) {
        this.frame = frame;
        site.fentry().forEach(program -> steps.add(new Step.Tracing(program, false)));
        site.fmodRet().forEach(program -> steps.add(new Step.Tracing(program, true)));
        steps.add(new Step.Original(site.function()));
        afterOriginal = steps.size();
        site.fexit().forEach(program -> steps.add(new Step.Tracing(program, false)));
        for (int i = 0; i < Attachment.ARGUMENTS; i++) {
            var argument = Reg.of(R1.number() + i);
            if (frame.isDefined(argument)) {
                frame.stack.store(Size.DW, ARRAY + (long) i * Size.DW.bytes(), frame.read(argument));
            }
        }
        if (!site.fmodRet().isEmpty()) {
            keep(0);
        }
    }

    /// The address of what the programs are given.
    long array() {
        return frame.stack.base + ARRAY;
    }

    boolean isOver() {
        return next == steps.size();
    }

    Step advance() {
        return steps.get(next++);
    }

    /// The last step is done.
    void returned(long value) {
        switch (steps.get(next - 1)) {
            case Step.Original _ -> keep(value);
            case Step.Tracing(_, boolean canStandIn) -> {
                if (canStandIn && value != 0) {
                    keep(value);
                    next = afterOriginal;
                }
            }
        }
    }

    private void keep(long result) {
        frame.stack.store(Size.DW, RESULT, result);
    }

    /// What the caller gets.
    long result() {
        return frame.stack.load(Size.DW, RESULT);
    }
}
