package dev.tailbound.engines;

import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.x86.X86Options;
import java.util.function.UnaryOperator;

/// Options of an x86-64 engine other than its scheme; see `tailbound run --help`.
@SuppressWarnings("ImmutableEnumChecker") // lambdas
enum X86Option implements Word {
    // @formatter:off
    INDIRECT       ("indirect",        code -> code.withPokes(PokeProtocol.NONE)),
    IP_AUX         ("ip-aux",          code -> code.withPokes(PokeProtocol.IP_AUX)),
    POP_NOP_PUSH   ("pop-nop-push",    code -> code.withPokes(PokeProtocol.POP_NOP_PUSH)),
    ORIG_STACK     ("orig-stack",      code -> code.withTrampolines(code.trampolines().withThroughStack(true))),
    BARE_TRAMPOLINE("bare-trampoline", code -> code.withTrampolines(code.trampolines().withKeepCount(false))),
    NO_BMI2        ("no-bmi2",         code -> code.withBmi2(false)),
    ENDBR          ("endbr",           code -> code.withLandingPads(true)),
    NO_ENDBR       ("no-endbr",        code -> code.withLandingPads(false));
    // @formatter:on

    private final String word;
    private final UnaryOperator<X86Options> change;

    X86Option(String word, UnaryOperator<X86Options> change) {
        this.word = word;
        this.change = change;
    }

    @Override
    public String word() {
        return word;
    }

    X86Options applyTo(X86Options code) {
        return change.apply(code);
    }
}
