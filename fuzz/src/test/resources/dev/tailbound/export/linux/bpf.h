/* The names of linux/bpf.h that exported programs use. */
#pragma once
typedef unsigned char __u8;
typedef unsigned int __u32;
typedef unsigned long long __u64;
enum { BPF_MAP_TYPE_ARRAY = 2, BPF_MAP_TYPE_PROG_ARRAY = 3 };
