/* Kernel functions by name, and functions whose names a case file cannot have. */
#include "bpf.h"

extern u64 kf_origin(u64 number) SEC(".ksyms");
extern u64 kf_weigh___four(u64 a, u64 b, u64 c, u64 d) SEC(".ksyms");

#ifdef __clang__
static NOINLINE int odd(u32 number) __asm__("odd-name");
#endif
static NOINLINE int odd(u32 number)
{
	return number * UNKNOWN(3);
}

SEC("raw_tp/sys_enter") int entry(void *context)
{
	return (kf_origin(0x100000002) >> 32) + kf_weigh___four(1, 2, 3, 4) + odd(5);
}
