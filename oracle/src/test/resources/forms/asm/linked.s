	.text
	.file	"linked.c"
	.section	tc,"ax",@progbits
	.globl	target                          # -- Begin function target
	.p2align	3
	.type	target,@function
target:                                 # @target
# %bb.0:
	r1 = global ll
	r2 = *(u32 *)(r1 + 0)
	r2 += 2
	*(u32 *)(r1 + 0) = r2
	r0 = 42
	exit
.Lfunc_end0:
	.size	target, .Lfunc_end0-target
                                        # -- End function
	.text
	.globl	globalsub                       # -- Begin function globalsub
	.p2align	3
	.type	globalsub,@function
globalsub:                              # @globalsub
# %bb.0:
	r6 = *(u32 *)(r1 + 0)
	r2 = r6
	call sub
	r6 *= 3
	r6 += r0
	r0 = r6
	exit
.Lfunc_end1:
	.size	globalsub, .Lfunc_end1-globalsub
                                        # -- End function
	.p2align	3                               # -- Begin function sub
	.type	sub,@function
sub:                                    # @sub
# %bb.0:
	r6 = r2
	r7 = r1
	r1 = r6
	r1 <<= 32
	r1 s>>= 32
	r2 = 4
	if r2 s> r1 goto LBB2_2
# %bb.1:
	r1 = r7
	r2 = jmp_table ll
	r3 = 1
	call 12
LBB2_2:
	r0 = *(u32 *)(r7 + 0)
	r0 += r6
	exit
.Lfunc_end2:
	.size	sub, .Lfunc_end2-sub
                                        # -- End function
	.section	tc,"ax",@progbits
	.globl	entry                           # -- Begin function entry
	.p2align	3
	.type	entry,@function
entry:                                  # @entry
# %bb.0:
	r6 = r1
	r1 = 0
	*(u32 *)(r10 - 4) = r1
	r2 = r10
	r2 += -4
	r1 = counts ll
	call 1
	if r0 == 0 goto LBB3_2
# %bb.1:
	r1 = *(u64 *)(r0 + 0)
	r1 += 5
	*(u64 *)(r0 + 0) = r1
LBB3_2:
	r1 = r6
	r2 = 4
	call sub
	r7 = r0
	r1 = r6
	call globalsub
	r0 += r7
	r1 = global ll
	r1 = *(u32 *)(r1 + 0)
	r0 += r1
	exit
.Lfunc_end3:
	.size	entry, .Lfunc_end3-entry
                                        # -- End function
	.type	jmp_table,@object               # @jmp_table
	.section	.maps,"aw",@progbits
	.globl	jmp_table
	.p2align	3
jmp_table:
	.quad	0
	.quad	0
	.quad	0
	.quad	0
	.quad	target
	.size	jmp_table, 40

	.type	global,@object                  # @global
	.data
	.globl	global
	.p2align	2
global:
	.long	7                               # 0x7
	.size	global, 4

	.type	counts,@object                  # @counts
	.section	.maps,"aw",@progbits
	.globl	counts
	.p2align	3
counts:
	.zero	32
	.size	counts, 32

	.addrsig
	.addrsig_sym target
	.addrsig_sym entry
	.addrsig_sym jmp_table
	.addrsig_sym counts
