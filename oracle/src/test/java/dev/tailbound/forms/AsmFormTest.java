package dev.tailbound.forms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.EveryInsn;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.text.AsmPrinter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsmFormTest {
    private static Case resource(String file) {
        var source = Imports.resource("asm/" + file);
        assertThat(Forms.recognized(source)).get().extracting(Form::word).isEqualTo("asm");
        return Imports.read(source);
    }

    private static Case read(String text) {
        return Imports.read(Imports.source(text));
    }

    @Test
    void an_assembly_file_of_clang_is_linked_as_libbpf_does() {
        var source = resource("linked.s");
        assertThat(source.programs()).extracting(Program::name).containsExactly("target", "entry");
        assertThat(source.entry()).as("the program that no program array holds").isEqualTo("entry");
        assertThat(source.entryProgram().labels()).containsValues("sub", "globalsub");
        var text = AsmPrinter.print(source.entryProgram(), source.maps().stream().map(BpfMap::name).toList());
        assertThat(text.indexOf("sub:")).as("in the order of the calls").isLessThan(text.indexOf("globalsub:"));
        assertThat(text).contains("r1 = map[.data][0] ll", "r2 = map[jmp_table] ll", "r1 = map[counts] ll");
        assertThat(source.maps()).filteredOn(BpfMap.ProgArray.class::isInstance).singleElement().isInstanceOfSatisfying(
                BpfMap.ProgArray.class, array -> assertThat(array.slots()).containsOnlyKeys(1).containsValue("target"));
        assertThat(source.maps()).filteredOn(map -> map.name().equals(".data")).singleElement().isInstanceOfSatisfying(
                BpfMap.Array.class, array -> assertThat(array.init().get(0).toHex()).isEqualTo("07000000"));
    }

    @Test
    void dumps_of_the_object_have_the_same_programs() {
        var source = resource("linked.s");
        for (var dump : List.of("linked.objdump", "linked.gnu-objdump", "big.objdump")) {
            var dumped = resource(dump);
            for (int i = 0; i < source.programs().size(); i++) {
                assertThat(Imports.text(dumped, i)).as(dump).isEqualTo(Imports.text(source, i).replace("[.data]", "[global]"));
            }
        }
        assertThat(resource("big.objdump").comment()).contains("guess: the bytes are those of a big-endian machine");
    }

    @Test
    void a_dump_without_bytes() {
        assertThat(Imports.text(resource("no-bytes.objdump"), 0)).isEqualTo("""
                    r6 = r1
                    r1 = map[jmp_table] ll
                    r2 = r1
                    r1 = r6
                    w3 = 3
                    call bpf_tail_call
                    if w0 == 0 goto l9
                    r1 = r6
                    call subprog_11
                l9:
                    w0 = 1
                    exit
                subprog_11:
                    r0 = *(u32 *)(r1 + 8)
                    exit
                """);
    }

    @Test
    void file_descriptors_of_a_dump_are_maps() {
        var source = read(
                "       0:\t18 12 00 00 05 00 00 00 00 00 00 00 00 00 00 00\tr2 = 5 ll\n       2:\t95 00 00 00 00 00 00 00\texit\n");
        assertThat(Imports.text(source, 0)).isEqualTo("    r2 = map[map_5] ll\n    exit\n");
    }

    @Test
    void statements_without_directives() {
        var source = read("""
                    r1 = 5; r2 = 0x10 ll   # comments
                    r3 = shared + 8 ll     // of a variable
                    r0 = *(u64 *)(r3 + 0)
                1:  r1 -= 1
                    if r1 != 0 goto 1b
                    goto 1f
                    r0 = 1
                1:  call sub               /* of this
                                              section */
                    exit
                sub:
                    .8byte 0x00000007000000b7
                    .quad 0x95
                    .bss
                    .comm shared, 16, 8
                """);
        assertThat(Imports.text(source, 0)).isEqualTo("""
                    r1 = 5
                    r2 = 0x10 ll
                    r3 = map[.bss][8] ll
                    r0 = *(u64 *)(r3 + 0)
                l4:
                    r1 += -1
                    if r1 != 0 goto l4
                    goto l8
                    r0 = 1
                l8:
                    call subprog_10
                    exit
                subprog_10:
                    r0 = 7
                    exit
                """.replace("r1 += -1", "r1 -= 1"));
        assertThat(source.maps()).singleElement().extracting(map -> ((BpfMap.Array) map).valueSize()).isEqualTo(16);
    }

    @Test
    void the_context_of_other_sections_is_a_guess() {
        assertThat(read(".section xdp,\"ax\"\nr0 = 2\nexit\n").comment())
                .isEqualTo("guess: the context of section xdp is a socket buffer");
        assertThat(read(".section tc/ingress,\"ax\"\nr0 = 2\nexit\n").comment()).isEmpty();
    }

    @Test
    void data_of_all_directives() {
        var source = read("""
                    .text
                    r1 = .rodata ll
                    r0 = *(u8 *)(r1 + 0)
                    exit
                    .section .rodata,"a",@progbits
                    .byte 1, 0x2, -1
                    .p2align 2
                    .long 0b101, 010
                    .short 515
                    .balign 8
                    .ascii "a\\n\\x41\\101"
                    .asciz "b", "c#;"
                    .zero 2
                    .skip 1, 255
                """);
        assertThat(((BpfMap.Array) source.maps().getFirst()).init().get(0).toHex())
                .isEqualTo("0102ff00" + "0500000008000000" + "0302" + "0000" + "610a4141" + "6200" + "63233b00" + "0000" + "ff");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("an unknown statement", ".text\nr0 = 0\nleave\nexit\n",
                        "input:3: expected an instruction, found 'leave'"),
                Arguments.of("a function of another file", ".text\ncall other\nexit\n",
                        "input:2: expected a call of a function of this file, found 'other'"),
                Arguments.of("a callback", ".text\nr1 = f ll\nr0 = 0\nexit\nf: exit\n",
                        "input:2: the address of a function (callback) is not supported: 'f'"),
                Arguments.of("an unknown helper", ".text\nr0 = 0\ncall 6\nexit\n",
                        "input:3: expected a call of one of the helpers"),
                Arguments.of("a jump into another function", ".text\ncall f\ngoto l\nf: r0 = 0\nl: exit\n",
                        "input:3: function prog: insn 1: target slot"),
                Arguments.of("data that is no instruction", ".text\nr0 = 0\n.long 5\nexit\n",
                        "input:3: expected an instruction, or .8byte"),
                Arguments.of("half an instruction", ".text\n.8byte 0x18\n", "input:2: function prog: insn 0: ld_imm64"),
                Arguments.of("an unknown directive", ".data\n.macro x\n.text\nexit\n", "input:2: expected a directive for data"),
                Arguments.of("a call without its relocation",
                        "\nx:\tfile format elf64-bpf\n\n0000000000000000 <f>:\n       0:\t85 10 00 00 ff ff ff ff\tcall -0x1\n       1:\t95 00 00 00 00 00 00 00\texit\n",
                        "input:5: expected the relocation of a call: show it with llvm-objdump -dr"),
                Arguments.of("a missing line",
                        "x:\tfile format elf64-bpf\n0000000000000000 <f>:\n       0:\tb7 00 00 00 00 00 00 00\tr0 = 0\n       2:\t95 00 00 00 00 00 00 00\texit\n",
                        "input:4: expected instruction 1 of section .text, found 2"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrong(String what, String text, String message) {
        var options = new ImportOptions(Optional.of(Forms.byWord("asm")), Optional.empty(), List.of(), Optional.empty());
        assertThatThrownBy(() -> Imports.read(Imports.source(text), options)).isInstanceOf(BadInput.class).message()
                .startsWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "hello: world\n", "int main(void)\n{\n  return 0;\n}\n", "a.o:\tfile format elf64-x86-64\n",
        "\t.text\nmain:\n\tmovl $0, %eax\n\tret\n", "call me\n" })
    void is_no_assembly(String text) {
        assertThat(Forms.recognized(Imports.source(text))).isEmpty();
    }

    // LLVM's own tools

    @TempDir
    private Path folder;

    @Test
    void llvm_assembles_and_shows_what_we_print() throws IOException, InterruptedException {
        assumeTrue(tool("llvm-mc").isPresent() && tool("llvm-objdump").isPresent(), "llvm-mc and llvm-objdump not found");
        var insns = new ArrayList<>(EveryInsn.insns().stream().filter(AsmFormTest::isKnownToOldReleases).toList());
        insns.add(new Insn.Exit());
        var program = new Program("p", insns);
        // A helper's name would be an undefined function to LLVM.
        var text = Pattern.compile("call (bpf_\\w+)").matcher(AsmPrinter.print(program, List.of()))
                .replaceAll(call -> "call " + Helper.bySymbol(call.group(1)).orElseThrow().id());
        for (var triple : List.of("bpfel", "bpfeb")) {
            var file = Files.writeString(folder.resolve(triple + ".s"), ".text\np:\n" + text);
            var object = folder.resolve(triple + ".o");
            run("llvm-mc", "-triple=" + triple, "-mcpu=v3", "-filetype=obj", "-o", object.toString(), file.toString());
            for (var options : List.of(List.of("-d"), List.of("-dr"), List.of("-d", "--no-show-raw-insn"))) {
                var command = new ArrayList<>(List.of("llvm-objdump"));
                command.addAll(options);
                command.add(object.toString());
                var dump = run(command.toArray(String[]::new));
                assertThat(read(dump).entryProgram().insns()).as("%s %s", triple, options).isEqualTo(program.insns());
            }
        }
        assertThat(read(".text\np:\n" + text).entryProgram().insns()).isEqualTo(program.insns());
    }

    /// Straight-line code without maps, which LLVM 14 assembles and shows by number.
    private static boolean isKnownToOldReleases(Insn insn) {
        return switch (insn) {
            case Insn.Alu alu -> alu.op().off() == 0 && alu.op() != AluOp.MOD;
            case Insn.CallHelper(int id) -> Helper.byId(id).isPresent() && Helper.byId(id).orElseThrow() != Helper.TRACE;
            case Insn.Swap swap -> swap.op() != SwapOp.BSWAP;
            case Insn.Load load -> !load.signed();
            case Insn.Store store -> !(store.src() instanceof Imm);
            case Insn.Atomic atomic -> atomic.op() == AtomicOp.ADD;
            case Insn.Neg _,Insn.Mov _,Insn.LoadImm64 _ -> true;
            case Insn.MovSx _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.LoadAcquire _,Insn.StoreRelease _,Insn.Branch _,Insn.CallKfunc _,Insn.MovPerCpu _,Insn.Exit _ ->
                false;
        };
    }

    private static Optional<Path> tool(String name) {
        var folders = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of), llvmFolders());
        return folders.map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
    }

    private static Stream<Path> llvmFolders() {
        var installed = new File("/usr/lib").listFiles((_, name) -> name.startsWith("llvm"));
        return installed == null ? Stream.empty() : Stream.of(installed).sorted().map(root -> root.toPath().resolve("bin"));
    }

    private String run(String... command) throws IOException, InterruptedException {
        command[0] = tool(command[0]).orElseThrow().toString();
        var output = folder.resolve("output").toFile();
        int exitCode = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start().waitFor();
        var text = Files.readString(output.toPath(), UTF_8);
        assertThat(exitCode).as(text).isZero();
        return text;
    }
}
