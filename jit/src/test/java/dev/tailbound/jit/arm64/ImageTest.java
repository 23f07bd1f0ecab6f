package dev.tailbound.jit.arm64;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whole functions, byte for byte as kernels 6.1, 6.12 and 7.2 compiled them: frames, calls, tail calls, jumps.
///
/// A row of the tables: name; the program as the kernel's JIT got it, its maps numbered and its helper calls relative to `__bpf_call_base`;
/// its functions as `start:stack depth:address`; the addresses of its maps; the functions' code up to `ret`. Behind that the kernel has a stub
/// for trampolines, which nothing of ours reaches. Not in the tables are images whose helper call the kernel replaced by inline code.
class ImageTest {
    private static final HexFormat HEX = HexFormat.of();

    private record Row(String name, String bpf, String functions, String maps, String code) {}

    @Test
    void scheme_pointer_writes_the_images_of_kernel_6_12() throws IOException {
        assertImages("images-arm64-6.12.tsv", 88, Arm64Backend.pointer(), 0xffff_8000_8026_3780L, ObjectLayout.V6_12);
    }

    @Test
    void scheme_x26_writes_the_images_of_kernel_6_1() throws IOException {
        assertImages("images-arm64-6.1.tsv", 89, Arm64Backend.x26(), 0xffff_8000_0821_e9b0L, ObjectLayout.V6_1);
    }

    @Test
    void scheme_pointer_writes_the_images_of_kernel_7_2() throws IOException {
        var backend = new Arm64Backend(Arm64Options.debian(KernelGeneration.V7_2), new PointerScheme());
        assertImages("images-arm64-7.2.tsv", 96, backend, 0xffff_8000_8030_ff70L, ObjectLayout.V7_2);
    }

    private static void assertImages(String table, int count, Arm64Backend backend, long callBase, ObjectLayout layout)
            throws IOException {
        var rows = table(table);
        assertThat(rows).hasSize(count);
        var differences = new ArrayList<String>();
        for (var row : rows) {
            var found = String.join(",", compile(row, backend, callBase, layout));
            if (!found.equals(row.code())) {
                differences.add("%s%nexpected %s%nfound    %s".formatted(row.name(), row.code(), found));
            }
        }
        assertThat(differences).isEmpty();
    }

    private static List<String> compile(Row row, Arm64Backend backend, long callBase, ObjectLayout layout) {
        var program = Decoder.decode("image", HEX.parseHex(row.bpf()));
        var functions = Stream.of(row.functions().split(",")).map(function -> function.split(":")).toList();
        var starts = functions.stream().mapToInt(function -> insnOfSlot(program.insns(), Integer.parseInt(function[0])))
                .toArray();
        var subprograms = new ArrayList<Subprogram>();
        for (int i = 0; i < starts.length; i++) {
            int end = i + 1 < starts.length ? starts[i + 1] : program.size();
            subprograms.add(new Subprogram("f" + i, starts[i], end, Integer.parseInt(functions.get(i)[1]), false, false));
        }
        var lowered = new Lowered(program, IntStream.range(0, program.size()).toArray(), subprograms);
        var addresses = functions.stream().map(function -> Long.parseUnsignedLong(function[2], 16)).toList();
        var maps = row.maps().isEmpty() ? List.<Long>of()
                : Stream.of(row.maps().split(",")).map(map -> Long.parseUnsignedLong(map, 16)).toList();
        var linkage = new Kernel(maps, addresses, callBase, layout);
        return IntStream.range(0, starts.length)
                .mapToObj(i -> HEX.formatHex(backend.compile(lowered, i, linkage, addresses.get(i)).bytes())).toList();
    }

    private static int insnOfSlot(List<Insn> insns, int slot) {
        int insn = 0;
        for (int at = 0; at < slot; insn++) {
            at += insns.get(insn).slots();
        }
        return insn;
    }

    private record Kernel(List<Long> maps, List<Long> functions, long callBase, ObjectLayout layout) implements Linkage {

        @Override
        public long mapAddress(int map) {
            return maps.get(map);
        }

        @Override
        public long valueAddress(int map) {
            return maps.get(map);
        }

        @Override
        public long helperAddress(int id) {
            return callBase + id;
        }

        @Override
        public long routineAddress(int routine) {
            throw new AssertionError("routine " + routine);
        }

        @Override
        public long functionAddress(int subprogram) {
            return functions.get(subprogram);
        }
    }

    private static List<Row> table(String name) throws IOException {
        try (var in = ImageTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), US_ASCII).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1)).map(f -> new Row(f[0], f[1], f[2], f[3], f[4])).toList();
        }
    }
}
