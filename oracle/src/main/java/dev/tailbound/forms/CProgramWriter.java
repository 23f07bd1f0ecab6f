package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Writes a case as a C program that creates its maps, loads its programs as SCHED_CLS, runs the entry program once by `BPF_PROG_TEST_RUN`, and prints the
/// result and all array values. It needs no library but libc, and no header but `linux/bpf.h` of 5.2 or later.
///
/// Test runs report the low 32 bits of r0. Helpers return the kernel's own values for time, random numbers and the CPU.
final class CProgramWriter {
    // Rows of bytes in initialisers.
    private static final int BYTES_PER_LINE = 16;

    private static final String PURPOSE = """
             * Creates BPF maps, loads BPF programs and runs one of them once on a packet of its own; needs root.
             * Build: cc -o reproducer FILE. Attaches nothing and changes nothing else on the machine.
             */
            """;

    private static final String HEAD = """
            #include <errno.h>
            #include <linux/bpf.h>
            #include <stdint.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            #define INSN(c, d, s, o, i) { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
            #define COUNT(array) (sizeof(array) / sizeof((array)[0]))

            static char verifier_log[1 << 20];

            static int bpf(int command, union bpf_attr *attr)
            {
                return (int)syscall(__NR_bpf, command, attr, sizeof(*attr));
            }

            static int checked(int result, const char *what)
            {
                if (result < 0) {
                    fprintf(stderr, "%s: %s\\n%s", what, strerror(errno), verifier_log);
                    exit(2);
                }
                return result;
            }

            __attribute__((unused)) static int create_map(uint32_t type, uint32_t value_size, uint32_t entries, const char *name)
            {
                union bpf_attr attr;

                memset(&attr, 0, sizeof(attr));
                attr.map_type = type;
                attr.key_size = 4;
                attr.value_size = value_size;
                attr.max_entries = entries;
                printf("create map %s\\n", name);
                return checked(bpf(BPF_MAP_CREATE, &attr), name);
            }

            __attribute__((unused)) static void access_map(int command, int map, uint32_t key, const void *value, const char *name)
            {
                union bpf_attr attr;

                memset(&attr, 0, sizeof(attr));
                attr.map_fd = (uint32_t)map;
                attr.key = (uint64_t)(uintptr_t)&key;
                attr.value = (uint64_t)(uintptr_t)value;
                checked(bpf(command, &attr), name);
            }

            /* Types of functions: kernels ask for them where a subprogram makes a tail call. */
            __attribute__((unused)) static int load_types(const unsigned char *btf, size_t size)
            {
                union bpf_attr attr;

                memset(&attr, 0, sizeof(attr));
                attr.btf = (uint64_t)(uintptr_t)btf;
                attr.btf_size = (uint32_t)size;
                return checked(bpf(BPF_BTF_LOAD, &attr), "types");
            }

            static int load(struct bpf_insn *insns, size_t count, const int *maps, int btf,
                            const struct bpf_func_info *functions, size_t function_count, const char *name)
            {
                union bpf_attr attr;
                size_t i;

                for (i = 0; i < count; i++) {
                    if (insns[i].code == (BPF_LD | BPF_IMM | BPF_DW)) {
                        if (insns[i].src_reg == BPF_PSEUDO_MAP_FD || insns[i].src_reg == BPF_PSEUDO_MAP_VALUE)
                            insns[i].imm = maps[insns[i].imm];
                        i++;
                    }
                }
                memset(&attr, 0, sizeof(attr));
                attr.prog_type = BPF_PROG_TYPE_SCHED_CLS;
                attr.insn_cnt = (uint32_t)count;
                attr.insns = (uint64_t)(uintptr_t)insns;
                attr.license = (uint64_t)(uintptr_t)"GPL";
                attr.log_level = 1;
                attr.log_size = sizeof(verifier_log);
                attr.log_buf = (uint64_t)(uintptr_t)verifier_log;
                if (btf >= 0) {
                    attr.prog_btf_fd = (uint32_t)btf;
                    attr.func_info_rec_size = sizeof(*functions);
                    attr.func_info = (uint64_t)(uintptr_t)functions;
                    attr.func_info_cnt = (uint32_t)function_count;
                }
                printf("load program %s\\n", name);
                return checked(bpf(BPF_PROG_LOAD, &attr), name);
            }

            """;

    private final Case source;
    private final StringBuilder text = new StringBuilder();

    private CProgramWriter(Case source) {
        this.source = source;
    }

