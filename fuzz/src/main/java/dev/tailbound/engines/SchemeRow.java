package dev.tailbound.engines;

import java.util.List;

/// What is known of one way to count or dispatch tail calls: the kernels it stands for, and cases of the corpus on which it holds or breaks.
///
/// @param engine  its name on the command line
/// @param kernels the kernels that had it
/// @param verdict what becomes of the cases under it
/// @param claim   what the cases ask of it
/// @param cases   files or folders of the corpus
public record SchemeRow(String engine, String kernels, Verdict verdict, String claim, List<String> cases) {

    /// What becomes of the cases.
    public enum Verdict {
        /// The engine observes in all cases what the oracle does.
        HOLDS,
        /// In some case it does not.
        BREAKS;

        /// `holds` or `breaks`
        public String word() {
            return this == HOLDS ? "holds" : "breaks";
        }
    }

    // @formatter:off
    /// All schemes and options, the ones that are right first.
    public static final List<SchemeRow> ALL = List.of(
            holds ("x86-64",                "6.12 and later",  "one budget, whatever calls and tail calls do",             "seeds", "tail-calls", "schemes"),
            holds ("arm64",                 "6.12 and later",  "one budget, whatever calls and tail calls do",             "seeds", "tail-calls", "schemes"),
            holds ("x86-64:indirect",       "6.12, blinding", "all tail calls read the array, also those of a constant index", "seeds", "tail-calls", "schemes"),
            holds ("x86-64",                "6.12 and later",  "programs around functions, each with a budget of its own", "attach", "trampolines"),
            holds ("arm64",                 "6.12 and later",  "programs around functions, each with a budget of its own", "attach", "trampolines"),
            holds ("x86-64:orig-stack",     "6.12 and later",  "the same, with functions called by what is on the stack",  "attach", "trampolines"),
            holds ("x86-64:stack-copy",     "6.7 to 6.11",     "a trampoline hands on the count",                          "attach", "trampolines"),
            breaks("x86-64:stack-copy,bare-trampoline", "5.10 to 6.6", "a trampoline after a function loses the count",   "trampolines/fexit-on-tail-calling-subprogram.case"),
            breaks("x86-64:stack-copy,bare-trampoline", "5.10 to 6.6", "a trampoline before a function loses the count",   "trampolines/fentry-on-tail-calling-subprogram.case"),
            holds ("arm64:x26",             "6.0 to 6.11",     "trampolines preserve the register of the count",           "attach", "trampolines"),
            breaks("x86-64",                "6.2 to 6.12",     "an extension starts to count anew: the loop through it never ends", "extensions/loop.case"),
            holds ("x86-64",                "6.13 and later",  "no extension of what is in a program array",               "extensions/loop-refused.case"),
            breaks("x86-64:ip-aux",         "never merged",    "a slot is filled: the jump around goes before there is a target", "seeds/poke-fill.case"),
            breaks("x86-64:ip-aux",         "never merged",    "a slot is cleared under a run that is past the jump around", "seeds/poke-clear.case"),
            holds ("x86-64:pop-nop-push",   "never merged",    "an empty slot leaves registers that were not written",     "seeds/poke-empty-slot-untouched.case"),
            breaks("x86-64:pop-nop-push",   "never merged",    "an empty slot leaves registers that were written",         "seeds/poke-empty-slot.case"),
            holds ("x86-64:stack-copy",     "5.10 to 6.11",    "a chain through a subprogram, and its caller's frame",     "seeds/subprogram-chain.case", "seeds/subprogram-frame.case", "seeds/own-frame.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "a call forgets what its callee counted",                   "seeds/tailcall-hierarchy.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "and so the next call has tail call 34",                    "seeds/tailcall-hierarchy-second-call.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "the same, without recursion",                              "schemes/flat-35-calls.case"),
            breaks("x86-64:stack-copy",     "5.10 to 6.11",    "an empty slot takes from the budget",                      "tail-calls/fail-budget-empty-var-33.case"),
            holds ("x86-64:stack-copy",     "5.19 to 6.11",    "the count survives a stack depth that is no multiple of 8", "schemes/depth-not-multiple-of-8.case"),
            breaks("x86-64:unrounded-copy", "5.10 to 5.18",    "the count is lost where the stack depth is no multiple of 8", "schemes/depth-not-multiple-of-8.case"),
            holds ("x86-64:own-count",      "never merged",    "a chain of main programs, each with its own frame",        "schemes/main-chain.case", "seeds/own-frame.case"),
            breaks("x86-64:own-count",      "never merged",    "a subprogram counts for itself",                           "seeds/subprogram-chain.case"),
            holds ("arm64:x26",             "6.0 to 6.11",     "a chain through a subprogram, and its caller's frame",     "seeds/arm64-bpf2bpf-tailcall.case", "seeds/subprogram-chain.case", "seeds/subprogram-frame.case"),
            breaks("arm64:x26",             "6.0 to 6.11",     "a call forgets what its callee counted",                   "seeds/tailcall-hierarchy.case"),
            breaks("arm64:x26",             "6.0 to 6.11",     "an empty slot takes from the budget",                      "tail-calls/fail-budget-empty-var-33.case"),
            holds ("arm64:own-x26",         "5.19 and earlier", "a chain of main programs",                                "schemes/main-chain.case"),
            breaks("arm64:own-x26",         "5.19 and earlier", "a subprogram counts for itself; such programs were refused", "seeds/subprogram-chain.case"),
            holds ("x86-64:fixed-frame",    "5.9 and earlier", "a chain of main programs",                                 "schemes/main-chain.case"),
            breaks("x86-64:fixed-frame",    "5.9 and earlier", "every function counts for itself; such programs were refused", "seeds/subprogram-chain.case"),
            holds ("x86-64:percpu",         "never merged",    "one budget in a call hierarchy",                           "seeds", "schemes"),
            holds ("x86-64",                "6.12 and later",  "spills around bpf_fastcall calls go, nothing else does",    "passes"),
            breaks("x86-64:fastcall-shortest", "6.12 and later", "a slot that only the longest pattern spills to is not watched", "passes/fastcall-shortest.case"),
            breaks("x86-64:fastcall-entered", "6.12",          "a jump around a spill to its call is not looked for",        "passes/fastcall-entered.case"),
            holds ("x86-64:fastcall-equal", "never merged",    "all patterns at one offset, or the subprogram stays",        "passes"),
            holds ("x86-64:fastcall-program", "never merged",  "a breach counts for the whole program",                      "passes"),
            holds ("x86-64:fastcall-follow-up", "never merged", "each pattern is checked when its spills are removed",       "passes"),
            holds ("x86-64:fastcall-defining", "never merged", "a fill goes with the only spill that defines it",            "passes"),
            holds ("x86-64:percpu,orig-stack", "never merged", "trampolines have no count to keep",                        "attach", "trampolines/fexit-on-tail-calling-subprogram.case"),
            breaks("x86-64:percpu",         "never merged",    "a tracing program that tail-calls starts the outer chain's count anew", "trampolines/tracing-program-tail-calls.case"),
            breaks("x86-64:percpu",         "never merged",    "an empty slot takes from the budget",                      "tail-calls/fail-budget-empty-var-33.case"));
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
