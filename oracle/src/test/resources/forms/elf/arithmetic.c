/* What the levels of -mcpu spell in different ways: jumps of 32 bits, signed division and loads, byte swaps, atomics. */
#include "bpf.h"

s8 byte = -3;
s16 half = -300;
s32 word = -70000;
u64 swapped = 0x1122334455667788ull;
u64 counted = 5;

static NOINLINE u64 widen(void)
{
	s64 sum = byte;

	sum += half;
	sum += word;
	return sum;
}

static NOINLINE u32 compare(u32 a, s32 b)
{
	u32 result = 0;

	if (a > 0x80000000u)
		result |= 1;
	if (b < -5)
		result |= 2;
	if ((u32)b == a)
		result |= 4;
	return result;
}

SEC("socket") int entry(struct __sk_buff *skb)
{
	u64 sum = widen() + 80000;

	__sync_fetch_and_add(&counted, skb->len);
	sum += compare(skb->len + 0x80000000u, (s32)skb->mark - 9) * 1000;
	sum += __builtin_bswap32((u32)swapped) & 0xff;
	sum += __builtin_bswap16((u16)swapped) >> 8;
	sum += (u32)counted / 7 + (u32)counted % 7;
	return sum & 0xffffff;
}
