package dev.tailbound.cli;

import java.util.List;

/// One result in a form that test runners read.
///
/// @param name    names the test, the same in every run
/// @param reason  one line; empty if the test passed
/// @param details further lines of evidence
record TestResult(String name, Status status, String reason, List<String> details) {
    enum Status {
        PASSED,
        /// A finding, or a bug that a kernel has.
        FAILED,
        /// Nothing could be compared.
        SKIPPED,
        /// It failed, and a known issue explains it.
        KNOWN,
        /// The input is bad.
        ERROR
    }

    TestResult {
        details = List.copyOf(details);
    }

    static TestResult passed(String name) {
        return new TestResult(name, Status.PASSED, "", List.of());
    }

    /// A result without further evidence.
    static TestResult of(String name, Status status, String reason) {
        return new TestResult(name, status, reason, List.of());
    }
}
