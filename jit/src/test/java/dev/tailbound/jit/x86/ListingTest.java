package dev.tailbound.jit.x86;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.NoLinkage;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Listings of prologues and tail calls in the threads of 2020 and 2024.
@Tag("emulator")
class ListingTest {
    private static final X86Options RFC_2020 = new X86Options(KernelGeneration.RFC_2020, false, false);
    private static final X86Options V6_1 = X86Options.debian(KernelGeneration.V6_1);

    /// A main program with all callee-saved registers and a subprogram that tail-calls.
    private static final Program ALL_REGISTERS = new Program("main", List.of(mov(Reg.R6, Reg.R1), mov(Reg.R7, Reg.R1),
            mov(Reg.R8, Reg.R1), mov(Reg.R9, Reg.R1), new Insn.CallHelper(Helper.TAIL_CALL), new Insn.Exit()));

    /// `r6 = r1; call sub; tail call; exit` and `sub: tail call; r0 = 0; exit`, with 8 bytes of stack each.
    private static final Program HIERARCHY = new Program("main", List.of(
            mov(Reg.R6, Reg.R1),
            new Insn.Call(4),
            new Insn.CallHelper(Helper.TAIL_CALL),
            new Insn.Exit(),
            // sub:
            new Insn.CallHelper(Helper.TAIL_CALL),
            new Insn.Mov(Width.W64, Reg.R0, new Imm(0)),
            new Insn.Exit()));

    /// A direct tail call, and a call that takes the context from R6. The thread shows only the code from the tail call on; its addresses assume this
    /// start.
    private static final Program CONTEXT_IN_R6 = new Program("main", List.of(
            mov(Reg.R6, Reg.R1),
            mov(Reg.R1, Reg.R6),
            new Insn.LoadMap(Reg.R2, 0),
            new Insn.Mov(Width.W64, Reg.R3, new Imm(0)),
            new Insn.CallHelper(Helper.TAIL_CALL),
            mov(Reg.R1, Reg.R6),
            new Insn.Call(8),
            new Insn.Exit(),
            // sub:
            new Insn.Mov(Width.W64, Reg.R0, new Imm(0)),
            new Insn.Exit()));

    private static Insn mov(Reg dst, Reg src) {
        return new Insn.Mov(Width.W64, dst, src);
    }

    @ParameterizedTest
    @ValueSource(strings = { "prologue", "tail-call" })
    void the_frame_of_2020(String section) throws IOException {
        assertThat(allRegisters(Map.of())).matches(listing("2020", section));
    }

    @Test
    void functions_without_tail_calls_keep_the_distance() throws IOException {
        var leaf = new Program("leaf", List.of(new Insn.Mov(Width.W64, Reg.R0, new Imm(0)), new Insn.Exit()));
        var code = new X86Backend(RFC_2020, new OwnCountScheme()).compile(LoweredPrograms.lowered(leaf), 0, new Kernel(0), 0)
                .bytes();
        assertThat(text(code)).matches(listing("2020", "prologue-without-tail-call"));
    }

    @Test
    void tail_calls_skip_nop5_xor_push_and_mov() throws IOException {
        var skipped = lines("2020", "prologue").limit(4).map(ListingTest::firstWord).collect(joining());
        assertThat(skipped).endsWith("4889e5");
        assertThat(new X86Backend(RFC_2020, new OwnCountScheme()).tailCallOffset()).isEqualTo(skipped.length() / 2);
    }

    /// The thread's final version, as in kernels, where the target is a no-op while the slot is empty.
    @Test
    void bypass_and_target() throws IOException {
        assertThat(allRegisters(Map.of(4, new ArraySlot(0, 0)))).matches(listing("2020", "bypass"));
    }

    /// The listing's bytes at its addresses.
    @Test
    void ip_aux() throws IOException {
        assertThat(contextInR6(PokeProtocol.IP_AUX, 0xffff_ffff_c051_3a67L)).containsAllEntriesOf(addresses("ip-aux"));
    }

