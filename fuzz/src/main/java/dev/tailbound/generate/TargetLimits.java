package dev.tailbound.generate;

import dev.tailbound.isa.Width;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/// What the processors and verifiers of a campaign leave undefined or refuse, beyond the instruction set's versions.
///
/// @param mixes        a program may have both tail calls and subprograms
/// @param aligned      all accesses are naturally aligned
/// @param maskedShifts widths at which register shifts have a count below the width
/// @param division64   64-bit division
/// @param atomics      atomic read-modify-write instructions
/// @param callsAboveTailCall maximum number of calls above a tail call
public record TargetLimits(boolean mixes, boolean aligned, Set<Width> maskedShifts, boolean division64, boolean atomics,
        int callsAboveTailCall) {
    /// Everything that the instruction set defines and verifiers accept.
    public static final TargetLimits ALL = new TargetLimits(true, false, Set.of(), true, true, 7);

    public TargetLimits {
        maskedShifts = maskedShifts.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(maskedShifts));
    }

    /// What is defined on this target and on another one.
    public TargetLimits and(TargetLimits other) {
        var shifts = EnumSet.noneOf(Width.class);
        shifts.addAll(maskedShifts);
        shifts.addAll(other.maskedShifts);
        return new TargetLimits(mixes && other.mixes, aligned || other.aligned, shifts, division64 && other.division64, atomics
                && other.atomics, Math.min(callsAboveTailCall, other.callsAboveTailCall));
    }
}
