/* The init of a guest kernel: executes the host's requests for bpf(2) and returns the results.
 *
 * Host and agent share the memory of an ivshmem device. A request is at REQUEST, its answer at ANSWER, each after a frame header with its
 * length and checksum. A byte on the serial line that an argument names is the signal: from the host after a request, from the agent after
 * the answer. The word at PROGRESS counts the cases begun in a request, so that the host knows which one crashed the kernel. The word at STEPS
 * changes with each completed step, so that the host knows that the kernel makes progress; the word at STEP is the current step.
 *
 * Needs no C library, so that a bare cross compiler builds it. Requests are sequences of 32-bit words; AgentRequest.java defines their order.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64 __attribute__((aligned(8))); /* i386 aligns it to 4 bytes, the kernel's structures to 8 */

enum { PROGRESS = 0, STEPS = 4, STEP = 8, REQUEST = 4096, ANSWER = 8 << 20, SHARED = 16 << 20, FRAME = 16 };
enum { ROOM = ANSWER - REQUEST - FRAME, LOG_ROOM = 16 << 20, LOG_SHOWN = 16 << 10, SYMBOLS_ROOM = 32 << 20 };
enum { MAPS = 256, PROGRAMS = 1024, FUNCTIONS = 1024, CONTEXT = 192, NAMES = 1024 };

#define MAGIC 0x7461696cu /* "liat" */

/* System calls: their numbers, the instruction, and the entry, which passes the stack pointer to `begin`. */

#if defined(__aarch64__) || defined(__riscv) || defined(__loongarch__) /* include/uapi/asm-generic/unistd.h */
enum { SYS_READ = 63, SYS_WRITE = 64, SYS_CLOSE = 57, SYS_MMAP = 222, SYS_IOCTL = 29, SYS_EXIT = 93, SYS_UNAME = 160, SYS_MKDIRAT = 34, SYS_MOUNT = 40,
       SYS_OPENAT = 56, SYS_PRLIMIT = 261, SYS_BPF = 280 };
#elif defined(__x86_64__)
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_CLOSE = 3, SYS_MMAP = 9, SYS_IOCTL = 16, SYS_EXIT = 60, SYS_UNAME = 63, SYS_MKDIRAT = 258, SYS_MOUNT = 165,
       SYS_OPENAT = 257, SYS_PRLIMIT = 302, SYS_BPF = 321 };
#elif defined(__powerpc64__)
enum { SYS_READ = 3, SYS_WRITE = 4, SYS_CLOSE = 6, SYS_MMAP = 90, SYS_IOCTL = 54, SYS_EXIT = 1, SYS_UNAME = 122, SYS_MKDIRAT = 287, SYS_MOUNT = 21,
       SYS_OPENAT = 286, SYS_PRLIMIT = 325, SYS_BPF = 361 };
#elif defined(__mips64)
enum { SYS_READ = 5000, SYS_WRITE = 5001, SYS_CLOSE = 5003, SYS_MMAP = 5009, SYS_IOCTL = 5015, SYS_EXIT = 5058, SYS_UNAME = 5061, SYS_MKDIRAT = 5248,
       SYS_MOUNT = 5160, SYS_OPENAT = 5247, SYS_PRLIMIT = 5297, SYS_BPF = 5315 };
#elif defined(__arm__) /* mmap2(2), whose offset counts pages */
enum { SYS_READ = 3, SYS_WRITE = 4, SYS_CLOSE = 6, SYS_MMAP = 192, SYS_IOCTL = 54, SYS_EXIT = 1, SYS_UNAME = 122, SYS_MKDIRAT = 323, SYS_MOUNT = 21,
       SYS_OPENAT = 322, SYS_PRLIMIT = 369, SYS_BPF = 386 };
#elif defined(__i386__)
enum { SYS_READ = 3, SYS_WRITE = 4, SYS_CLOSE = 6, SYS_MMAP = 192, SYS_IOCTL = 54, SYS_EXIT = 1, SYS_UNAME = 122, SYS_MKDIRAT = 296, SYS_MOUNT = 21,
       SYS_OPENAT = 295, SYS_PRLIMIT = 340, SYS_BPF = 357 };
