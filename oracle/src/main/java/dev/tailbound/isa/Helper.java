package dev.tailbound.isa;

import java.util.Optional;

/// A helper function that every engine offers: its number in `enum bpf_func_id` and its name.
public enum Helper {
    // @formatter:off
    MAP_LOOKUP_ELEM     (1,       "bpf_map_lookup_elem",        2),
    MAP_UPDATE_ELEM     (2,       "bpf_map_update_elem",        4),
    MAP_DELETE_ELEM     (3,       "bpf_map_delete_elem",        2),
    KTIME_GET_NS        (5,       "bpf_ktime_get_ns",           0),
    GET_PRANDOM_U32     (7,       "bpf_get_prandom_u32",        0),
    GET_SMP_PROCESSOR_ID(8,       "bpf_get_smp_processor_id",   0),
    GET_CURRENT_TASK    (35,      "bpf_get_current_task",       0),
    TAIL_CALL           (12,      "bpf_tail_call",              3),
    /// Specific to Tailbound, outside the kernel's numbers: takes five scalars, records them, returns 0.
    TRACE               (0x10000, "trace",                      5);
    // @formatter:on

    private static final Helper[] ALL = values();

    private final int id;
    private final String symbol;
    private final int parameters;

    Helper(int id, String symbol, int parameters) {
        this.id = id;
        this.symbol = symbol;
        this.parameters = parameters;
    }

    public int id() {
        return id;
    }

    /// The name after `call` in assembly text.
    public String symbol() {
        return symbol;
    }

    /// Number of arguments, in R1, R2 and so on.
    public int parameters() {
        return parameters;
    }

    /// Kernels may inline it, so machine code need not call it.
    public boolean mayBeInlined() {
        return this == GET_SMP_PROCESSOR_ID || this == GET_CURRENT_TASK || this == MAP_LOOKUP_ELEM;
    }

    /// `bpf_fastcall`: when inlined, it changes only R0.
    public boolean isFastcall() {
        return this == GET_SMP_PROCESSOR_ID;
    }

    public static Optional<Helper> byId(int id) {
        for (var helper : ALL) {
            if (helper.id == id) {
                return Optional.of(helper);
            }
        }
        return Optional.empty();
    }

    public static Optional<Helper> bySymbol(String symbol) {
        for (var helper : ALL) {
            if (helper.symbol.equals(symbol)) {
                return Optional.of(helper);
            }
        }
        return Optional.empty();
    }
}
