/* The names of libbpf's bpf_helpers.h that exported programs use. */
#pragma once
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __array(name, value) __typeof__(value) *name[]
#define __noinline __attribute__((noinline))
static void *(*const bpf_map_lookup_elem)(void *, const void *) = (void *)1;
static long (*const bpf_map_update_elem)(void *, const void *, const void *, __u64) = (void *)2;
static long (*const bpf_map_delete_elem)(void *, const void *) = (void *)3;
static __u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static __u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static __u32 (*const bpf_get_smp_processor_id)(void) = (void *)8;
static long (*const bpf_tail_call)(void *, void *, __u32) = (void *)12;
static __u64 (*const bpf_get_current_task)(void) = (void *)35;