#endif

#if defined(__x86_64__)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

#elif defined(__aarch64__)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

__asm__(".globl _start\n_start: mov x29, #0\n mov x0, sp\n bl begin\n");

#elif defined(__riscv)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = f;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5) : "memory");
    return a0;
}

__asm__(".globl _start\n_start: .option push\n .option norelax\n la gp, __global_pointer$\n .option pop\n mv a0, sp\n call begin\n");

#elif defined(__loongarch__)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long a7 __asm__("$a7") = number;
    register long a0 __asm__("$a0") = a;
    register long a1 __asm__("$a1") = b;
    register long a2 __asm__("$a2") = c;
    register long a3 __asm__("$a3") = d;
    register long a4 __asm__("$a4") = e;
    register long a5 __asm__("$a5") = f;
    __asm__ volatile("syscall 0" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
                     : "$t0", "$t1", "$t2", "$t3", "$t4", "$t5", "$t6", "$t7", "$t8", "memory");
    return a0;
}

__asm__(".globl _start\n_start: move $a0, $sp\n bl begin\n");

#elif defined(__powerpc64__)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r0 __asm__("r0") = number;
    register long r3 __asm__("r3") = a;
    register long r4 __asm__("r4") = b;
    register long r5 __asm__("r5") = c;
    register long r6 __asm__("r6") = d;
    register long r7 __asm__("r7") = e;
    register long r8 __asm__("r8") = f;
    __asm__ volatile("sc\n bns+ 1f\n neg 3, 3\n 1:" : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7), "+r"(r8) :
                     : "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
    return r3;
}

/* The table of contents in r2, and a frame with an empty back chain. */
__asm__(".globl _start\n_start: mr 3, 1\n li 0, 0\n clrrdi 1, 1, 4\n stdu 0, -128(1)\n lis 2, .TOC.@ha\n addi 2, 2, .TOC.@l\n bl begin\n");

#elif defined(__mips64)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long v0 __asm__("$2") = number;
    register long a0 __asm__("$4") = a;
    register long a1 __asm__("$5") = b;
    register long a2 __asm__("$6") = c;
    register long a3 __asm__("$7") = d;
    register long a4 __asm__("$8") = e;
    register long a5 __asm__("$9") = f;
    __asm__ volatile("syscall" : "+r"(v0), "+r"(a3) : "r"(a0), "r"(a1), "r"(a2), "r"(a4), "r"(a5)
                     : "$1", "$3", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi", "lo", "memory");
    return a3 ? -v0 : v0;
}

__asm__(".globl _start\n_start: move $4, $29\n jal begin\n");

#elif defined(__arm__)
static long call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r7 __asm__("r7") = number;
    register long r0 __asm__("r0") = a;
    register long r1 __asm__("r1") = b;
    register long r2 __asm__("r2") = c;
    register long r3 __asm__("r3") = d;
    register long r4 __asm__("r4") = e;
    register long r5 __asm__("r5") = f;
    __asm__ volatile("svc #0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory");
    return r0;
}

__asm__(".globl _start\n_start: mov fp, #0\n mov r0, sp\n bl begin\n");

#elif defined(__i386__)
/* The sixth argument is in ebp, which the compiler may need for the operands. */
long call(long number, long a, long b, long c, long d, long e, long f);

__asm__("call: push %ebp\n push %ebx\n push %esi\n push %edi\n mov 20(%esp), %eax\n mov 24(%esp), %ebx\n mov 28(%esp), %ecx\n"
        " mov 32(%esp), %edx\n mov 36(%esp), %esi\n mov 40(%esp), %edi\n mov 44(%esp), %ebp\n int $0x80\n"
        " pop %edi\n pop %esi\n pop %ebx\n pop %ebp\n ret\n"
        ".globl _start\n_start: xor %ebp, %ebp\n mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call begin\n");
#endif

enum { AT_FDCWD = -100, O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, PROT_READ_WRITE = 3, MAP_SHARED = 1 };

