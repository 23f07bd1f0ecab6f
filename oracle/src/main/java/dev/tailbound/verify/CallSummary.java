package dev.tailbound.verify;

import dev.tailbound.cases.Attachment;
import dev.tailbound.isa.Reg;
import java.util.Arrays;
import java.util.List;

/// Kinds of values that enter and leave a function, joined over all paths: R1 to R5 of its callers, then its result.
///
/// @param words one for each argument and one for the result
record CallSummary(List<Content> words) {

    /// Kind of value in a register, joined over all paths.
    enum Content {
        /// Bottom: no path has reached the function yet.
        ANYTHING,
        /// The unmodified context pointer.
        CONTEXT,
        SCALAR,
        /// A scalar or an address.
        ADDRESS,
        /// Uninitialised on some path.
        NOTHING;

        static Content of(AbstractValue value) {
            return switch (value) {
                case Uninit _ -> NOTHING;
                case Scalar _ -> SCALAR;
                case Pointer pointer -> pointer.region().isContext() && pointer.isUnmodified() ? CONTEXT : ADDRESS;
            };
        }

        private Content join(Content other) {
            if (this == ANYTHING || other == ANYTHING) {
                return this == ANYTHING ? other : this;
            }
            return this == other ? this : this == NOTHING || other == NOTHING ? NOTHING : ADDRESS;
        }
    }

    static final CallSummary UNKNOWN = new CallSummary(
            List.of(Content.ANYTHING, Content.ANYTHING, Content.ANYTHING, Content.ANYTHING, Content.ANYTHING, Content.ANYTHING));
    private static final int RESULT = Attachment.ARGUMENTS;

    CallSummary {
        words = List.copyOf(words);
    }

    /// This summary joined with a call with these registers.
    CallSummary called(FrameState caller) {
        var joined = words.toArray(Content[]::new);
        for (int i = 0; i < RESULT; i++) {
            joined[i] = joined[i].join(Content.of(caller.register(Reg.R1.number() + i)));
        }
        return new CallSummary(Arrays.asList(joined));
    }

    /// This summary joined with an exit with this result.
    CallSummary returned(AbstractValue result) {
        var joined = words.toArray(Content[]::new);
        joined[RESULT] = joined[RESULT].join(Content.of(result));
        return new CallSummary(Arrays.asList(joined));
    }

    CallSummary join(CallSummary other) {
        var joined = words.toArray(Content[]::new);
        Arrays.setAll(joined, i -> joined[i].join(other.words.get(i)));
        return new CallSummary(Arrays.asList(joined));
    }

    Content argument(int index) {
        return words.get(index);
    }

    /// This summary with a scalar result: programs that run before the function see 0 there.
    CallSummary withZeroResult() {
        var changed = words.toArray(Content[]::new);
        changed[RESULT] = Content.SCALAR;
        return new CallSummary(Arrays.asList(changed));
    }
}
