/* The names of filter.h and lib/test_bpf.c that exported entries use. */
#pragma once
#include <stdint.h>
#include <linux/bpf.h>
#define INTERNAL 0x80
struct bpf_test {
	const char *descr;
	union { struct bpf_insn insns_int[512]; } u;
	uint8_t aux;
	uint8_t data[8];
	struct { int data_size; uint32_t result; } test[8];
	int stack_depth;
};
#ifndef BPF_MEMSX
#define BPF_MEMSX 0x80
#endif
#ifndef BPF_LOAD_ACQ
#define BPF_LOAD_ACQ 0x100
#define BPF_STORE_REL 0x110
#endif
#define RAW(c, d, s, o, i) ((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define BPF_ALU64_REG_OFF(op, d, s, o) RAW(BPF_ALU64 | (op) | BPF_X, d, s, o, 0)
#define BPF_ALU64_IMM_OFF(op, d, i, o) RAW(BPF_ALU64 | (op) | BPF_K, d, 0, o, i)
#define BPF_ALU32_REG_OFF(op, d, s, o) RAW(BPF_ALU | (op) | BPF_X, d, s, o, 0)
#define BPF_ALU32_IMM_OFF(op, d, i, o) RAW(BPF_ALU | (op) | BPF_K, d, 0, o, i)
#define BPF_ALU64_REG(op, d, s) BPF_ALU64_REG_OFF(op, d, s, 0)
#define BPF_ALU64_IMM(op, d, i) BPF_ALU64_IMM_OFF(op, d, i, 0)
#define BPF_ALU32_REG(op, d, s) BPF_ALU32_REG_OFF(op, d, s, 0)
#define BPF_ALU32_IMM(op, d, i) BPF_ALU32_IMM_OFF(op, d, i, 0)
#define BPF_MOV64_REG(d, s) BPF_ALU64_REG(BPF_MOV, d, s)
#define BPF_MOV64_IMM(d, i) BPF_ALU64_IMM(BPF_MOV, d, i)
#define BPF_MOV32_REG(d, s) BPF_ALU32_REG(BPF_MOV, d, s)
#define BPF_MOV32_IMM(d, i) BPF_ALU32_IMM(BPF_MOV, d, i)
#define BPF_MOVSX64_REG(d, s, o) BPF_ALU64_REG_OFF(BPF_MOV, d, s, o)
#define BPF_MOVSX32_REG(d, s, o) BPF_ALU32_REG_OFF(BPF_MOV, d, s, o)
#define BPF_BSWAP(d, l) RAW(BPF_ALU64 | BPF_END, d, 0, 0, l)
#define BPF_ENDIAN(t, d, l) RAW(BPF_ALU | BPF_END | (t), d, 0, 0, l)
#define BPF_LD_IMM64(d, i) RAW(BPF_LD | BPF_DW | BPF_IMM, d, 0, 0, (uint32_t)(i)), RAW(0, 0, 0, 0, (uint64_t)(i) >> 32)
#define BPF_LDX_MEM(w, d, s, o) RAW(BPF_LDX | (w) | BPF_MEM, d, s, o, 0)
#define BPF_LDX_MEMSX(w, d, s, o) RAW(BPF_LDX | (w) | BPF_MEMSX, d, s, o, 0)
#define BPF_STX_MEM(w, d, s, o) RAW(BPF_STX | (w) | BPF_MEM, d, s, o, 0)
#define BPF_ST_MEM(w, d, o, i) RAW(BPF_ST | (w) | BPF_MEM, d, 0, o, i)
#define BPF_ATOMIC_OP(w, op, d, s, o) RAW(BPF_STX | (w) | BPF_ATOMIC, d, s, o, op)
#define BPF_JMP_A(o) RAW(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define BPF_JMP32_A(i) RAW(BPF_JMP32 | BPF_JA, 0, 0, 0, i)
#define BPF_JMP_REG(op, d, s, o) RAW(BPF_JMP | (op) | BPF_X, d, s, o, 0)
#define BPF_JMP_IMM(op, d, i, o) RAW(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define BPF_JMP32_REG(op, d, s, o) RAW(BPF_JMP32 | (op) | BPF_X, d, s, o, 0)
#define BPF_JMP32_IMM(op, d, i, o) RAW(BPF_JMP32 | (op) | BPF_K, d, 0, o, i)
#define BPF_EXIT_INSN() RAW(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