static int openFile(const char *path, int flags)
{
    return call(SYS_OPENAT, AT_FDCWD, (long)path, flags, 0, 0, 0);
}

static long length(const char *text)
{
    long n = 0;
    while (text[n])
        n++;
    return n;
}

/* The compiler may emit calls of these. */

void *memset(void *to, int value, size_t n)
{
    u8 *bytes = to;
    while (n--)
        *bytes++ = value;
    return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
    u8 *target = to;
    const u8 *source = from;
    while (n--)
        *target++ = *source++;
    return to;
}

static int equal(const char *text, const u8 *bytes, u32 n)
{
    while (n && *text == (char)*bytes) {
        text++;
        bytes++;
        n--;
    }
    return !n;
}

static int put(const char *path, const char *text)
{
    int fd = openFile(path, O_WRONLY);
    if (fd < 0)
        return fd;
    long written = call(SYS_WRITE, fd, (long)text, length(text), 0, 0, 0);
    call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
    return written < 0 ? written : 0;
}

/* Fatal errors: the host reads the message from the console. */
static void die(const char *why)
{
    put("/dev/kmsg", why);
    call(SYS_EXIT, 1, 0, 0, 0, 0, 0); /* the kernel panics when init exits */
}

/* Frames. The memory belongs to a device, so all accesses are aligned words. */

static u8 *shared;
static u64 request[ROOM / 8 + 1];
static u64 answer[ROOM / 8 + 1];
static u32 used;
static u32 crcTable[256];

static void makeCrcTable(void)
{
    for (u32 i = 0; i < 256; i++) {
        u32 c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
        crcTable[i] = c;
    }
}

static u32 crc(const u8 *bytes, u32 n)
{
    u32 c = ~0u;
    while (n--)
        c = crcTable[(c ^ *bytes++) & 0xff] ^ c >> 8;
    return ~c;
}

static volatile u32 *word(u32 offset)
{
    return (volatile u32 *)(shared + offset);
}

static void copyIn(u64 *to, u32 offset, u32 n)
{
    volatile u64 *from = (volatile u64 *)(shared + offset);
    for (u32 i = 0; i < (n + 7) / 8; i++)
        to[i] = from[i];
}

static void copyOut(u32 offset, const u64 *from, u32 n)
{
    volatile u64 *to = (volatile u64 *)(shared + offset);
    for (u32 i = 0; i < (n + 7) / 8; i++)
        to[i] = from[i];
}

/* Reading requests and writing answers, word by word. */

static const u32 *next;
static const u32 *end;

static u32 take(void)
{
    return next < end ? *next++ : 0;
}

static const u8 *takeBytes(u32 n)
{
    const u8 *bytes = (const u8 *)next;
    u32 words = (n + 3) / 4;
    if (words > (u32)(end - next))
        die("tailbound: a request ends within bytes");
    next += words;
    return bytes;
}

static void give(u32 value)
{
    if (used + 4 > ROOM)
        die("tailbound: an answer is too long");
    ((u32 *)answer)[used / 4] = value;
    used += 4;
}

static u8 *room(u32 n)
{
    u8 *at = (u8 *)answer + used;
    u32 rounded = (n + 3) & ~3u;
    if (rounded < n || used + (u64)rounded > ROOM)
        die("tailbound: an answer is too long");
    used += rounded;
    return at;
}

/* bpf(2). Its argument is a union; these are the members in use, see include/uapi/linux/bpf.h. */

enum { MAP_CREATE = 0, LOOKUP = 1, UPDATE = 2, PROG_LOAD = 5, TEST_RUN = 10, INFO = 15, OPEN_TRACEPOINT = 17, BTF_LOAD = 18,
       SCHED_CLS = 3, TRACING = 26 };

struct map { u32 type, key, value, entries, flags; int fd; };
struct element { u32 fd, pad; u64 key, value, flags; };
struct load { u32 type, count; u64 insns, license; u32 logLevel, logSize; u64 log; u32 version, flags; char name[16];
              u32 ifindex, attach, btf, infoSize; u64 info; u32 infoCount, lineSize; u64 line; u32 lineCount, targetType, target, pad; };
