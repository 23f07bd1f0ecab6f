// SPDX-License-Identifier: GPL-2.0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"

#define STEP 3
#define ROUNDS	(STEP * \
		 2)

struct pair {
	__u8 tag;
	__u64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, struct pair);
} pairs SEC(".maps");

int leaf(struct __sk_buff *skb);
void again(void);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, STEP);
	__uint(key_size, sizeof(__u32));
	__array(values, void (void));
} jumps SEC(".maps") = {
	.values = {
		[0] = (void *)&leaf,
		[STEP - 1] = (void *) &again,
	},
};

static int weights[3] = { 1, -2, 3 };

SEC("tc")
__auxiliary
int leaf(struct __sk_buff *skb)
{
	return 7;
}

SEC("tc") __auxiliary
__naked void again(void)
{
	asm volatile ("					\
	r3 = 2;			/* ; itself */		\
	r2 = %[jumps] ll;				\
	call %[bpf_tail_call];				\
	r0 = 5;						\
	exit;						\
"	:
	: __imm(bpf_tail_call), __imm_addr(jumps)
	: __clobber_all);
}

static __naked __noinline __used
int twice(int n)
{
	asm volatile ("r0 = r1;"
		      "r0 += r1;"
		      "exit;");
}

SEC("tc")
__description("round and out: a loop, a call, and a slot")
__success __retval(7)
__naked void round(struct __sk_buff *skb)
{
	asm volatile ("					\n\
	r6 = r1						\n\
	r7 = %[rounds]					\n\
	r8 = 0						\n\
1:	r1 = 1						\n\
	call twice					\n\
	r8 += r0					\n\
	r7 -= 1						\n\
	if r7 != 0 goto 1b				\n\
	if r8 == 12 goto 1f				\n\
	r0 = -1						\n\
	exit						\n\
1:	.8byte %[key]					\n\
	r1 = r6						\n\
	r2 = %[jumps] ll				\n\
	call %[bpf_tail_call]				\n\
	r0 = 100					\n\
	r0 %%= 7					\n\
	exit						\n\
"	:
	: __imm_const(rounds, ROUNDS),
	  __imm_insn(key, BPF_MOV64_IMM(BPF_REG_3, 0)),
	  __imm(bpf_tail_call), __imm_addr(jumps)
	: __clobber_all);
}

SEC("tc")
__success __retval(0xfffffffe)
__naked int weigh(void)
{
	asm volatile ("					\
	r1 = %[weights] ll;				\
	w0 = *(u32*)(r1 + 4);				\
	r2 = %[pairs] ll;				\
	r3 = %[value];					\
	if r3 > 8 goto l0_%=;				\
	goto l1_%=;					\
l0_%=:	r0 = 0;						\
l1_%=:	exit;						\
"	:: __imm_addr(weights), __imm_addr(pairs),
	   __imm_const(value, offsetof(struct pair, value)) : __clobber_all);
}

SEC("xdp")
__failure __msg("R0 !read_ok")
__naked void unset(void)
{
	asm volatile ("exit;" ::: __clobber_all);
}

SEC("tc")
int compiled(struct __sk_buff *skb)
{
	return bpf_get_prandom_u32();
}

char _license[] SEC("license") = "GPL";
