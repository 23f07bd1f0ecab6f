// SPDX-License-Identifier: GPL-2.0-only
/* A small BPF interpreter (RFC 9669) for the tests of external engines. It checks nothing: programs are those that a verifier accepts. */
#include "vm.h"

#include <string.h>

#define STACK 512
#define DEPTH 9

const char *const VM_HELLO = "hello tailbound-vm caps=v4,atomic,acquire,call,map,helper:1,2,3 observes=r0,maps,ctx";

static int keeps_upper_half, crashes_on_xchg, hangs_on_bswap, refuses_smod;

int vm_fault(const char *name)
{
	return (!strcmp(name, "mov32") && (keeps_upper_half = 1)) || (!strcmp(name, "crash") && (crashes_on_xchg = 1))
	       || (!strcmp(name, "hang") && (hangs_on_bswap = 1)) || (!strcmp(name, "invalid") && (refuses_smod = 1));
}

struct insn {
	uint8_t code;
	uint8_t dst : 4, src : 4;
	int16_t off;
	int32_t imm;
};

static uint64_t load(const void *at, int size)
{
	uint64_t value = 0;

	memcpy(&value, at, size);
	return value;
}

static void store(void *at, int size, uint64_t value)
{
	memcpy(at, &value, size);
}

static int64_t extend(uint64_t value, int bits)
{
	return bits == 64 ? (int64_t)value : (int64_t)(value << (64 - bits)) >> (64 - bits);
}

static uint64_t swap(uint64_t value, int bits)
{
	return __builtin_bswap64(value) >> (64 - bits);
}

static uint64_t divide(uint64_t a, uint64_t b, int bits, int is_signed, int wants_rest)
{
	if (b == 0)
		return wants_rest ? a : 0;
	if (!is_signed)
		return wants_rest ? a % b : a / b;
	int64_t x = extend(a, bits), y = extend(b, bits);

	if (y == -1)
		return wants_rest ? 0 : 0 - (uint64_t)x;
	return wants_rest ? x % y : x / y;
}

static uint64_t alu(const struct insn *i, uint64_t a, uint64_t b, int bits)
{
	uint64_t mask = bits == 64 ? ~0ull : 0xffffffffull;
	uint64_t shift = b & (bits - 1);

	a &= mask;
	b &= mask;
	switch (i->code & 0xf0) {
	case 0x00: return (a + b) & mask;
	case 0x10: return (a - b) & mask;
	case 0x20: return (a * b) & mask;
	case 0x30: return divide(a, b, bits, i->off, 0) & mask;
	case 0x40: return a | b;
	case 0x50: return a & b;
	case 0x60: return (a << shift) & mask;
	case 0x70: return a >> shift;
	case 0x80: return -a & mask;
	case 0x90: return divide(a, b, bits, i->off, 1) & mask;
	case 0xa0: return a ^ b;
	case 0xb0: return (i->off ? (uint64_t)extend(b, i->off) : b) & mask;
	default:   return (uint64_t)(extend(a, bits) >> shift) & mask;
	}
}

static int holds(int condition, uint64_t a, uint64_t b, int bits)
{
	int64_t x = extend(a, bits), y = extend(b, bits);

	if (bits == 32) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (condition) {
	case 0x10: return a == b;
	case 0x20: return a > b;
	case 0x30: return a >= b;
	case 0x40: return (a & b) != 0;
	case 0x50: return a != b;
	case 0x60: return x > y;
	case 0x70: return x >= y;
	case 0xa0: return a < b;
	case 0xb0: return a <= b;
	case 0xc0: return x < y;
	default:   return x <= y;
	}
}

static void atomic(const struct insn *i, uint64_t *r, int size)
{
	void *at = (void *)(uintptr_t)(r[i->dst] + i->off);
	uint64_t old, src = r[i->src];

	if (i->imm == 0x100) { /* load-acquire: the other way round */
		r[i->dst] = load((void *)(uintptr_t)(r[i->src] + i->off), size);
		return;
	}
	old = load(at, size);
	if (i->imm == 0x110 || i->imm == 0xe1) {
		if (crashes_on_xchg && i->imm == 0xe1)
			__builtin_trap();
		store(at, size, src);
	} else if (i->imm == 0xf1) {
		if (old == (size == 4 ? (uint32_t)r[0] : r[0]))
			store(at, size, src);
		r[0] = old;
		return;
	} else {
		uint64_t value = (i->imm & 0xf0) == 0x00 ? old + src : (i->imm & 0xf0) == 0x40 ? old | src
			: (i->imm & 0xf0) == 0x50 ? old & src : old ^ src;

		store(at, size, value);
	}
	if (i->imm & 1)
		r[i->src] = old;
}

