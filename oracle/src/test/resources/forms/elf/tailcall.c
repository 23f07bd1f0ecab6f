/* A static subprogram, called twice by the entry program, tail-calls it again: 33 tail calls in all. */
#include "bpf.h"

int entry(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__array(values, int(void *));
} jmp_table SEC(".maps") = {
	.values = { [0] = (void *)&entry },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} counter SEC(".maps");

static NOINLINE int subprog_tail(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jmp_table, 0);
	return UNKNOWN(0);
}

SEC("tc") int entry(struct __sk_buff *skb)
{
	u32 key = 0;
	u32 *value = bpf_map_lookup_elem(&counter, &key);

	if (value)
		*value += 1;
	subprog_tail(skb);
	subprog_tail(skb);
	return 1;
}