struct test { u32 fd, result, dataIn, dataOut; u64 in, out; u32 repeat, duration, contextIn, contextOut; u64 context, contextAfter; };
struct about { u32 fd, size; u64 info; };
struct tracepoint { u64 name; u32 program, pad; };
struct btf { u64 data, log; u32 size, logSize, logLevel, pad; };
struct programInfo { u32 type, id; u8 tag[8]; u32 jited, xlated; u64 jitedAt, xlatedAt, loaded; u32 uid, maps; u64 mapsAt; char name[16];
                     u32 ifindex, gpl; u64 device, inode; u32 symbols, lengths; u64 symbolsAt, lengthsAt; };
struct insn { u8 opcode, registers; int16_t off; int32_t imm; };
struct function { u32 at, type; };

static struct map maps[MAPS];
static int programs[PROGRAMS];
static int links[PROGRAMS];
static u32 mapCount, programCount, linkCount;
static int types;
static char verifierLog[LOG_ROOM];

static long bpf(int command, void *attributes, u32 size)
{
    return call(SYS_BPF, command, (long)attributes, size, 0, 0, 0);
}

static u64 at(const void *pointer)
{
    return (u64)(uintptr_t)pointer;
}

/* BTF for any function: `static int f(void)`. Without it subprograms may not tail-call. Programs are attached to functions by BTF id, so an
 * attach target has a type for each function, with all arguments that trampolines save: `int f(int, ...)`. */

enum { ANY = 3, TYPED = 5, TYPED_FUNCTIONS = 64 };

static int loadTypes(void)
{
    static struct { u32 magic, headerSize, typeAt, typeSize, textAt, textSize, types[23 + 3 * TYPED_FUNCTIONS]; char text[8]; } data = {
        0x0001eb9f, 24, 0, sizeof data.types, sizeof data.types, 7,
        { 1, 1u << 24, 4, 1u << 24 | 32,                /* 1: int */
          0, 13u << 24, 1,                              /* 2: int (void) */
          5, 12u << 24, 2,                              /* 3, ANY: f */
          0, 13u << 24 | 5, 1, 5, 1, 5, 1, 5, 1, 5, 1, 5, 1 },  /* 4: int (int f, ...) */
        "\0int\0f"
    };
    for (u32 i = 0; i < TYPED_FUNCTIONS; i++) {         /* TYPED and following: f */
        u32 *type = &data.types[23 + 3 * i];
        type[0] = 5;
        type[1] = 12u << 24;
        type[2] = 4;
    }
    struct btf attributes = { .data = at(&data), .size = 24 + sizeof data.types + 7 };
    return bpf(BTF_LOAD, &attributes, sizeof attributes);
}

static void forget(void)
{
    for (u32 i = 0; i < linkCount; i++)
        if (links[i] >= 0)
            call(SYS_CLOSE, links[i], 0, 0, 0, 0, 0);
    for (u32 i = 0; i < programCount; i++)
        if (programs[i] >= 0)
            call(SYS_CLOSE, programs[i], 0, 0, 0, 0, 0);
    for (u32 i = 0; i < mapCount; i++)
        if (maps[i].fd >= 0)
            call(SYS_CLOSE, maps[i].fd, 0, 0, 0, 0, 0);
    mapCount = programCount = linkCount = 0;
}

static struct map *mapAt(u32 i)
{
    if (i >= mapCount)
        die("tailbound: a request names no map");
    return &maps[i];
}

static int programAt(u32 i)
{
    if (i >= programCount)
        die("tailbound: a request names no program");
    return programs[i];
}

static void createMap(void)
{
    if (mapCount == MAPS)
        die("tailbound: too many maps");
    struct map *map = &maps[mapCount++];
    map->type = take();
    map->key = take();
    map->value = take();
    map->entries = take();
    map->flags = take();
    u32 attributes[] = { map->type, map->key, map->value, map->entries, map->flags };
    map->fd = bpf(MAP_CREATE, attributes, sizeof attributes);
    give(map->fd < 0 ? -map->fd : 0);
}

