/* SPDX-License-Identifier: GPL-2.0-only */
/* What shim.c asks of a runtime: adapt vm.c, or write these functions for the runtime that you have. */
#ifndef VM_H
#define VM_H

#include <stddef.h>
#include <stdint.h>

struct vm_map {
	uint32_t value_size, entries; /* of an array map; both 0 for a map that the program does not use */
	uint8_t *values;              /* entries times value_size, each rounded up to 8 bytes */
};

/* The answer to `hello`. */
extern const char *const VM_HELLO;

/* Chosen on the command line, for tests: a fault to have. Returns 0 where there is none of this name. */
int vm_fault(const char *name);

/*
 * Runs a program: r1 = mem, r2 = its length. ld_imm64 with source 1 or 2 has a map's position in its immediate. Returns NULL and the
 * result, or why the program is refused; a reason that begins with "invalid" says that no runtime should accept it.
 */
const char *vm_run(const uint8_t *prog, size_t insns, uint8_t *mem, size_t mem_len, struct vm_map *maps, size_t map_count, uint64_t *r0);

#endif
