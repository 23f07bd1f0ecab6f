package dev.tailbound.jit;

/// Byte offsets of the fields that an indirect tail call reads, measured in Debian's kernel images.
///
/// @param maxEntries `map.max_entries` in `struct bpf_array`
/// @param ptrs       `ptrs` in `struct bpf_array`
/// @param bpfFunc    `bpf_func` in `struct bpf_prog`
public record ObjectLayout(int maxEntries, int ptrs, int bpfFunc) {
    // @formatter:off
    public static final ObjectLayout V6_1  = new ObjectLayout(0x24, 0x110, 0x30);
    public static final ObjectLayout V6_12 = new ObjectLayout(0x24, 0x108, 0x30);
    public static final ObjectLayout V7_2  = new ObjectLayout(0x4c, 0x130, 0x48);
    // @formatter:on
}
