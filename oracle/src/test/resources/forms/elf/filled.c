/* A program array that user space fills. The first program of the file is one of its targets. */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} jmp_table SEC(".maps");

SEC("tc") int target0(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jmp_table, 1);
	return UNKNOWN(10);
}

SEC("tc") int target1(struct __sk_buff *skb)
{
	return 11;
}

static NOINLINE int subprog(struct __sk_buff *skb, u32 index)
{
	volatile u8 pad[40];

	pad[index] = 1;
	bpf_tail_call(skb, &jmp_table, index);
	return UNKNOWN(pad[index] + index);
}

SEC("tc") int entry(struct __sk_buff *skb)
{
	return subprog(skb, 0) + subprog(skb, 2) * 16;
}
