package dev.tailbound.forms;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.Set;

/// The context that a program gets according to its type.
final class ProgramTypes {
    /// Those whose context is a `struct __sk_buff`, and which a test run enters.
    private static final Set<String> SKB = Set.of("BPF_PROG_TYPE_SOCKET_FILTER", "BPF_PROG_TYPE_SCHED_CLS",
            "BPF_PROG_TYPE_SCHED_ACT", "BPF_PROG_TYPE_CGROUP_SKB", "BPF_PROG_TYPE_LWT_IN", "BPF_PROG_TYPE_LWT_OUT",
            "BPF_PROG_TYPE_LWT_XMIT");

    private static final Set<String> SKB_SECTIONS = Set.of("tc", "tcx", "netkit", "classifier", "action", "socket", "cgroup_skb",
            "lwt_in", "lwt_out", "lwt_xmit");

    private ProgramTypes() {}

    /// Whether programs of the type have a `struct __sk_buff`.
    static boolean hasSkb(String type) {
        return SKB.contains(type);
    }

    /// Whether programs in a section with this name have one.
    static boolean sectionHasSkb(String section) {
        var name = section.startsWith("?") ? section.substring(1) : section;
        int end = name.indexOf('/');
        return SKB_SECTIONS.contains(end < 0 ? name : name.substring(0, end)) || name.startsWith("cgroup/skb");
    }

    /// Adds a comment if the context is not that of the type.
    static void guessContext(CaseDraft draft, String type) {
        if (!hasSkb(type)) {
            draft.guess("the context is a struct __sk_buff, not that of %s".formatted(type));
        }
    }

    /// Why the result of a kernel's test run says nothing about ours; empty if it is comparable.
    static String whyNotRun(String type, Program program) {
        return hasSkb(type) || program.insns().stream().allMatch(ProgramTypes::keepsToStack) ? ""
                : "the program may read its context, which is not that of %s".formatted(type);
    }

    private static boolean keepsToStack(Insn insn) {
        return switch (insn) {
            case Insn.Load load -> load.base() == Reg.R10;
            case Insn.LoadAcquire load -> load.base() == Reg.R10;
            default -> true;
        };
    }
}
