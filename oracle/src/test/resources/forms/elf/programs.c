/* Programs that share subprograms, and a program array that sends the run from one to the next. */
#include "bpf.h"

int first(struct __sk_buff *skb);
int second(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(u32));
	__array(values, int(void *));
} chain SEC(".maps") = {
	.values = { [0] = (void *)&first, [3] = (void *)&second },
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u64);
} seen SEC(".maps");

static NOINLINE void note(u32 key, u64 value)
{
	u64 *seen_value = bpf_map_lookup_elem(&seen, &key);

	if (seen_value)
		*seen_value += value;
}

static NOINLINE int jump(struct __sk_buff *skb, u32 index)
{
	note(2, 1);
	bpf_tail_call(skb, &chain, index);
	return UNKNOWN(5);
}

NOINLINE int weigh(u32 a, u32 b)
{
	note(3, a);
	return a * 3 + b;
}

SEC("tc") int main_program(struct __sk_buff *skb)
{
	int sum = jump(skb, 0);

	note(0, sum);
	sum += jump(skb, 2);
	return weigh(sum, skb->len);
}

SEC("tc") int first(struct __sk_buff *skb)
{
	return jump(skb, 3) + 100;
}

SEC("classifier/second") int second(struct __sk_buff *skb)
{
	note(1, 7);
	return weigh(2, 4);
}

SEC("xdp") int unrelated(void *context)
{
	return weigh(1, 1) + jump(context, 9);
}

SEC("tc") int prints(struct __sk_buff *skb)
{
	return bpf_trace_printk("text", 5);
}

char _license[] SEC("license") = "GPL";
