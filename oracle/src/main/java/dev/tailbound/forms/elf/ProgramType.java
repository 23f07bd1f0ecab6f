package dev.tailbound.forms.elf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A program type as the name of a section states it (libbpf's `section_defs`).
///
/// @param name   of `enum bpf_prog_type`, without `BPF_PROG_TYPE_`
/// @param hasSkb programs are given a `struct __sk_buff`
public record ProgramType(String name, boolean hasSkb) {
    private record Row(String type, boolean hasSkb, List<String> sections) {}

    private static Row row(String type, boolean hasSkb, String... sections) {
        return new Row(type, hasSkb, List.of(sections));
    }

    // A section's name is one of these, alone or before one of the characters / . and +.
    // @formatter:off
    private static final List<Row> ROWS = List.of(
            row("SCHED_CLS",             true,  "tc", "tcx", "classifier", "netkit"),
            row("SCHED_ACT",             true,  "action"),
            row("SOCKET_FILTER",         true,  "socket"),
            row("CGROUP_SKB",            true,  "cgroup_skb", "cgroup/skb"),
            row("LWT_IN",                true,  "lwt_in"),
            row("LWT_OUT",               true,  "lwt_out"),
            row("LWT_XMIT",              true,  "lwt_xmit"),
            row("LWT_SEG6LOCAL",         true,  "lwt_seg6local"),
            row("SK_SKB",                true,  "sk_skb"),
            row("FLOW_DISSECTOR",        true,  "flow_dissector"),
            row("XDP",                   false, "xdp"),
            row("KPROBE",                false, "kprobe", "kretprobe", "uprobe", "uretprobe", "ksyscall", "kretsyscall", "usdt"),
            row("TRACEPOINT",            false, "tracepoint", "tp"),
            row("RAW_TRACEPOINT",        false, "raw_tracepoint", "raw_tp"),
            row("TRACING",               false, "tp_btf", "fentry", "fexit", "fmod_ret", "fsession", "iter"),
            row("EXT",                   false, "freplace"),
            row("LSM",                   false, "lsm", "lsm_cgroup"),
            row("SYSCALL",               false, "syscall"),
            row("STRUCT_OPS",            false, "struct_ops"),
            row("PERF_EVENT",            false, "perf_event"),
            row("SK_MSG",                false, "sk_msg"),
            row("SOCK_OPS",              false, "sockops"),
            row("SK_LOOKUP",             false, "sk_lookup"),
            row("SK_REUSEPORT",          false, "sk_reuseport"),
            row("LIRC_MODE2",            false, "lirc_mode2"),
            row("NETFILTER",             false, "netfilter"),
            row("CGROUP_DEVICE",         false, "cgroup/dev"),
            row("CGROUP_SYSCTL",         false, "cgroup/sysctl"),
            row("CGROUP_SOCKOPT",        false, "cgroup/getsockopt", "cgroup/setsockopt"),
            row("CGROUP_SOCK",           false, "cgroup/sock", "cgroup/sock_create", "cgroup/sock_release", "cgroup/post_bind4", "cgroup/post_bind6"),
            row("CGROUP_SOCK_ADDR",      false, "cgroup"));
    // @formatter:on

    /// Empty if libbpf knows no type for the name; a leading `?` means that the program is not loaded by default.
    public static Optional<ProgramType> ofSection(String section) {
        var name = section.startsWith("?") ? section.substring(1) : section;
        return ROWS.stream().flatMap(row -> row.sections.stream().filter(prefix -> isNamed(name, prefix))
                .map(_ -> new ProgramType(row.type, row.hasSkb))).findFirst();
    }

    private static boolean isNamed(String name, String prefix) {
        return name.equals(prefix) || Stream.of("/", ".", "+").anyMatch(mark -> name.startsWith(prefix + mark));
    }
}
