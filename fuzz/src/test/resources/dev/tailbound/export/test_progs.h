/* The names of the selftests' test_progs.h and of libbpf that exported tests use. */
#pragma once
#include <stdbool.h>
#include <string.h>
typedef unsigned char __u8;
typedef unsigned int __u32;
enum { BPF_ANY };
struct bpf_map;
struct bpf_program;
struct __sk_buff { __u32 mark, priority, cb[5]; };
struct bpf_test_run_opts { unsigned long sz; const void *data_in, *ctx_in; __u32 data_size_in, ctx_size_in, retval; int repeat; };
#define LIBBPF_OPTS(type, name, ...) struct type name = { .sz = sizeof(struct type), __VA_ARGS__ }
int bpf_map__fd(const struct bpf_map *map);
int bpf_program__fd(const struct bpf_program *program);
int bpf_map_update_elem(int fd, const void *key, const void *value, unsigned long long flags);
int bpf_map_lookup_elem(int fd, const void *key, void *value);
int bpf_prog_test_run_opts(int fd, struct bpf_test_run_opts *opts);
bool assert_ok(long result, const char *name);
bool assert_ok_ptr(const void *pointer, const char *name);
#define ASSERT_OK(result, name) assert_ok(result, name)
#define ASSERT_OK_PTR(pointer, name) assert_ok_ptr(pointer, name)
#define ASSERT_EQ(actual, expected, name) assert_ok((actual) != (expected), name)
void test_tailbound_case(void);
