package dev.tailbound.generate;

import java.util.List;

/// How the tail calls of a case come to an end.
enum TailCallTermination {
    /// Each leads to a later program.
    ACYCLIC,
    /// They spend a countdown, see [CaseSetup#COUNTDOWN].
    COUNTED,
    /// Only by the budget of 33.
    FREE;

    /// What a program array may hold that programs up to number `highest` use.
    List<String> targets(List<String> programs, int highest) {
        return this == ACYCLIC ? programs.subList(Math.min(highest + 1, programs.size()), programs.size()) : programs;
    }
}
