package dev.tailbound.generate;

import dev.tailbound.isa.Reg;
import java.util.List;

/// What a function is to be, decided before its instructions.
///
/// @param number       0 for the main function; functions call only those with greater numbers
/// @param parameters   what R1, R2, ... hold on entry
/// @param saved        the callee-saved registers it may use, a set
/// @param depth        bytes of stack
/// @param keepsContext the context must outlive the first call
/// @param calls        the functions it is to call, and [#TAIL_CALL] for each tail call it is to make
/// @param items        rows of the menu for its body
/// @param cost         instructions that one call of it may execute, about
/// @param jumps        the program arrays it may use
/// @param returns      its callers use what it returns; else its exits leave in R0 what happens to be there, or nothing
record FunctionPlan(int number, List<Parameter> parameters, int saved, int depth, boolean keepsContext, List<Integer> calls,
        int items, int cost, List<CaseSetup.JumpTable> jumps, boolean returns) {

    static final int TAIL_CALL = 0;

    /// What an argument register holds.
    enum Parameter {
        CONTEXT, SCALAR,
        /// The address of the first data map's value.
        VALUE,
        /// The address of eight aligned bytes: a slot of the caller's frame, or the same as VALUE.
        BYTES;

        /// Of something else than the context.
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
    /// @param cost instructions that one call executes at most, without what its tail calls lead to
    record Function(FunctionPlan plan, LabeledCode code, int cost) {}
}