/* bpf_map_lookup_elem, bpf_map_update_elem, bpf_map_delete_elem of an array. */
static uint64_t helper(int id, const uint64_t *r)
{
	struct vm_map *map = (struct vm_map *)(uintptr_t)r[1];
	uint32_t key = load((void *)(uintptr_t)r[2], 4);
	uint8_t *value = map->values + (size_t)key * ((map->value_size + 7) & ~7u);

	if (id == 1)
		return key < map->entries ? (uintptr_t)value : 0;
	if (id == 3)
		return -22; /* EINVAL */
	if ((r[4] & ~4ull) > 2)
		return -22;
	if (key >= map->entries)
		return -7; /* E2BIG */
	if (r[4] & 1)
		return -17; /* EEXIST */
	if (r[4] & 4)
		return -22;
	memmove(value, (void *)(uintptr_t)r[3], map->value_size);
	return 0;
}

const char *vm_run(const uint8_t *prog, size_t insns, uint8_t *mem, size_t mem_len, struct vm_map *maps, size_t map_count, uint64_t *r0)
{
	static const int sizes[] = {4, 2, 1, 8};
	static uint8_t stacks[DEPTH][STACK];
	struct { size_t pc; uint64_t saved[4]; } frames[DEPTH];
	uint64_t r[16] = {0};
	int depth = 0;

	r[1] = (uintptr_t)mem;
	r[2] = mem_len;
	r[10] = (uintptr_t)stacks[0] + STACK;
	for (size_t pc = 0; pc < insns;) {
		struct insn i;
		int size;
		int bits;

		memcpy(&i, prog + 8 * pc++, 8);
		size = sizes[i.code >> 3 & 3];
		bits = (i.code & 7) == 7 || (i.code & 7) == 5 ? 64 : 32;
		uint64_t src = i.code & 8 ? r[i.src] : (uint64_t)(int64_t)i.imm;

		switch (i.code & 7) {
		case 0: { /* ld_imm64 */
			int32_t upper;

			memcpy(&upper, prog + 8 * pc++ + 4, 4);
			if (i.src && (size_t)i.imm >= map_count)
				return "invalid map";
			r[i.dst] = i.src == 1 ? (uintptr_t)&maps[i.imm] : i.src == 2 ? (uintptr_t)maps[i.imm].values + upper
				: (uint32_t)i.imm | (uint64_t)(uint32_t)upper << 32;
			break;
		}
		case 1: { /* ldx */
			uint64_t value = load((void *)(uintptr_t)(r[i.src] + i.off), size);

			r[i.dst] = (i.code & 0xe0) == 0x80 ? (uint64_t)extend(value, 8 * size) : value;
			break;
		}
		case 2: /* st */
			store((void *)(uintptr_t)(r[i.dst] + i.off), size, (int64_t)i.imm);
			break;
		case 3: /* stx */
			if ((i.code & 0xe0) == 0xc0)
				atomic(&i, r, size);
			else
				store((void *)(uintptr_t)(r[i.dst] + i.off), size, r[i.src]);
			break;
		case 4:
		case 7:
			if ((i.code & 0xf0) == 0xd0) { /* le, be, bswap */
				while (hangs_on_bswap && i.code == 0xd7)
					;
				uint64_t low = i.imm == 64 ? r[i.dst] : r[i.dst] & ((1ull << i.imm) - 1);

				r[i.dst] = i.code == 0xd4 ? low : swap(low, i.imm);
				break;
			}
			if (refuses_smod && (i.code & 0xf0) == 0x90 && i.off)
				return "invalid instruction smod";
			uint64_t result = alu(&i, r[i.dst], src, bits);

			if (keeps_upper_half && i.code == 0xbc && !i.off)
				result |= r[i.dst] & ~0xffffffffull;
			r[i.dst] = result;
			break;
		default: /* jmp, jmp32 */
			switch (i.code & 0xf0) {
			case 0x00:
				pc += bits == 64 ? i.off : i.imm;
				break;
			case 0x80:
				if (i.src == 0) {
					if (i.imm < 1 || i.imm > 3)
						return "no such helper";
					r[0] = helper(i.imm, r);
					break;
				}
				if (depth + 1 == DEPTH)
					return "calls nest too deep";
				frames[depth].pc = pc;
				memcpy(frames[depth].saved, r + 6, sizeof(frames[depth].saved));
				r[10] = (uintptr_t)stacks[++depth] + STACK;
				pc += i.imm;
				break;
			case 0x90:
				if (depth == 0) {
					*r0 = r[0];
					return NULL;
				}
				r[10] = (uintptr_t)stacks[--depth] + STACK;
				pc = frames[depth].pc;
				memcpy(r + 6, frames[depth].saved, sizeof(frames[depth].saved));
				break;
			default:
				if (holds(i.code & 0xf0, r[i.dst], src, bits))
					pc += i.off;
			}
		}
	}
	return "invalid program without an end";
}
