/*
 * A libunicorn.so.2 that passes all calls on to the real one, REAL, and does one thing wrong, which the variable LIE names. Where the variable
 * LIAR is set, it lies in processes only that have this argument.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITE_CACHE_REMOVAL = 9, RBX = 37, EFLAGS = 25, HAS_COUNT = 2, ALL_PERMISSIONS = 7, ERROR_ARCHITECTURE = 2, REGIONS = 64 };

static struct { char *bytes; uint64_t size; } regions[REGIONS];
static int mapped;
static int removals;
static pthread_t emulating;

static void *real(const char *function)
{
    static void *library;
    if (!library && !(library = dlopen(REAL, RTLD_NOW | RTLD_LOCAL))) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return dlsym(library, function);
}

#define CALL(function, types, ...) ((int (*) types)real(function))(__VA_ARGS__)

static int is_liar(void)
{
    static char arguments[1 << 16];
    const char *liar = getenv("LIAR");
    FILE *file = liar ? fopen("/proc/self/cmdline", "r") : NULL;
    if (!file)
        return !liar;
    size_t length = fread(arguments, 1, sizeof arguments - 1, file);
    fclose(file);
    for (char *each = arguments; each < arguments + length; each += strlen(each) + 1)
        if (!strcmp(each, liar))
            return 1;
    return 0;
}

static int lies(const char *about)
{
    static int known, liar;
    if (!known) {
        liar = is_liar();
        known = 1;
    }
    return liar && !strncmp(getenv("LIE"), about, strlen(about));
}

static uint64_t cut(uint64_t address)
{
    return lies("address") ? address & 0xfffffffffffff : address;
}

/* "code:FROM:TO", instructions in hexadecimal digits of one length: one runs as the other. */
static void replace_code(void)
{
    unsigned char from[16], to[16];
    const char *digits = getenv("LIE") + strlen("code:");
    size_t length = strchr(digits, ':') - digits;
    for (size_t i = 0; i < length; i += 2) {
        sscanf(digits + i, "%2hhx", &from[i / 2]);
        sscanf(digits + length + 1 + i, "%2hhx", &to[i / 2]);
    }
    for (int i = 0; i < mapped; i++)
        for (uint64_t at = 0; at + length / 2 <= regions[i].size; at++)
            if (!memcmp(regions[i].bytes + at, from, length / 2))
                memcpy(regions[i].bytes + at, to, length / 2);
}

unsigned uc_version(unsigned *major, unsigned *minor) { return CALL("uc_version", (void *, void *), major, minor); }
const char *uc_strerror(int code) { return ((const char *(*)(int))real("uc_strerror"))(code); }

int uc_open(int arch, int mode, void **uc)
{
    mapped = removals = 0;
    return lies("open") ? ERROR_ARCHITECTURE : CALL("uc_open", (int, int, void *), arch, mode, uc);
}

int uc_close(void *uc) { return CALL("uc_close", (void *), uc); }

/* The two arguments behind the control stand in registers, whatever they are. */
int uc_ctl(void *uc, int control, uint64_t first, uint64_t second)
{
    if ((control & 0xff) == WRITE_CACHE_REMOVAL && (lies("stale") || lies("mid-run") && ++removals > 2))
        return 0;
    return CALL("uc_ctl", (void *, int, ...), uc, control, first, second);
}

int uc_mem_map_ptr(void *uc, uint64_t address, uint64_t size, uint32_t permissions, void *bytes)
{
    if (mapped < REGIONS) {
        regions[mapped].bytes = bytes;
        regions[mapped++].size = size;
    }
    return CALL("uc_mem_map_ptr", (void *, uint64_t, uint64_t, uint32_t, void *), uc, cut(address), size,
            lies("permissions") ? ALL_PERMISSIONS : permissions, bytes);
}

int uc_emu_start(void *uc, uint64_t begin, uint64_t until, uint64_t timeout, size_t count)
{
    if (lies("code:"))
        replace_code();
    emulating = pthread_self();
    return CALL("uc_emu_start", (void *, uint64_t, uint64_t, uint64_t, size_t), uc, begin, until, timeout,
            lies("count") && count == HAS_COUNT ? count + 1 : count);
}

int uc_emu_stop(void *uc)
{
    return lies("stop") && !pthread_equal(emulating, pthread_self()) ? 0 : CALL("uc_emu_stop", (void *), uc);
}

int uc_hook_add(void *uc, void *hook, int type, void *callback, void *data, uint64_t begin, uint64_t end)
{
    return CALL("uc_hook_add", (void *, void *, int, void *, void *, uint64_t, uint64_t, ...), uc, hook, type, callback, data, begin, end);
}

int uc_hook_del(void *uc, void *hook) { return CALL("uc_hook_del", (void *, void *), uc, hook); }
int uc_reg_read(void *uc, int id, void *value) { return CALL("uc_reg_read", (void *, int, void *), uc, id, value); }

int uc_reg_write(void *uc, int id, const void *value)
{
    if (lies("register") && id == RBX || lies("flags") && id == EFLAGS)
        return 0;
    return CALL("uc_reg_write", (void *, int, const void *), uc, id, value);
}

int uc_reg_read_batch(void *uc, int *ids, void **values, int count)
{
    return CALL("uc_reg_read_batch", (void *, int *, void **, int), uc, ids, values, count);
}

int uc_reg_write_batch(void *uc, int *ids, void *const *values, int count)
{
    return CALL("uc_reg_write_batch", (void *, int *, void *const *, int), uc, ids, values, count);
}