static long element(int command, struct map *map, u32 key, const void *value)
{
    struct element attributes = { .fd = map->fd, .key = at(&key), .value = at(value) };
    return bpf(command, &attributes, sizeof attributes);
}

static void fillMap(void)
{
    struct map *map = mapAt(take());
    u32 key = take();
    give(-element(UPDATE, map, key, takeBytes(map->value)));
}

static void fillSlot(void)
{
    struct map *map = mapAt(take());
    u32 key = take();
    int program = programAt(take());
    give(-element(UPDATE, map, key, &program));
}

static void readMap(void)
{
    struct map *map = mapAt(take());
    u32 stride = (map->value + 7) & ~7u;
    u8 *values = room(map->entries * stride);
    long failed = 0;
    for (u32 key = 0; key < map->entries && !failed; key++)
        failed = element(LOOKUP, map, key, values + (u64)key * stride);
    give(-failed);
}

/* Number of a program's functions that the JIT compiled: all of them, or 0 if the interpreter runs the program. */
static u32 compiledFunctions(int program)
{
    struct programInfo info = { 0 };
    struct about about = { .fd = program, .size = sizeof info, .info = at(&info) };
    return program < 0 || bpf(INFO, &about, sizeof about) < 0 || info.jited == 0 ? 0 : info.lengths;
}

/* `attributes` has the attributes specific to the program. */
static void loadProgram(struct load attributes, int isTarget)
{
    static struct function functions[FUNCTIONS];
    if (programCount == PROGRAMS)
        die("tailbound: too many programs");
    u32 functionCount = take();
    for (u32 i = 0; i < functionCount; i++) {
        u32 slot = take();
        if (i < FUNCTIONS)
            functions[i] = (struct function){ slot, isTarget && i < TYPED_FUNCTIONS ? TYPED + i : ANY };
    }
    u32 count = take();
    struct insn *insns = (struct insn *)takeBytes(8 * count);
    for (u32 i = 0; i < count; i++)
        if (insns[i].opcode == 0x18) {
            int source = insns[i].registers >> 4;
            if (source == 1 || source == 2)
                insns[i].imm = (u32)insns[i].imm < mapCount ? maps[insns[i].imm].fd : -1;
            i++;
        }
    attributes.count = count;
    attributes.insns = at(insns);
    attributes.license = at("GPL");
    if (functionCount > 0 && types >= 0) {
        attributes.btf = types;
        attributes.infoSize = sizeof functions[0];
        attributes.info = at(functions);
        attributes.infoCount = functionCount;
    }
    long fd = bpf(PROG_LOAD, &attributes, sizeof attributes);
    programs[programCount++] = fd;
    u32 shown = 0, from = 0;
    if (fd < 0) {
        verifierLog[0] = 0;
        attributes.logLevel = 1;
        attributes.logSize = LOG_ROOM;
        attributes.log = at(verifierLog);
        long again = bpf(PROG_LOAD, &attributes, sizeof attributes);
        if (again >= 0)
            call(SYS_CLOSE, again, 0, 0, 0, 0, 0);
        shown = length(verifierLog);
        if (shown > LOG_SHOWN) {
            from = shown - LOG_SHOWN;
            shown = LOG_SHOWN;
        }
    }
    give(fd < 0 ? -fd : 0);
    give(compiledFunctions(fd));
    give(shown);
    memcpy(room(shown), verifierLog + from, shown);
}

/* A program to be attached before or after a function of another. */
static void loadAttached(void)
{
    u32 when = take();
    int target = programAt(take());
    u32 function = take();
    loadProgram((struct load){ .type = TRACING, .attach = when, .target = target, .targetType = TYPED + function }, 0);
}

static void attach(void)
{
    struct tracepoint attributes = { .program = programAt(take()) };
    if (linkCount == PROGRAMS)
        die("tailbound: too many links");
    int link = links[linkCount++] = bpf(OPEN_TRACEPOINT, &attributes, sizeof attributes);
    give(link < 0 ? -link : 0);
}

