package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes a case's programs as a BPF file of the kernel's selftests, `progs/tailbound_case.c`: `__naked` functions of inline assembly, and their maps.
///
/// [SelftestForm] reads it back. [SelftestRunnerWriter] writes the file of `prog_tests` that sets contents and the context, and checks results.
final class SelftestWriter {
    private static final int BYTES_PER_LINE = 16;

    private final Case source;
    private final SelftestNames names;
    private final Set<Integer> variables;
    private final StringBuilder text = new StringBuilder();

    private SelftestWriter(Case source) {
        this.source = source;
        names = new SelftestNames(source);
        variables = variables(source);
    }

    /// Throws [BadInput], which has no place, if selftests cannot hold a part of the case.
    static String write(Case source) {
        requireHeld(source);
        var writer = new SelftestWriter(source);
        writer.all();
        return writer.text.toString();
    }

    /// The maps whose values programs name by address: global variables in C.
    static Set<Integer> variables(Case source) {
        var variables = new HashSet<Integer>();
        source.programs().forEach(program -> program.insns().forEach(insn -> {
            if (insn instanceof Insn.LoadMapValue load) {
                variables.add(load.map());
            }
        }));
        return variables;
    }

    /// Throws [BadInput], which has no place, if selftests cannot hold a part of the case.
    static void requireHeld(Case source) {
        var held = new Held(source, "a selftest");
        held.nothingOfKernels();
        held.that(source.context() instanceof Context.Skb, "a context of memory");
        held.that(!source.expectation().expectsRejection(), "a program to be rejected");
        for (var program : source.programs()) {
            held.that(program.malformed().isEmpty(), "bytes that do not decode");
            held.that(!program.insns().contains(new Insn.CallHelper(Helper.TRACE.id())),
                    "calls of trace, which is Tailbound's own");
            held.that(
                    program.insns().stream()
                            .allMatch(insn -> !(insn instanceof Insn.CallHelper(int id)) || Helper.byId(id).isPresent()),
                    "calls of unknown helpers");
            requireFunctions(held, program);
        }
        var variables = variables(source);
        for (var program : source.programs()) {
            for (var insn : program.insns()) {
                held.that(!(insn instanceof Insn.LoadMap load && variables.contains(load.map())),
                        "a map that is both a helper's argument and a variable");
            }
        }
        held.that(
                variables.stream().allMatch(map -> source.maps().get(map) instanceof BpfMap.Array array && array.entries() == 1),
                "a variable of several entries");
    }

