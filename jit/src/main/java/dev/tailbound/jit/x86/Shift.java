package dev.tailbound.jit.x86;

/// A shift or rotation: extension of `c1 /n ib`, `d1 /n`, `d3 /n` (SDM 2B: SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR), and the `pp` bits of the BMI2 form with
/// the count in any register (SDM 2B: SARX/SHLX/SHRX).
public enum Shift {
    // @formatter:off
    ROR(1, -1),
    SHL(4, 1),
    SHR(5, 3),
    SAR(7, 2);
    // @formatter:on

    private final int extension;
    private final int pp;

    Shift(int extension, int pp) {
        this.extension = extension;
        this.pp = pp;
    }

    int extension() {
        return extension;
    }

    int pp() {
        if (pp < 0) {
            throw new IllegalArgumentException(this + " has no BMI2 form");
        }
        return pp;
    }
}
