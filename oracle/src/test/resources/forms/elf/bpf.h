/* What the sources of this folder need of libbpf's and the kernel's headers. */
#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
/* A value that the compiler does not know: what a function returns may come from another program, by a tail call. */
#define UNKNOWN(value) ({ __typeof__(value) unknown = (value); asm volatile("" : "+r"(unknown)); unknown; })

#define __uint(name, number) int (*name)[number]
#define __type(name, type) __typeof__(type) *name
#define __array(name, type) __typeof__(type) *name[]

#define BPF_MAP_TYPE_HASH 1
#define BPF_MAP_TYPE_ARRAY 2
#define BPF_MAP_TYPE_PROG_ARRAY 3
#define BPF_MAP_TYPE_PERCPU_ARRAY 6
#define BPF_MAP_TYPE_RINGBUF 27

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

struct __sk_buff {
	u32 len;
	u32 pkt_type;
	u32 mark;
};

/* GCC of release 12 calls helpers by an attribute, and may put a constant address of a function into a register. */
#ifdef __clang__
#define HELPER(number, type, name, ...) static type (*const name)(__VA_ARGS__) = (void *)number
#else
#define HELPER(number, type, name, ...) type name(__VA_ARGS__) __attribute__((kernel_helper(number)))
#endif

HELPER(1, void *, bpf_map_lookup_elem, void *map, const void *key);
HELPER(2, long, bpf_map_update_elem, void *map, const void *key, const void *value, u64 flags);
HELPER(3, long, bpf_map_delete_elem, void *map, const void *key);
HELPER(6, long, bpf_trace_printk, const char *format, u32 size, ...);
HELPER(12, long, bpf_tail_call, void *context, void *map, u32 index);
