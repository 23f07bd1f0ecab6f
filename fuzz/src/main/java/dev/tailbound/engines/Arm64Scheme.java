package dev.tailbound.engines;

import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.arm64.OwnX26Scheme;
import dev.tailbound.jit.arm64.PointerScheme;
import dev.tailbound.jit.arm64.TailCallScheme;
import dev.tailbound.jit.arm64.X26Scheme;
import java.util.function.Supplier;

/// The tail-call schemes of arm64 as engine names select them.
@SuppressWarnings("ImmutableEnumChecker") // constructors
enum Arm64Scheme implements Word {
    // @formatter:off
    //      word       release
    POINTER("pointer", KernelRelease.V6_12, PointerScheme::new),
    X26    ("x26",     KernelRelease.V6_1,  X26Scheme::new),
    OWN_X26("own-x26", KernelRelease.V6_1,  OwnX26Scheme::new);
    // @formatter:on

    private final String word;
    private final KernelRelease release;
    private final Supplier<TailCallScheme> factory;

    Arm64Scheme(String word, KernelRelease release, Supplier<TailCallScheme> factory) {
        this.word = word;
        this.release = release;
        this.factory = factory;
    }

    /// The scheme of a kernel release.
    static Arm64Scheme of(KernelRelease release) {
        return switch (release) {
            case V6_1 -> X26;
            case V6_12, V7_2 -> POINTER;
        };
    }

    @Override
    public String word() {
        return word;
    }

    /// The release whose code is emitted unless the engine's name selects another.
    KernelRelease release() {
        return release;
    }

    TailCallScheme create() {
        return factory.get();
    }
}
