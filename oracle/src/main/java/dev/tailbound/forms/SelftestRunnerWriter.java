package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.BadInput;
import java.util.Set;

/// Writes the user-space half of a selftest, `prog_tests/tailbound_case.c`: it fills the maps, runs the entry program of `progs/tailbound_case.c` once,
/// and checks the result and the values that the case expects.
final class SelftestRunnerWriter {
    private final Case source;
    private final SelftestNames names;
    private final Set<Integer> variables;
    private final StringBuilder text = new StringBuilder();

    private SelftestRunnerWriter(Case source) {
        this.source = source;
        names = new SelftestNames(source);
        variables = SelftestWriter.variables(source);
    }

    /// Throws [BadInput], which has no place, if selftests cannot hold a part of the case.
    static String write(Case source) {
        SelftestWriter.requireHeld(source);
        var writer = new SelftestRunnerWriter(source);
        writer.all();
        return writer.text.toString();
    }

    private void all() {
        var expected = source.expectation();
        line("// SPDX-License-Identifier: GPL-2.0");
        line("/* prog_tests/tailbound_case.c: runs progs/tailbound_case.c. */");
        line("#include <test_progs.h>\n#include \"tailbound_case.skel.h\"\n");
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array && !variables.contains(map)) {
                int index = map;
                array.init().forEach((key, value) -> bytes("value", index, key, value.toArray()));
            }
        }
        expected.values().forEach((entry, value) -> bytes("expected", entry.map(), entry.key(), value.toArray()));
        line("void test_tailbound_case(void)\n{");
        line("\tstruct tailbound_case *skel;");
        line("\tstatic char packet[%d];".formatted(((Context.Skb) source.context()).len()));
        line("\tstruct __sk_buff context = {};");
        line("\tLIBBPF_OPTS(bpf_test_run_opts, run,\n\t\t.data_in = packet,\n\t\t.data_size_in = sizeof(packet),"
                + "\n\t\t.ctx_in = &context,\n\t\t.ctx_size_in = sizeof(context),\n\t\t.repeat = 1,\n\t);");
        int largest = expected.values().keySet().stream()
                .mapToInt(entry -> ((BpfMap.Array) source.maps().get(entry.map())).valueSize()).max().orElse(0);
        if (largest > 0) {
            line("\tstatic unsigned char value[%d];".formatted(largest + 7 & -8));
        }
        if (hasKeys()) {
            line("\t__u32 key;");
        }
        line("\n\tskel = tailbound_case__open_and_load();\n\tif (!ASSERT_OK_PTR(skel, \"open_and_load\"))\n\t\treturn;\n");
        context((Context.Skb) source.context());
        for (int map = 0; map < source.maps().size(); map++) {
            fill(map);
        }
        line("\tASSERT_OK(bpf_prog_test_run_opts(bpf_program__fd(skel->progs.%s), &run), \"run\");"
                .formatted(names.program(source.entry())));
        var retval = expected.retval().isPresent() ? expected.retval()
                : expected.r0().stream().mapToInt(r0 -> (int) r0).findFirst();
        retval.ifPresent(value -> line("\tASSERT_EQ(run.retval, 0x%xu, \"retval\");".formatted(value)));
        expected.values().forEach((entry, value) -> check(entry.map(), entry.key(), value.length()));
        line("\n\ttailbound_case__destroy(skel);\n}");
    }

    private boolean hasKeys() {
        return !source.expectation().values().isEmpty()
                || !SelftestWriter.needsNoSetup(source.withContext(Context.Skb.defaults()));
    }

    private void context(Context.Skb skb) {
        if (skb.mark() != 0) {
            line("\tcontext.mark = 0x%xu;".formatted(skb.mark()));
        }
        if (skb.priority() != 0) {
            line("\tcontext.priority = 0x%xu;".formatted(skb.priority()));
        }
        for (int i = 0; i < skb.cb().size(); i++) {
            if (skb.cb().get(i) != 0) {
                line("\tcontext.cb[%d] = 0x%xu;".formatted(i, skb.cb().get(i)));
            }
        }
    }

    private void fill(int map) {
        if (source.maps().get(map) instanceof BpfMap.Array array && !variables.contains(map)) {
            array.init().keySet()
                    .forEach(key -> line(
                            "\tkey = %d;\n\tASSERT_OK(bpf_map_update_elem(%s, &key, value_%d_%d, BPF_ANY), \"%s[%d] before\");"
                                    .formatted(key, descriptor(map), map, key, names.map(map), key)));
        }
    }

    private void check(int map, int key, int length) {
        line("\tkey = %d;\n\tASSERT_OK(bpf_map_lookup_elem(%s, &key, value), \"%s[%d]\");".formatted(key, descriptor(map),
                names.map(map), key));
        line("\tASSERT_OK(memcmp(value, expected_%d_%d, %d), \"%s[%d] after\");".formatted(map, key, length, names.map(map),
                key));
    }

    private String descriptor(int map) {
        return "bpf_map__fd(skel->maps.%s%s)".formatted(variables.contains(map) ? "data_" : "", names.map(map));
    }

    private void bytes(String name, int map, int key, byte[] value) {
        line("static const unsigned char %s_%d_%d[] = {%s\n};\n".formatted(name, map, key, SelftestWriter.bytes(value)));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
