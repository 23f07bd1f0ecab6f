package dev.tailbound.engines;

import java.util.List;

/// One scheme that counts or dispatches tail calls: the kernels with it, and cases of the corpus on which it holds or breaks.
///
/// @param engine  its name on the command line
/// @param kernels the kernels that had it
/// @param verdict the result of the cases
/// @param claim   the property that the cases test
/// @param cases   files or folders of the corpus
public record SchemeRow(String engine, String kernels, Verdict verdict, String claim, List<String> cases) {

    /// The result of the cases.
    public enum Verdict {
        /// The engine agrees with the oracle on all cases.
        HOLDS,
        /// It differs on at least one case.
        BREAKS;

        /// `holds` or `breaks`
        public String word() {
            return this == HOLDS ? "holds" : "breaks";
        }
    }

    // @formatter:off
    /// All schemes and options, correct ones first.
    public static final List<SchemeRow> ALL = List.of(
            holds ("x86-64",                "6.12 and later",  "one budget for all calls and tail calls",                  "seeds", "tail-calls", "schemes"),
            holds ("arm64",                 "6.12 and later",  "one budget for all calls and tail calls",                  "seeds", "tail-calls", "schemes"),
            holds ("x86-64:indirect",       "6.12, blinding", "all tail calls read the array, also those with a constant index", "seeds", "tail-calls", "schemes"),
            holds ("x86-64",                "6.12 and later",  "attached programs, each with its own budget",              "attach", "trampolines"),
            holds ("arm64",                 "6.12 and later",  "attached programs, each with its own budget",              "attach", "trampolines"),
            holds ("x86-64:orig-stack",     "6.12 and later",  "the same, with the function called through an address on the stack", "attach", "trampolines"),
            holds ("x86-64:stack-copy",     "6.7 to 6.11",     "a trampoline passes the count on",                         "attach", "trampolines"),
            breaks("x86-64:stack-copy,bare-trampoline", "5.10 to 6.6", "a trampoline after a function loses the count",   "trampolines/fexit-on-tail-calling-subprogram.case"),
            breaks("x86-64:stack-copy,bare-trampoline", "5.10 to 6.6", "a trampoline before a function loses the count",   "trampolines/fentry-on-tail-calling-subprogram.case"),
            holds ("arm64:x26",             "6.0 to 6.11",     "trampolines preserve the register of the count",           "attach", "trampolines"),
            breaks("x86-64",                "6.2 to 6.12",     "an extension restarts the count: the loop through it never ends",   "extensions/loop.case"),
            holds ("x86-64",                "6.13 and later",  "no extension of a program in a program array",             "extensions/loop-refused.case"),
            breaks("x86-64:ip-aux",         "never merged",    "a slot is filled: the bypass is removed before there is a target", "seeds/poke-fill.case"),
            breaks("x86-64:ip-aux",         "never merged",    "a slot is cleared during a run that is past the bypass",     "seeds/poke-clear.case"),
            holds ("x86-64:pop-nop-push",   "never merged",    "after an empty slot, unwritten registers keep their values", "seeds/poke-empty-slot-untouched.case"),
            breaks("x86-64:pop-nop-push",   "never merged",    "after an empty slot, written registers keep their values", "seeds/poke-empty-slot.case"),
            holds ("x86-64:stack-copy",     "5.10 to 6.11",    "a chain through a subprogram, and its caller's frame",     "seeds/subprogram-chain.case", "seeds/subprogram-frame.case", "seeds/own-frame.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "the tail calls of a callee are not counted",               "seeds/tailcall-hierarchy.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "the next call makes tail call 34",                         "seeds/tailcall-hierarchy-second-call.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "the same, without recursion",                              "schemes/flat-35-calls.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "a tail call to an empty slot is counted",                  "tail-calls/fail-budget-empty-var-33.case"),
            holds ("x86-64:stack-copy",     "5.19 to 6.11",    "the count survives a stack depth that is not a multiple of 8", "schemes/depth-not-multiple-of-8.case"),
            breaks("x86-64:unrounded-copy", "5.10 to 5.18",    "the count is lost if the stack depth is not a multiple of 8", "schemes/depth-not-multiple-of-8.case"),
            holds ("x86-64:own-count",      "never merged",    "a chain of main programs, each with its own frame",        "schemes/main-chain.case", "seeds/own-frame.case"),
            breaks("x86-64:own-count",      "never merged",    "a subprogram has its own count",                           "seeds/subprogram-chain.case"),
            holds ("arm64:x26",             "6.0 to 6.11",     "a chain through a subprogram, and its caller's frame",     "seeds/arm64-bpf2bpf-tailcall.case", "seeds/subprogram-chain.case", "seeds/subprogram-frame.case"),
            breaks("arm64:x26",             "6.0 to 6.11",     "the tail calls of a callee are not counted",               "seeds/tailcall-hierarchy.case"),
            breaks("arm64:x26",             "6.0 to 6.11",     "a tail call to an empty slot is counted",                  "tail-calls/fail-budget-empty-var-33.case"),
            holds ("arm64:own-x26",         "5.19 and earlier", "a chain of main programs",                                "schemes/main-chain.case"),
            breaks("arm64:own-x26",         "5.19 and earlier", "a subprogram has its own count; such programs were refused", "seeds/subprogram-chain.case"),
            holds ("x86-64:fixed-frame",    "5.9 and earlier", "a chain of main programs",                                 "schemes/main-chain.case"),
            breaks("x86-64:fixed-frame",    "5.9 and earlier", "every function has its own count; such programs were refused", "seeds/subprogram-chain.case"),
            holds ("x86-64:percpu",         "never merged",    "one budget in a call hierarchy",                           "seeds", "schemes"),
            holds ("x86-64",                "6.12 and later",  "only spills around bpf_fastcall calls are removed",         "passes"),
            breaks("x86-64:fastcall-shortest", "6.12 and later", "a slot that only the longest pattern spills to is not checked", "passes/fastcall-shortest.case"),
            breaks("x86-64:fastcall-entered", "6.12",          "a jump around a spill to its call is not detected",          "passes/fastcall-entered.case"),
            holds ("x86-64:fastcall-equal", "never merged",    "all patterns at one offset, or the subprogram is not changed", "passes"),
            holds ("x86-64:fastcall-program", "never merged",  "a breach applies to the whole program",                      "passes"),
            holds ("x86-64:fastcall-follow-up", "never merged", "each pattern is checked when its spills are removed",       "passes"),
            holds ("x86-64:fastcall-defining", "never merged", "a fill is removed with the only spill that defines it",      "passes"),
            holds ("x86-64:percpu,orig-stack", "never merged", "trampolines need not keep a count",                        "attach", "trampolines/fexit-on-tail-calling-subprogram.case"),
            breaks("x86-64:percpu",         "never merged",    "a tracing program that tail-calls restarts the outer chain's count",    "trampolines/tracing-program-tail-calls.case"),
            breaks("x86-64:percpu",         "never merged",    "a tail call to an empty slot is counted",                  "tail-calls/fail-budget-empty-var-33.case"));
    // @formatter:on

    public SchemeRow {
        cases = List.copyOf(cases);
    }

    private static SchemeRow holds(String engine, String kernels, String claim, String... cases) {
        return new SchemeRow(engine, kernels, Verdict.HOLDS, claim, List.of(cases));
    }

    private static SchemeRow breaks(String engine, String kernels, String claim, String... cases) {
        return new SchemeRow(engine, kernels, Verdict.BREAKS, claim, List.of(cases));
    }
}
