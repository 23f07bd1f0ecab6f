/* A map as libbpf before 1.0 knew it. */
#include "bpf.h"

struct bpf_map_def {
	u32 type, key_size, value_size, max_entries, flags;
} counter SEC("maps") = { BPF_MAP_TYPE_ARRAY, 4, 4, 1, 0 };

SEC("tc") int entry(struct __sk_buff *skb)
{
	u32 key = 0;

	return bpf_map_lookup_elem(&counter, &key) != 0;
}
