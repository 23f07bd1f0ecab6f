/* Global variables of all kinds, and maps that are read as arrays. */
#include "bpf.h"

struct pair {
	u32 left;
	u16 right[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 3);
	__type(key, u32);
	__type(value, struct pair);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u64);
} hash SEC(".maps");

static int unset;
int set = 5;
static int also_set = 9;
int numbers[6] = { 10, 20, 30, 40 };
static const u32 table[8] = { 1, 2, 4, 8, 16, 32, 64, 128 };
const volatile u64 limit = 0x100000001;

static NOINLINE int bump(int by)
{
	unset += by;
	also_set += unset;
	return unset;
}

static NOINLINE u32 look(u32 index)
{
	return table[index & 7];
}

SEC("tc") int entry(struct __sk_buff *skb)
{
	u32 key = 1;
	u64 sum = bump(3) + bump(4);
	struct pair *pair = bpf_map_lookup_elem(&pairs, &key);
	u64 *value = bpf_map_lookup_elem(&hash, &key);

	if (pair) {
		pair->left = look(skb->len + 5);
		pair->right[2] = numbers[1] + numbers[3];
	}
	if (value)
		*value = limit;
	numbers[5] = also_set;
	return sum + set + numbers[5] + look(skb->mark + 2);
}
