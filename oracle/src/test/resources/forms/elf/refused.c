/* One program for each thing that is refused. */
#include "bpf.h"

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} hash SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u64);
	__type(value, u32);
} wide_hash SEC(".maps");

extern int some_kfunc(int number) SEC(".ksyms");
extern const int some_variable __attribute__((section(".ksyms")));

static int called_back(u32 index, void *context)
{
	return index > 3;
}

int *pointer = (int *)&hash;

HELPER(181, long, bpf_loop, u32 count, void *callback, void *context, u64 flags);

SEC("tc") int ring_buffer(struct __sk_buff *skb)
{
	u32 key = 0;

	return bpf_map_delete_elem(&ring, &key);
}

SEC("tc") int deletes(struct __sk_buff *skb)
{
	u32 key = 0;

	return bpf_map_delete_elem(&hash, &key);
}

SEC("tc") int wide_key(struct __sk_buff *skb)
{
	u64 key = 0;

	return bpf_map_lookup_elem(&wide_hash, &key) != 0;
}

SEC("tc") int unknown_kfunc(struct __sk_buff *skb)
{
	return some_kfunc(1);
}

SEC("tc") int kernel_variable(struct __sk_buff *skb)
{
	return some_variable;
}

SEC("tc") int callback(struct __sk_buff *skb)
{
	return bpf_loop(5, called_back, 0, 0);
}

SEC("tc") int core(struct task_struct *task)
{
	return task->pid;
}

SEC("tc") int helper(struct __sk_buff *skb)
{
	return bpf_trace_printk((void *)8, 5);
}

SEC("tc") int address(struct __sk_buff *skb)
{
	return *(volatile int *)pointer;
}
