// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts a BPF runtime behind Tailbound's line protocol (docs/external.md): copy this file, and give it the functions of vm.h.
 *
 *   gcc -O1 -o vm shim.c vm.c
 *   tailbound fuzz --engine oracle --engine "external:vm:./vm"
 */
#define _GNU_SOURCE
#include "vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAPS 64

/* Bytes of hex digits, and how many; the digits end at a blank or the end of the string. */
static uint8_t *unhex(const char *hex, size_t *len)
{
	uint8_t *bytes = calloc(strlen(hex) / 2 + 8, 1);
	unsigned int byte;

	for (*len = 0; sscanf(hex + 2 * *len, "%2x", &byte) == 1; (*len)++)
		bytes[*len] = byte;
	return bytes;
}

static void print_hex(const uint8_t *bytes, size_t len)
{
	while (len--)
		printf("%02x", *bytes++);
}

static void run(char *fields)
{
	struct vm_map maps[MAPS] = {0};
	uint8_t *prog = NULL, *mem = NULL, *packed;
	size_t prog_len = 0, mem_len = 0, map_count = 0, len;
	const char *id = strtok(fields, " \n"), *refusal;
	uint64_t r0 = 0;
	int at;

	for (char *field = strtok(NULL, " \n"); field; field = strtok(NULL, " \n")) {
		if (!strncmp(field, "prog=", 5)) {
			prog = unhex(field + 5, &prog_len);
		} else if (!strncmp(field, "ctx=", 4)) {
			mem = unhex(field + 4, &mem_len);
		} else if (!strncmp(field, "map=", 4) && map_count < MAPS) {
			struct vm_map *map = &maps[map_count++];

			if (sscanf(field, "map=%u:%u:%n", &map->value_size, &map->entries, &at) != 2)
				continue; /* map=- */
			size_t stride = (map->value_size + 7) & ~7u;

			packed = unhex(field + at, &len);
			map->values = calloc(map->entries, stride);
			for (uint32_t i = 0; i < map->entries; i++)
				memcpy(map->values + i * stride, packed + i * map->value_size, map->value_size);
			free(packed);
		}
	}
	refusal = vm_run(prog, prog_len / 8, mem, mem_len, maps, map_count, &r0);
	if (refusal) {
		printf("refused %s %s\n", id, refusal);
	} else {
		printf("ok %s r0=%llx ctx=", id, (unsigned long long)r0);
		print_hex(mem, mem_len);
		for (size_t i = 0; i < map_count; i++) {
			printf(" map=%s", maps[i].entries ? "" : "-");
			for (uint32_t key = 0; key < maps[i].entries; key++)
				print_hex(maps[i].values + key * ((maps[i].value_size + 7) & ~7u), maps[i].value_size);
			free(maps[i].values);
		}
		putchar('\n');
	}
	free(prog);
	free(mem);
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;

	for (int i = 1; i < argc; i++)
		if (!vm_fault(argv[i]))
			return 2;
	while (getline(&line, &room, stdin) > 0) {
		if (!strncmp(line, "hello ", 6))
			puts(VM_HELLO);
		else if (!strncmp(line, "run ", 4))
			run(line + 4);
		fflush(stdout);
	}
	return 0;
}
