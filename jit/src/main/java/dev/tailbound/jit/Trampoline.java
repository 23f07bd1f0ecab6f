package dev.tailbound.jit;

import java.util.List;

/// Addresses for the trampoline of a function with attached tracing programs.
///
/// The function's entry calls it. If it needs the function's result, it calls the function itself, after the entry, and returns to the function's
/// caller; otherwise it returns into the function.
///
/// @param function     address after the instruction in the function that calls the trampoline
/// @param fentry       entries of the programs of each kind, in execution order
/// @param countsTailCalls  the function's program can make tail calls, so the trampoline must pass on the caller's count
/// @param enter        kernel function called before each program, `__bpf_prog_enter`: returns the time, or 0 if the program must not run
/// @param exit         kernel function called after it with this time, `__bpf_prog_exit`
public record Trampoline(long function, List<Long> fentry, List<Long> fmodRet, List<Long> fexit, boolean countsTailCalls,
        long enter, long exit) {

    /// Number of arguments saved for the programs.
    public static final int ARGUMENTS = 5;

    public Trampoline {
        fentry = List.copyOf(fentry);
        fmodRet = List.copyOf(fmodRet);
        fexit = List.copyOf(fexit);
    }

    /// It calls the function and uses its result.
    public boolean callsFunction() {
        return !fmodRet.isEmpty() || !fexit.isEmpty();
    }
}
