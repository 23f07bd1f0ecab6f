package dev.tailbound.cli;

import java.util.Locale;

/// What an engine made of a test of bpf_conformance.
///
/// @param reason empty for a test that passed
record ConformanceResult(Word word, String reason) {
    enum Word {
        /// The engine returned what the test states, or refused what it must.
        PASS,
        /// It returned something else, or did not return; or it accepted what must be refused.
        FAIL,
        /// The program was refused, and the test states a result.
        REFUSED,
        /// The file is no test, or not one for this engine.
        SKIPPED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final ConformanceResult PASS = new ConformanceResult(Word.PASS, "");

    static ConformanceResult fail(String reason) {
        return new ConformanceResult(Word.FAIL, reason);
    }

    static ConformanceResult refused(String reason) {
        return new ConformanceResult(Word.REFUSED, reason);
    }

    static ConformanceResult skipped(String reason) {
        return new ConformanceResult(Word.SKIPPED, reason);
    }
}