    /// The listing's bytes at its addresses: the call of the subprogram passes on no count.
    @Test
    void pop_nop_push() throws IOException {
        assertThat(contextInR6(PokeProtocol.POP_NOP_PUSH, 0xffff_ffff_c037_02f8L))
                .containsAllEntriesOf(addresses("pop-nop-push"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "main prologue", "subprogram prologue", "main call", "subprogram indirect tail call",
        "subprogram direct tail call" })
    void code_removed_and_added_by_the_patch_of_2024(String section) throws IOException {
        int function = section.startsWith("main") ? 0 : 1;
        boolean direct = section.contains(" direct ");
        for (var scheme : List.of(new StackCopyScheme(), new PerCpuScheme())) {
            assertThat(hierarchy(scheme, direct, function)).as(scheme.name())
                    .matches(listing("2024", scheme.name() + " " + section));
        }
    }

    @Test
    void the_routines_of_2024() throws IOException {
        var routines = new PerCpuScheme().routines();
        assertThat(text(routines.get(0))).matches(listing("2024", "percpu routine bpf_tail_call_cnt_prepare"));
        assertThat(text(routines.get(1))).matches(listing("2024", "percpu routine bpf_tail_call_cnt_fetch_and_inc"));
    }

    private static String allRegisters(Map<Integer, ArraySlot> slots) {
        var main = new Subprogram("main", 0, ALL_REGISTERS.size(), 8, true, true);
        var lowered = LoweredPrograms.lowered(ALL_REGISTERS, new TreeMap<>(slots), main);
        return text(new X86Backend(RFC_2020, new OwnCountScheme()).compile(lowered, 0, new Kernel(0), 0).bytes());
    }

    private static String hierarchy(TailCallScheme scheme, boolean direct, int function) {
        var slots = new TreeMap<Integer, ArraySlot>(direct ? Map.of(2, new ArraySlot(0, 0), 4, new ArraySlot(0, 0)) : Map.of());
        var lowered = LoweredPrograms.lowered(HIERARCHY, slots, new Subprogram("main", 0, 4, 8, true, true),
                new Subprogram("sub", 4, 7, 8, true, true));
        return text(new X86Backend(V6_1, scheme).compile(lowered, function, new Kernel(0x1000), 0).bytes());
    }

    private static Map<Long, String> contextInR6(PokeProtocol pokes, long base) {
        var main = new Subprogram("main", 0, 8, 0, true, true);
        var sub = new Subprogram("sub", 8, 10, 0, false, false);
        var lowered = LoweredPrograms.lowered(CONTEXT_IN_R6, new TreeMap<>(Map.of(4, new ArraySlot(0, 0))), main, sub);
        var code = new X86Backend(RFC_2020.withPokes(pokes), new OwnCountScheme())
                .compile(lowered, 0, new Kernel(0xffff_ffff_c037_2548L), base).bytes();
        return disassemble(code, base);
    }

    /// One instruction per line.
    private static String text(byte[] code) {
        return disassemble(code, 0).values().stream().map(line -> line + "\n").collect(joining());
    }

    private static Map<Long, String> disassemble(byte[] code, long base) {
        try (var disassembler = new Disassembler(Disassembler.Target.X86_64)) {
            var lines = new TreeMap<Long, String>();
            for (var line : disassembler.disassemble(code, base)) {
                int start = (int) (line.address() - base);
                lines.put(line.address(), HexFormat.of().formatHex(code, start, start + line.size()));
            }
            return lines;
        }
    }

    private static Map<Long, String> addresses(String section) throws IOException {
        return lines("2020", section).collect(toMap(line -> Long.parseUnsignedLong(firstWord(line), 16),
                line -> firstWord(line.substring(firstWord(line).length() + 1))));
    }

    private static String firstWord(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }

    private static Pattern listing(String thread, String section) throws IOException {
        return Pattern.compile(lines(thread, section).map(ListingTest::firstWord)
                .map(bytes -> bytes.equals("...") ? "(.+\n)*" : bytes + "\n").collect(joining()));
    }

    private static Stream<String> lines(String thread, String section) throws IOException {
        try (var in = ListingTest.class.getResourceAsStream("listing-%s.txt".formatted(thread))) {
            var found = new String(in.readAllBytes(), US_ASCII).lines().dropWhile(line -> !line.equals(section)).skip(1)
                    .takeWhile(line -> !line.isEmpty()).toList();
            assertThat(found).as(section).isNotEmpty();
            return found.stream();
        }
    }

    /// @param subprogram address of the second function
    private record Kernel(long subprogram) implements NoLinkage {
        @Override
        public long mapAddress(int map) {
            return 0xffff_8881_0203_0400L;
        }

        @Override
        public long routineAddress(int routine) {
            return 0x2000 + 0x100L * routine;
        }

        @Override
        public long functionAddress(int function) {
            return subprogram;
        }

        @Override
        public ObjectLayout layout() {
            return ObjectLayout.V6_1;
        }
    }
}