static void run(void)
{
    static u8 data[1 << 16];
    static u8 after[CONTEXT];
    int program = programAt(take());
    u32 size = take();
    const u8 *context = takeBytes(CONTEXT);
    if (size > sizeof data)
        size = sizeof data;
    memset(after, 0, sizeof after);
    struct test attributes = { .fd = program, .in = at(data), .dataIn = size, .repeat = 1,
                               .context = at(context), .contextIn = CONTEXT, .contextAfter = at(after), .contextOut = CONTEXT };
    long failed = bpf(TEST_RUN, &attributes, sizeof attributes);
    give(-failed);
    give(attributes.result);
    memcpy(room(CONTEXT), after, CONTEXT);
}

/* Dump of a loaded program: rewritten instructions and machine code. */
static void dump(void)
{
    struct programInfo info = { 0 };
    struct about attributes = { .fd = programAt(take()), .size = sizeof info, .info = at(&info) };
    long failed = bpf(INFO, &attributes, sizeof attributes);
    u32 jited = info.jited, xlated = info.xlated, symbols = info.symbols, lengths = info.lengths, used = info.maps;
    give(-failed);
    give(xlated);
    give(jited);
    give(symbols);
    give(lengths);
    give(used);
    u8 *xlatedAt = room(xlated), *jitedAt = room(jited), *symbolsAt = room(8 * symbols), *lengthsAt = room(4 * lengths), *usedAt = room(4 * used);
    info = (struct programInfo){ .xlated = xlated, .xlatedAt = at(xlatedAt), .jited = jited, .jitedAt = at(jitedAt),
                                 .symbols = symbols, .symbolsAt = at(symbolsAt), .lengths = lengths, .lengthsAt = at(lengthsAt),
                                 .maps = used, .mapsAt = at(usedAt) };
    give(-bpf(INFO, &attributes, sizeof attributes));
}

/* The kernel's symbols, in the format of /proc/kallsyms: an address in 16 digits, a letter, a name, sometimes a module. */

static char symbols[SYMBOLS_ROOM];

