package dev.tailbound.jit;

/// A kernel release whose passes, JIT and structures are reproduced byte for byte. Each covers the versions up to the next constant.
public enum KernelRelease {
    // @formatter:off
    V6_1 ("v6.1",  0, 0),
    V6_12("v6.12", 6, 12),
    V7_2 ("v7.2",  7, 0);
    // @formatter:on

    private final String word;
    private final int major;
    private final int minor;

    KernelRelease(String word, int major, int minor) {
        this.word = word;
        this.major = major;
        this.minor = minor;
    }

    /// The engine name option that selects it.
    public String word() {
        return word;
    }

    /// The release that covers this kernel version.
    public static KernelRelease like(int major, int minor) {
        var like = V6_1;
        for (var release : values()) {
            if (major > release.major || (major == release.major && minor >= release.minor)) {
                like = release;
            }
        }
        return like;
    }
}
