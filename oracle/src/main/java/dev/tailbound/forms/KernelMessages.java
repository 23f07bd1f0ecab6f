package dev.tailbound.forms;

import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import java.util.List;
import java.util.Optional;

/// Maps messages of the kernel's verifier to ours, so that a test's message gives the reason to expect from our verifier.
final class KernelMessages {
    // @formatter:off
    private static final List<String> SHARED = List.of(
        "!read_ok", "frame pointer is read only", "invalid mem access 'scalar'", "invalid mem access",
        "jump out of range", "last insn is not an exit or jmp", "unreachable insn", "infinite loop detected",
        "invalid bpf_context access", "dereference of modified ctx ptr", "variable ctx access",
        "invalid access to map value", "unbounded memory access", "min value is negative",
        "invalid read from stack", "invalid write to stack", "misaligned stack access", "misaligned access", "misaligned value access",
        "cannot return stack pointer to the caller", "At program exit the register R0", "invalid size of register spill",
        "pointer prohibited", "32-bit pointer arithmetic prohibited", "bitwise operator", "tried to subtract pointer from scalar",
        "subtraction from stack pointer prohibited", "prohibited, null-check it first", "pointer arithmetic on",
        "same insn cannot be used with different pointers", "BPF_ATOMIC loads from", "BPF_ATOMIC stores into",
        "cannot pass map_type", "invalid func unknown#", "the call stack of", "too many subprograms", "recursive call");
    // @formatter:on

    private KernelMessages() {}

    /// The part of a kernel's message that our verifier's message shares.
    static Optional<String> shared(String message) {
        return SHARED.stream().filter(message::contains).findFirst();
    }

    /// Expects the case to be refused with the shared part of a kernel's message; adds a comment if there is none.
    static void expect(CaseDraft draft, String message) {
        shared(message).ifPresentOrElse(part -> draft.expect(Expectation.ofRejection(part)),
                () -> draft.comment("the kernel refuses it%s, which our verifier says in other words or not at all"
                        .formatted(message.isEmpty() ? "" : ": " + BadInput.shown(message))));
    }
}
