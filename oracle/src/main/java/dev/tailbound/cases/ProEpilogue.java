package dev.tailbound.cases;

import dev.tailbound.cases.Generated.Kind;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Prologue and epilogue that kernels generate around the programs of a case (`gen_prologue`, `gen_epilogue`).
///
/// A program type has at most one of each, but need not generate it for every program.
public record ProEpilogue(Optional<Generated> prologue, Optional<Generated> epilogue) {
    public static final ProEpilogue NONE = new ProEpilogue(Optional.empty(), Optional.empty());

    public boolean isEmpty() {
        return prologue.isEmpty() && epilogue.isEmpty();
    }

    public Stream<Generated> stream() {
        return Stream.concat(prologue.stream(), epilogue.stream());
    }

    /// The same with the code of this kind replaced.
    public ProEpilogue with(Generated generated) {
        return generated.kind() == Kind.PROLOGUE
                ? new ProEpilogue(Optional.of(generated), epilogue)
                : new ProEpilogue(prologue, Optional.of(generated));
    }

    public ProEpilogue without(Kind kind) {
        return kind == Kind.PROLOGUE ? new ProEpilogue(Optional.empty(), epilogue) : new ProEpilogue(prologue, Optional.empty());
    }

    /// The same with each of them changed.
    public ProEpilogue map(UnaryOperator<Generated> change) {
        return new ProEpilogue(prologue.map(change), epilogue.map(change));
    }

    /// The prologue of this program.
    public Optional<Generated> prologueOf(String program) {
        return prologue.filter(generated -> generated.isFor(program));
    }

    /// The epilogue of this program.
    public Optional<Generated> epilogueOf(String program) {
        return epilogue.filter(generated -> generated.isFor(program));
    }
}