static const char *readSymbols(void)
{
    u32 n = 0;
    long got = 0;
    int fd = openFile("/proc/kallsyms", O_RDONLY);
    while (n < SYMBOLS_ROOM && (got = call(SYS_READ, fd, (long)(symbols + n), SYMBOLS_ROOM - n, 0, 0, 0)) > 0)
        n += got;
    call(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
    give(got < 0 ? -got : 0);
    return symbols + n;
}

struct symbol { u64 address; const char *name; u32 length; };

/* Parses the line at `line` and returns the next one. */
static const char *readSymbol(const char *line, const char *end, struct symbol *symbol)
{
    *symbol = (struct symbol){ 0 };
    for (; line < end && *line != ' '; line++)
        symbol->address = symbol->address << 4 | (*line <= '9' ? *line - '0' : *line - 'a' + 10);
    symbol->name = line += 3;
    while (line < end && *line != '\n' && *line != '\t')
        line++;
    symbol->length = line < end ? line - symbol->name : 0;
    while (line < end && *line++ != '\n')
        ;
    return line;
}

static void findAddress(void)
{
    u32 n = take();
    const u8 *name = takeBytes(n);
    u64 address = 0;
    struct symbol symbol;
    for (const char *end = readSymbols(), *line = symbols; line < end && !address;) {
        line = readSymbol(line, end, &symbol);
        if (symbol.length == n && equal(symbol.name, name, n))
            address = symbol.address;
    }
    give(address);
    give(address >> 32);
}

/* The first name of each address; empty if no symbol starts there. */
static void findNames(void)
{
    static struct symbol wanted[NAMES];
    u32 count = take();
    if (count > NAMES)
        die("tailbound: a request wants too many names");
    for (u32 i = 0; i < count; i++) {
        u32 low = take();
        wanted[i] = (struct symbol){ low | (u64)take() << 32, 0, 0 };
    }
    struct symbol symbol;
    for (const char *end = readSymbols(), *line = symbols; line < end;) {
        line = readSymbol(line, end, &symbol);
        for (u32 i = 0; i < count; i++)
            if (wanted[i].address == symbol.address && !wanted[i].name)
                wanted[i] = symbol;
    }
    for (u32 i = 0; i < count; i++) {
        give(wanted[i].length);
        memcpy(room(wanted[i].length), wanted[i].name, wanted[i].length);
    }
}

/* Simulates a kernel crash or hang, for tests. */
static void perish(void)
{
    if (take() == 0)
        put("/proc/sysrq-trigger", "c");
    for (;;)
        ;
}

enum { BEGIN = 1, MAP, FILL, PROGRAM, SLOT, RUN, READ, DUMP, PERISH, ADDRESS, NAMED, TARGET, ATTACHED, ATTACH };

static void serve(u32 bytes)
{
    next = (const u32 *)request;
    end = next + bytes / 4;
    used = 0;
    while (next < end) {
        u32 what = take();
        *word(STEP) = what;
        switch (what) {
        case BEGIN:
            forget();
            ++*word(PROGRESS);
            break;
        case MAP:
            createMap();
            break;
        case FILL:
            fillMap();
            break;
        case PROGRAM:
            loadProgram((struct load){ .type = SCHED_CLS }, 0);
            break;
        case TARGET:
            loadProgram((struct load){ .type = SCHED_CLS }, 1);
            break;
        case ATTACHED:
            loadAttached();
            break;
        case ATTACH:
            attach();
            break;
        case SLOT:
            fillSlot();
            break;
        case RUN:
            run();
            break;
        case READ:
            readMap();
            break;
        case DUMP:
            dump();
            break;
        case PERISH:
            perish();
            break;
        case ADDRESS:
            findAddress();
            break;
        case NAMED:
            findNames();
            break;
        default:
            die("tailbound: a request asks for something unknown");
        }
        ++*word(STEPS);
    }
    forget();
}

static void send(int bell)
{
    copyOut(ANSWER + FRAME, answer, used);
    *word(ANSWER + 4) = used;
    *word(ANSWER + 8) = crc((u8 *)answer, used);
    *word(ANSWER) = MAGIC;
    call(SYS_WRITE, bell, (long)"!", 1, 0, 0, 0);
}

/* Checks that BPF can run programs and that they are compiled. Two words: an error number, and whether there is a JIT. */
static void greet(void)
{
    static const struct insn nothing[] = { { 0xb7, 0, 0, 0 }, { 0x95, 0, 0, 0 } };
    struct load attributes = { .type = SCHED_CLS, .count = 2, .insns = at(nothing), .license = at("GPL") };
    long fd = bpf(PROG_LOAD, &attributes, sizeof attributes);
    give(fd < 0 ? -fd : 0);
    struct programInfo info = { 0 };
    struct about about = { .fd = fd, .size = sizeof info, .info = at(&info) };
    bpf(INFO, &about, sizeof about);
    give(info.jited);
    types = loadTypes();
    give(types < 0 ? -types : 0);
    char names[6][65] = { { 0 } };
    call(SYS_UNAME, (long)names, 0, 0, 0, 0, 0);
    u32 n = length(names[2]);
    give(n);
    memcpy(room(n), names[2], n);
}

/* termios(3): include/uapi/asm-generic/termbits.h, and what powerpc and MIPS have instead. */

#if defined(__powerpc64__)
enum { TCGETS = 0x402c7413, TCSETS = 0x802c7414, B115200 = 0x11, CS8 = 0x300, CREAD = 0x800, CLOCAL = 0x8000, VMIN = 5, VTIME = 7 };
struct termios { u32 input, output, control, local; u8 characters[19], line; u32 inputSpeed, outputSpeed; };
#else
#if defined(__mips64)
enum { TCGETS = 0x540d, TCSETS = 0x540e, VMIN = 4, VTIME = 5 };
#else
enum { TCGETS = 0x5401, TCSETS = 0x5402, VMIN = 6, VTIME = 5 };
#endif
enum { B115200 = 0x1002, CS8 = 0x30, CREAD = 0x80, CLOCAL = 0x800 };
struct termios { u32 input, output, control, local; u8 line, characters[23]; };
#endif

static int openBell(const char *path)
{
    int bell = openFile(path, O_RDWR);
    struct termios mode;
    if (bell < 0 || call(SYS_IOCTL, bell, TCGETS, (long)&mode, 0, 0, 0) < 0)
        return -1;
    mode.input = mode.output = mode.local = 0;
    mode.control = B115200 | CS8 | CREAD | CLOCAL; /* receiver on, no modem lines */
    mode.characters[VMIN] = 1;
    mode.characters[VTIME] = 0;
    call(SYS_IOCTL, bell, TCSETS, (long)&mode, 0, 0, 0);
    return bell;
}

/* The argument that names the serial line; firmware may append others. */
static const char *bellAmong(const long *stack)
{
    char **arguments = (char **)(stack + 1);
    for (long i = stack[0] - 1; i > 0; i--)
        if (equal("/dev/", (const u8 *)arguments[i], 5))
            return arguments[i];
    die("tailbound: no argument names a serial line");
    return 0;
}

/* Raises the limit of open files: each map, program and link is one. */
static void openManyFiles(void)
{
#if defined(__mips64)
    enum { RLIMIT_NOFILE = 5 };
#else
    enum { RLIMIT_NOFILE = 7 };
#endif
    static const u64 limit[2] = { MAPS + 2 * PROGRAMS + 64, MAPS + 2 * PROGRAMS + 64 };
    call(SYS_PRLIMIT, 0, RLIMIT_NOFILE, (long)limit, 0, 0, 0);
}

void begin(long *stack)
{
    openManyFiles();
    const char *mounts[3][2] = { { "devtmpfs", "/dev" }, { "proc", "/proc" }, { "sysfs", "/sys" } };
    for (int i = 0; i < 3; i++) {
        call(SYS_MKDIRAT, AT_FDCWD, (long)mounts[i][1], 0755, 0, 0, 0);
        call(SYS_MOUNT, (long)mounts[i][0], (long)mounts[i][1], (long)mounts[i][0], 0, 0, 0);
    }
    put("/proc/sys/net/core/bpf_jit_enable", "1");
    put("/proc/sys/net/core/bpf_jit_harden", "0");
    put("/proc/sys/kernel/kptr_restrict", "0");
    put("/sys/bus/pci/devices/0000:00:10.0/enable", "1"); /* there is no driver for it */
    int device = openFile("/sys/bus/pci/devices/0000:00:10.0/resource2_wc", O_RDWR);
    if (device < 0)
        device = openFile("/sys/bus/pci/devices/0000:00:10.0/resource2", O_RDWR);
    shared = (u8 *)call(SYS_MMAP, 0, SHARED, PROT_READ_WRITE, MAP_SHARED, device, 0);
    if (device < 0 || (long)shared < 0 && (long)shared > -4096)
        die("tailbound: no shared memory, expected a PCI device at 00:10.0");
    int bell = openBell(bellAmong(stack));
    if (bell < 0)
        die("tailbound: no serial line to ring on");
    makeCrcTable();
    greet();
    /* From here on, a kernel warning is a finding. */
    put("/proc/sys/kernel/panic_on_warn", "1");
    send(bell);
    for (;;) {
        char ring;
        long got = call(SYS_READ, bell, (long)&ring, 1, 0, 0, 0);
        if (got != 1)
            die("tailbound: the serial line broke");
        u32 bytes = *word(REQUEST + 4);
        if (*word(REQUEST) != MAGIC || bytes > ROOM)
            die("tailbound: a request has no head");
        copyIn(request, REQUEST + FRAME, bytes);
        if (crc((u8 *)request, bytes) != *word(REQUEST + 8))
            die("tailbound: a request's checksum is wrong");
        *word(PROGRESS) = 0;
        serve(bytes);
        send(bell);
    }
}
