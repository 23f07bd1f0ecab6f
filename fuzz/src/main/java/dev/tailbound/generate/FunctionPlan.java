package dev.tailbound.generate;

import dev.tailbound.isa.Reg;
import java.util.List;

/// The plan of a function, made before its instructions.
///
/// @param number       0 for the main function
/// @param level        number of calls above it, at most; functions call only those of greater levels, which have greater numbers
/// @param parameters   contents of R1, R2, ... on entry
/// @param saved        the callee-saved registers it may use, a set
/// @param depth        bytes of stack
/// @param keepsContext whether the context must survive the first call
/// @param calls        the functions to call, and [#TAIL_CALL] for each tail call
/// @param items        rows of the menu for its body
/// @param cost         approximate number of instructions that one call may execute
/// @param jumps        the program arrays it may use
/// @param returns      whether callers use its result; else R0 is arbitrary or unwritten at its exits
record FunctionPlan(int number, int level, List<Parameter> parameters, int saved, int depth, boolean keepsContext,
        List<Integer> calls,
        int items, int cost, List<CaseSetup.JumpTable> jumps, boolean returns) {

    static final int TAIL_CALL = 0;

    /// Maximum number of parameters: R1..R5.
    static final int ARGUMENTS = 5;

    /// The contents of an argument register.
    enum Parameter {
        CONTEXT, SCALAR,
        /// The address of the first data map's value.
        VALUE,
        /// The address of eight aligned bytes: a slot of the caller's frame, or the same as VALUE.
        BYTES;

        /// Whether it is an address of anything but the context.
        boolean isAddress() {
            return this == VALUE || this == BYTES;
        }
    }

    FunctionPlan {
        parameters = List.copyOf(parameters);
        calls = List.copyOf(calls);
        jumps = List.copyOf(jumps);
    }

    boolean isMain() {
        return number == 0;
    }

    boolean takesContext() {
        return parameters.contains(Parameter.CONTEXT);
    }

    static Reg argument(int position) {
        return Reg.of(position + 1);
    }

    /// A finished function.
    ///
    /// @param cost maximum number of instructions of one call, without the targets of its tail calls
    record Function(FunctionPlan plan, LabeledCode code, int cost) {}
}
