package dev.tailbound.isa;

import java.util.Optional;

/// A helper function that every engine offers: its number in `enum bpf_func_id` and its name.
public enum Helper {
    // @formatter:off
    MAP_LOOKUP_ELEM     (1,       "bpf_map_lookup_elem"),
    MAP_UPDATE_ELEM     (2,       "bpf_map_update_elem"),
    MAP_DELETE_ELEM     (3,       "bpf_map_delete_elem"),
    KTIME_GET_NS        (5,       "bpf_ktime_get_ns"),
    GET_PRANDOM_U32     (7,       "bpf_get_prandom_u32"),
    GET_SMP_PROCESSOR_ID(8,       "bpf_get_smp_processor_id"),
    TAIL_CALL           (12,      "bpf_tail_call"),
    /// Tailbound's own, outside the kernel's numbers: takes five scalars, records them, returns 0.
    TRACE               (0x10000, "trace");
    // @formatter:on

    private static final Helper[] ALL = values();

    private final int id;
    private final String symbol;

    Helper(int id, String symbol) {
        this.id = id;
        this.symbol = symbol;
    }

    public int id() {
        return id;
    }

    /// The name as assembly text writes it after `call`.
    public String symbol() {
        return symbol;
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
