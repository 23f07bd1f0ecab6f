package dev.tailbound.cli;

import java.util.Locale;

/// The result of a bpf_conformance test on an engine.
///
/// @param reason empty for a test that passed
record ConformanceResult(Word word, String reason) {
    enum Word {
        /// The engine returned the stated value, or refused a program that must be refused.
        PASS,
        /// It returned another value, did not return, or accepted a program that must be refused.
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