    /// Throws [BadInput], which has no place, if such a program cannot do what the case asks for.
    static String write(Case source) {
        var writer = new CProgramWriter(source);
        writer.requireHeld();
        writer.all();
        return writer.text.toString();
    }

    private void requireHeld() {
        require(source.events().isEmpty(), "events");
        require(source.attachments().isEmpty(), "attachments");
        require(source.proEpilogue().isEmpty(), "a prologue or an epilogue");
        require(source.context() instanceof Context.Skb, "a context of memory");
        for (var program : source.programs()) {
            require(program.malformed().isEmpty(), "bytes that do not decode");
            require(program.insns().stream().noneMatch(Insn.CallKfunc.class::isInstance), "calls of kernel functions");
            require(program.insns().stream().noneMatch(new Insn.CallHelper(Helper.TRACE.id())::equals),
                    "calls of trace, which is Tailbound's own");
        }
    }

    private static void require(boolean isHeld, String what) {
        if (!isHeld) {
            throw new BadInput("", "a C program cannot hold " + what);
        }
    }

    private void all() {
        var comment = source.comment().lines().map(line -> " * " + line.replace("*/", "* /") + "\n")
                .collect(Collectors.joining());
        text.append("// SPDX-License-Identifier: GPL-2.0-only\n/*\n").append(comment)
                .append(PURPOSE)
                .append(HEAD);
        source.programs().forEach(this::program);
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array) {
                values(map, array);
            }
        }
        main();
    }

    private void program(Program program) {
        line("static struct bpf_insn %s[] = {", insns(program));
        var lines = XlatedPrinter.print(program, source.maps().stream().map(BpfMap::name).toList()).lines().toList();
        var code = ByteBuffer.wrap(Encoder.encode(program)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < program.size(); i++) {
            line("    /* %s */", lines.get(i).replace("*/", "* /").replace("/*", "/ *"));
            for (int slot = program.slotOf(i); slot < program.slotOf(i + 1); slot++) {
                int registers = code.get(8 * slot + 1) & 0xff;
                int imm = code.getInt(8 * slot + 4);
                line("    INSN(0x%02x, %d, %d, %d, %s),", code.get(8 * slot) & 0xff, registers & 0xf, registers >> 4, code
                        .getShort(
                                8 * slot + 2),
                        imm == Integer.MIN_VALUE ? "-2147483647 - 1" : Integer.toString(imm));
            }
        }
        line("};\n");
        if (starts(program).size() > 1) {
            functions(program);
        }
    }

    private void functions(Program program) {
        int index = source.programIndex(program.name());
        var starts = starts(program);
        var types = Bytes.of(FunctionTypes.of(starts.size()));
        line("static const unsigned char types_%d[] = {", index);
        bytes(types);
        line("};\n\nstatic const struct bpf_func_info functions_%d[] = {", index);
        for (int i = 0; i < starts.size(); i++) {
            line("    { .insn_off = %d, .type_id = %d },", starts.get(i), FunctionTypes.FIRST + i);
        }
        line("};\n");
    }

    /// The slots at which functions start.
    private static List<Integer> starts(Program program) {
        return Stream.concat(Stream.of(0), program.insns().stream().filter(Insn.Call.class::isInstance).map(insn -> program
                .slotOf(((Insn.Call) insn).target()))).distinct().sorted().toList();
    }

    private String insns(Program program) {
        return "insns_" + source.programIndex(program.name());
    }

    private void values(int map, BpfMap.Array array) {
        array.init().forEach((key, value) -> {
            line("static const unsigned char value_%d_%d[] = {", map, key);
            bytes(value);
            line("};\n");
        });
    }

    private void bytes(Bytes value) {
        for (int at = 0; at < value.length(); at += BYTES_PER_LINE) {
            line("    %s,", bytes(value, at));
        }
    }

    private static String bytes(Bytes value, int from) {
        var bytes = value.toArray();
        return IntStream.range(from, Math.min(from + BYTES_PER_LINE, bytes.length))
                .mapToObj(i -> "0x%02x".formatted(bytes[i] & 0xff)).collect(Collectors.joining(", "));
    }

    private void main() {
        var maps = source.maps();
        var programs = source.programs();
        line("int main(void)\n{");
        line("    static int maps[%d], programs[%d];", Math.max(1, maps.size()), programs.size());
        line("    static unsigned char packet[%d], after[%d], value[%d];", packet(), packet(), Math.max(8, maps.stream()
                .mapToInt(map -> map instanceof BpfMap.Array array ? array.valueSize() : 0).max().orElse(0)));
        line("    struct __sk_buff context;\n    union bpf_attr attr;\n    uint32_t key;\n    size_t i;\n");
        for (int map = 0; map < maps.size(); map++) {
            createMap(map, maps.get(map));
        }
        for (int i = 0; i < programs.size(); i++) {
            var program = programs.get(i);
            boolean hasCalls = starts(program).size() > 1;
            line("    programs[%d] = load(%s, COUNT(%s), maps, %s, \"%s\");", i, insns(program), insns(program), hasCalls
                    ? "load_types(types_%d, sizeof(types_%d)), functions_%d, COUNT(functions_%d)".formatted(i, i, i, i)
                    : "-1, NULL, 0", program.name());
        }
        for (int map = 0; map < maps.size(); map++) {
            fill(map, maps.get(map));
        }
        run((Context.Skb) source.context());
        source.expectation().r0().ifPresent(r0 -> line("    printf(\"retval expected 0x%08x\\n\");", (int) r0));
        line("    (void)value;\n    (void)key;\n    (void)i;");
        for (int map = 0; map < maps.size(); map++) {
            if (maps.get(map) instanceof BpfMap.Array array) {
                print(map, array);
            }
        }
        line("    return 0;\n}");
    }

    private void createMap(int map, BpfMap declared) {
        switch (declared) {
            case BpfMap.Array array -> line("    maps[%d] = create_map(BPF_MAP_TYPE_ARRAY, %d, %d, \"%s\");", map, array
                    .valueSize(), array.entries(), array.name());
            case BpfMap.ProgArray array -> line("    maps[%d] = create_map(BPF_MAP_TYPE_PROG_ARRAY, 4, %d, \"%s\");", map, array
                    .entries(), array.name());
        }
    }

    private void fill(int map, BpfMap declared) {
        switch (declared) {
            case BpfMap.Array array -> array.init().keySet().forEach(key -> line(
                    "    access_map(BPF_MAP_UPDATE_ELEM, maps[%d], %d, value_%d_%d, \"%s\");", map, key, map, key, array.name()));
            case BpfMap.ProgArray array -> array.slots().forEach((key, program) -> line(
                    "    access_map(BPF_MAP_UPDATE_ELEM, maps[%d], %d, &programs[%d], \"%s\");", map, key, source.programIndex(
                            program),
                    array.name()));
        }
    }

    private int packet() {
        return ((Context.Skb) source.context()).len();
    }

    private void run(Context.Skb skb) {
        line("\n    memset(&context, 0, sizeof(context));");
        line("    context.mark = 0x%xu;\n    context.priority = 0x%xu;", skb.mark(), skb.priority());
        for (int i = 0; i < skb.cb().size(); i++) {
            line("    context.cb[%d] = 0x%xu;", i, skb.cb().get(i));
        }
        line("    memset(&attr, 0, sizeof(attr));");
        line("    attr.test.prog_fd = (uint32_t)programs[%d];", source.programIndex(source.entry()));
        text.append("""
                    attr.test.data_in = (uint64_t)(uintptr_t)packet;
                    attr.test.data_size_in = sizeof(packet);
                    attr.test.data_out = (uint64_t)(uintptr_t)after;
                    attr.test.data_size_out = sizeof(after);
                    attr.test.ctx_in = (uint64_t)(uintptr_t)&context;
                    attr.test.ctx_size_in = sizeof(context);
                    attr.test.repeat = 1;
                    verifier_log[0] = 0;
                    printf("run program %s once\\n");
                    fflush(stdout);
                    checked(bpf(BPF_PROG_TEST_RUN, &attr), "run");
                    printf("retval 0x%%08x\\n", attr.test.retval);
                """.formatted(source.entry()));
    }

    private void print(int map, BpfMap.Array array) {
        text.append("""
                    for (key = 0; key < %du; key++) {
                        access_map(BPF_MAP_LOOKUP_ELEM, maps[%d], key, value, "%s");
                        printf("%s[%%u] =", key);
                        for (i = 0; i < %d; i++)
                            printf("%%s%%02x", i %% 8 ? "" : " ", value[i]);
                        printf("\\n");
                    }
                """.formatted(array.entries(), map, array.name(), array.name(), array.valueSize()));
    }

    @SuppressWarnings("AnnotateFormatMethod") // private, and formats are literals
    private void line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : format.formatted(arguments)).append('\n');
    }
}
