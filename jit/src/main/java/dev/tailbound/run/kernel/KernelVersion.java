package dev.tailbound.run.kernel;

import dev.tailbound.isa.CpuVersion;
import dev.tailbound.isa.Insn;
import java.util.Optional;
import java.util.regex.Pattern;

/// A kernel's version, from which its instructions follow.
///
/// @param release the whole release, such as `6.1.0-50-cloud-amd64`
public record KernelVersion(int major, int minor, String release) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6})[!-~]*");

    // Releases that added instructions.
    private static final KernelVersion V6_6 = of(6, 6);
    private static final KernelVersion V6_15 = of(6, 15);

    /// A version without a full release.
    public static KernelVersion of(int major, int minor) {
        return new KernelVersion(major, minor, major + "." + minor);
    }

    /// Parses the output of `uname -r` at the start of the text; empty if it does not start with a version.
    public static Optional<KernelVersion> parse(String text) {
        var matcher = RELEASE.matcher(text);
        return matcher.lookingAt()
                ? Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                        matcher.group()))
                : Optional.empty();
    }

    public boolean isBefore(KernelVersion other) {
        return compareTo(other) < 0;
    }

    /// Instructions of version 4: signed division, sign-extending moves and loads, unconditional byte swaps, long jumps.
    public boolean knowsV4() {
        return !isBefore(V6_6);
    }

    /// Load-acquire and store-release.
    public boolean knowsAcquireRelease() {
        return !isBefore(V6_15);
    }

    /// Whether its verifier knows the instruction. Backports in stable kernels are ignored.
    boolean knows(Insn insn) {
        return switch (insn) {
            case Insn.LoadAcquire _,Insn.StoreRelease _ -> knowsAcquireRelease();
            case Insn.CallKfunc _,Insn.MovPerCpu _ -> false;
            default -> CpuVersion.of(insn) != CpuVersion.V4 || knowsV4();
        };
    }

    @Override
    public int compareTo(KernelVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }
}
