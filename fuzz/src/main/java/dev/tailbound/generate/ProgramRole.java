package dev.tailbound.generate;

import dev.tailbound.cases.Attachment.Kind;
import java.util.List;
import java.util.Optional;

/// The type that a program is loaded as: it determines the target of R1 and the valid results.
///
/// @param kind  the attachment kind of the program, or of one that shares its program arrays; empty for a classifier
/// @param words the positions of numbers among a tracing program's arguments
record ProgramRole(Optional<Kind> kind, List<Integer> words) {
    static final ProgramRole CLASSIFIER = new ProgramRole(Optional.empty(), List.of());
    static final ProgramRole EXTENSION = new ProgramRole(Optional.of(Kind.FREPLACE), List.of());

    /// The use of a run's result.
    enum Result {
        /// The caller of the run sees it.
        SEEN,
        /// None; it must be 0.
        ZERO,
        /// A result other than 0 replaces the function's.
        STANDS_IN
    }

    ProgramRole {
        words = List.copyOf(words);
    }

    static ProgramRole tracing(Kind kind, List<Integer> words) {
        return new ProgramRole(Optional.of(kind), words);
    }

    boolean isTracing() {
        return kind.filter(Kind::isTracing).isPresent();
    }

    Result result() {
        return kind.map(as -> switch (as) {
            case FENTRY, FEXIT -> Result.ZERO;
            case FMOD_RET -> Result.STANDS_IN;
            case FREPLACE -> Result.SEEN;
        }).orElse(Result.SEEN);
    }
}