    /// Functions are separate in C, so code does not cross their limits.
    private static void requireFunctions(Held held, Program program) {
        var starts = SelftestNames.starts(program);
        for (int i = 0; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.Branch branch && !(branch instanceof Insn.Call)) {
                held.that(starts.floor(branch.target()).equals(starts.floor(i)), "a jump into another function");
            }
            if (i + 1 == program.size() || starts.contains(i + 1)) {
                held.that(program.insn(i) instanceof Insn.Exit || program.insn(i) instanceof Insn.Jump,
                        "a function that runs into the next");
            }
        }
    }

    /// Whether the entry program's result needs nothing but its maps as they are declared: no contents, and the default context.
    static boolean needsNoSetup(Case source) {
        var variables = variables(source);
        return source.context().equals(Context.Skb.defaults()) && IntStream.range(0, source.maps().size())
                .allMatch(map -> !(source.maps().get(map) instanceof BpfMap.Array array) || array.init().isEmpty()
                        || variables.contains(map));
    }

    private void all() {
        line("// SPDX-License-Identifier: GPL-2.0");
        line("/* progs/tailbound_case.c: programs made by Tailbound. */");
        source.comment().lines().forEach(comment -> line("/* " + comment.replace("*/", "* /").replace("/*", "/ *") + " */"));
        line("#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n#include \"bpf_misc.h\"\n");
        var slotted = new LinkedHashSet<String>();
        source.maps().forEach(map -> {
            if (map instanceof BpfMap.ProgArray array) {
                slotted.addAll(array.slots().values());
            }
        });
        slotted.forEach(program -> line("int " + names.program(program) + "(void);"));
        for (int map = 0; map < source.maps().size(); map++) {
            map(map, source.maps().get(map));
        }
        source.programs().forEach(this::program);
        line("\nchar _license[] SEC(\"license\") = \"GPL\";");
    }

    private void map(int map, BpfMap declared) {
        var name = names.map(map);
        switch (declared) {
            case BpfMap.Array array when variables.contains(map) -> line("""

                    __u8 %s[%d] __attribute__((aligned(8))) SEC(".data.%s") = {%s};""".formatted(name, array.valueSize(), name,
                    bytes(array)));
            case BpfMap.Array array -> line("""

                    struct {
                    	__uint(type, BPF_MAP_TYPE_ARRAY);
                    	__uint(max_entries, %d);
                    	__uint(key_size, 4);
                    	__uint(value_size, %d);
                    } %s SEC(".maps");""".formatted(array.entries(), array.valueSize(), name));
            case BpfMap.ProgArray array -> {
                line("""

                        struct {
                        	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
                        	__uint(max_entries, %d);
                        	__uint(key_size, 4);
                        	__array(values, void (void));
                        } %s SEC(".maps")%s""".formatted(array.entries(), name, array.slots().isEmpty() ? ";"
                        : " = {\n\t.values = {"));
                if (!array.slots().isEmpty()) {
                    array.slots()
                            .forEach((key, program) -> line("\t\t[%d] = (void *)&%s,".formatted(key, names.program(program))));
                    line("\t},\n};");
                }
            }
        }
    }

    private static String bytes(BpfMap.Array array) {
        var value = array.init().get(0);
        return value == null ? "" : bytes(value.toArray()) + "\n";
    }

    static String bytes(byte[] bytes) {
        return IntStream.range(0, bytes.length)
                .mapToObj(i -> (i % BYTES_PER_LINE == 0 ? "\n\t" : " ") + "0x%02x,".formatted(bytes[i] & 0xff))
                .collect(Collectors.joining());
    }

    /// Subprograms first, so that each call follows a definition or is a recursion.
    private void program(Program program) {
        var starts = List.copyOf(SelftestNames.starts(program));
        var labelled = new TreeMap<Integer, String>();
        program.labels().keySet().forEach(target -> labelled.put(target, "l" + target));
        var plain = new Program(program.name(), program.insns(), labelled);
        if (starts.size() > 1) {
            line("");
        }
        starts.stream().skip(1).forEach(start -> line("int %s(void);".formatted(names.function(program, start))));
        for (int i = 0; i < starts.size(); i++) {
            function(plain, program, starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : program.size());
        }
    }

    private void function(Program program, Program named, int start, int end) {
        line("\n" + (start > 0 ? "__naked __noinline __used"
                : "SEC(\"tc\")\n" + (program.name().equals(source.entry()) ? success() : "__auxiliary\n") + "__naked") + " int "
                + names.function(named, start) + "(void)\n{\n\tasm volatile (");
        var operands = new LinkedHashSet<String>();
        for (int i = start; i < end; i++) {
            if (program.labels().containsKey(i) && isJumpedTo(program, i)) {
                line("\"l%d_%%=:\"".formatted(i));
            }
            line("\t\"%s;\"".formatted(statement(program, named, i, operands)));
        }
        line("\t:\n\t: %s\n\t: __clobber_all);\n}".formatted(String.join(",\n\t  ", operands)).replace("\t: \n", "\t:\n"));
    }

    private String success() {
        var expected = source.expectation();
        var retval = expected.retval().isPresent() ? expected.retval()
                : expected.r0().stream().mapToInt(r0 -> (int) r0).findFirst();
        return "__success" + (retval.isPresent() && needsNoSetup(source) ? " __retval(%d)".formatted(retval.getAsInt()) : "")
                + "\n";
    }

    private static boolean isJumpedTo(Program program, int target) {
        return program.insns().stream().anyMatch(insn -> insn instanceof Insn.Branch branch && !(branch instanceof Insn.Call)
                && branch.target() == target);
    }

    private String statement(Program program, Program named, int index, Set<String> operands) {
        return switch (program.insn(index)) {
            case Insn.Call(int target) -> "call " + names.function(named, target);
            case Insn.CallHelper(int id) -> {
                var helper = helper(id);
                operands.add("__imm(%s)".formatted(helper));
                yield "call %[" + helper + "]";
            }
            case Insn.LoadMap load -> "r%d = %s ll".formatted(load.dst().number(), address(load.map(), operands));
            case Insn.LoadMapValue load -> "r%d = %s%s ll".formatted(load.dst().number(), address(load.map(), operands),
                    load.off() == 0 ? "" : " + " + load.off());
            case Insn insn -> AsmPrinter.print(program, index, List.of()).replace("%", "%%") + (insn instanceof Insn.Branch
                    ? "_%="
                    : "");
        };
    }

    private static String helper(int id) {
        var symbol = Helper.byId(id).orElseThrow().symbol();
        return symbol.startsWith("bpf_") ? symbol : "bpf_" + symbol;
    }

    private String address(int map, Set<String> operands) {
        operands.add("__imm_addr(%s)".formatted(names.map(map)));
        return "%[" + names.map(map) + "]";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
