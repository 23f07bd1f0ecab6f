package dev.tailbound.engines;

import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.x86.FixedFrameScheme;
import dev.tailbound.jit.x86.OwnCountScheme;
import dev.tailbound.jit.x86.PerCpuScheme;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.StackCopyScheme;
import dev.tailbound.jit.x86.TailCallScheme;
import dev.tailbound.jit.x86.UnroundedStackCopyScheme;
import java.util.function.Supplier;

/// The tail-call schemes of x86-64 as engine names select them.
@SuppressWarnings("ImmutableEnumChecker") // constructors
enum X86Scheme implements Word {
    // @formatter:off
    //             word              release               direct tail calls
    POINTER       ("pointer",        KernelRelease.V6_12,  true,  PointerScheme::new),
    STACK_COPY    ("stack-copy",     KernelRelease.V6_1,   true,  StackCopyScheme::new),
    UNROUNDED_COPY("unrounded-copy", KernelRelease.V6_1,   true,  UnroundedStackCopyScheme::new),
    OWN_COUNT     ("own-count",      KernelRelease.V6_1,   true,  OwnCountScheme::new),
    FIXED_FRAME   ("fixed-frame",    KernelRelease.V6_1,   false, FixedFrameScheme::new),
    PERCPU        ("percpu",         KernelRelease.V6_12,  true,  PerCpuScheme::new);
    // @formatter:on

    private final String word;
    private final KernelRelease release;
    private final boolean directTailCalls;
    private final Supplier<TailCallScheme> factory;

    X86Scheme(String word, KernelRelease release, boolean directTailCalls, Supplier<TailCallScheme> factory) {
        this.word = word;
        this.release = release;
        this.directTailCalls = directTailCalls;
        this.factory = factory;
    }

    /// The scheme of a kernel release.
    static X86Scheme of(KernelRelease release) {
        return switch (release) {
            case V6_1 -> STACK_COPY;
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

    /// Whether tail calls with a constant index can be direct jumps: not if a tail call keeps its caller's frame.
    boolean hasDirectTailCalls() {
        return directTailCalls;
    }

    TailCallScheme create() {
        return factory.get();
    }
}
