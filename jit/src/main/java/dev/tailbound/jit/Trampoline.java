package dev.tailbound.jit;

import java.util.List;

/// The code around a function that tracing programs are attached to, in addresses.
///
/// The function's entry calls it. Where it has to know the function's result, it calls the function itself, past the entry, and returns to the function's
/// caller; otherwise it goes back into the function.
///
/// @param function     the address in the function after the instruction that calls the trampoline
/// @param fentry       entries of the programs of each kind, in the order in which they run
/// @param countsTailCalls  the function's program can make tail calls, so that the count must arrive as the caller handed it on
/// @param enter        the kernel's function that is called before each program, `__bpf_prog_enter`: gives the time, or 0 where it must not run
/// @param exit         the one that is called after it with this time, `__bpf_prog_exit`
public record Trampoline(long function, List<Long> fentry, List<Long> fmodRet, List<Long> fexit, boolean countsTailCalls,
        long enter,
        long exit) {

    /// Arguments that are kept for the programs.
    public static final int ARGUMENTS = 5;

    public Trampoline {
        fentry = List.copyOf(fentry);
        fmodRet = List.copyOf(fmodRet);
        fexit = List.copyOf(fexit);
    }

    /// It calls the function and sees its result.
    public boolean callsFunction() {
        return !fmodRet.isEmpty() || !fexit.isEmpty();
    }
}
