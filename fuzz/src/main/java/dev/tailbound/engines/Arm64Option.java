package dev.tailbound.engines;

import dev.tailbound.jit.arm64.Arm64Options;
import java.util.function.UnaryOperator;

/// Options of an arm64 engine other than its scheme; see `tailbound run --help`.
@SuppressWarnings("ImmutableEnumChecker") // lambdas
enum Arm64Option implements Word {
    // @formatter:off
    LL_SC ("ll-sc",  code -> code.withLse(false)),
    NO_PAC("no-pac", code -> code.withPac(false)),
    BTI   ("bti",    code -> code.withBti(true));
    // @formatter:on

    private final String word;
    private final UnaryOperator<Arm64Options> change;

    Arm64Option(String word, UnaryOperator<Arm64Options> change) {
        this.word = word;
        this.change = change;
    }

    @Override
    public String word() {
        return word;
    }

    Arm64Options applyTo(Arm64Options code) {
        return change.apply(code);
    }
}
