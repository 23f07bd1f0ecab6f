package dev.tailbound.generate;

import java.util.List;

/// How the tail calls of a case terminate.
enum TailCallTermination {
    /// Each tail call leads to a later program.
    ACYCLIC,
    /// Each tail call decrements a countdown, see [CaseSetup#COUNTDOWN].
    COUNTED,
    /// Only by the budget of 33.
    FREE;

    /// The programs that may be in a program array used by programs up to number `highest`.
    List<String> targets(List<String> programs, int highest) {
        return this == ACYCLIC ? programs.subList(Math.min(highest + 1, programs.size()), programs.size()) : programs;
    }
}
