/* The names of the selftests' bpf_misc.h that exported programs use. */
#pragma once
#define __success
#define __retval(value)
#define __auxiliary
#define __naked __attribute__((naked))
#define __used __attribute__((used))
#define __clobber_all "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "memory"
#define __imm(name) [name]"i"(name)
#define __imm_addr(name) [name]"i"(&name)
