package dev.tailbound.jit.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.NoLinkage;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.PokeProtocol;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Prologues and tail calls of all schemes, as in the kernel sources.
@Tag("emulator")
class SchemeTest {
    private static final long BASE = 0xffff_ffff_c000_0000L;

    /// `main: r6 = r1; call sub; exit` and `sub: tail call; r0 = 0; exit`, with 12 bytes of stack in `sub`.
    private static final Program PROGRAM = new Program("main",
            List.of(new Insn.Mov(Width.W64, Reg.R6, Reg.R1), new Insn.Call(3), new Insn.Exit(),
                    new Insn.CallHelper(Helper.TAIL_CALL), new Insn.Mov(Width.W64, Reg.R0, new Imm(0)), new Insn.Exit()));
    private static final Subprogram MAIN = new Subprogram("main", 0, 3, 0, false, true);
    private static final Subprogram SUB = new Subprogram("sub", 3, 6, 12, true, true);

    @Test
    void pointer_scheme_in_a_main_function() {
        assertThat(compile(new PointerScheme(), KernelGeneration.V6_12, 0)).isEqualTo(code(
                "0f1f440000", // nop
                "4831c0", // xor rax, rax
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "4883f821", // cmp rax, 33
                "7706", // ja pointer
                "50", // push rax
                "4889e0", // mov rax, rsp
                "eb01", // jmp done
                "50", // pointer: push rax
                "50", // done: push rax
                "53", // push rbx
                "4889fb", // mov rbx, rdi
                "488b85f0ffffff", // mov rax, [rbp - 16]
                "e8d6000000", // call sub
                "5b", // pop rbx
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void pointer_scheme_in_a_subprogram() {
        assertThat(compile(new PointerScheme(), KernelGeneration.V6_12, 1)).isEqualTo(code(
                "0f1f440000", // nop
                "0f1f00", // nop
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "4881ec10000000", // sub rsp, 16
                "50", // push rax
                "50", // push rax
                "89d2", // mov edx, edx
                "395624", // cmp [rsi + max_entries], edx
                "7632", // jbe out
                "488b85e0ffffff", // mov rax, [rbp - 16 - 16]
                "48833821", // cmp qword [rax], 33
                "7325", // jae out
                "488b8cd608010000", // mov rcx, [rsi + rdx*8 + ptrs]
                "4885c9", // test rcx, rcx
                "7418", // je out
                "48830001", // add qword [rax], 1
                "58", // pop rax
                "58", // pop rax
                "4881c410000000", // add rsp, 16
                "488b4930", // mov rcx, [rcx + bpf_func]
                "4883c10c", // add rcx, 12
                "ffe1cc", // jmp rcx; int3
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void stack_copy_scheme_in_a_main_function() {
        assertThat(compile(new StackCopyScheme(), KernelGeneration.V6_1, 0)).isEqualTo(code(
                "0f1f440000", // nop
                "31c0", // xor eax, eax
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "50", // push rax
                "53", // push rbx
                "4889fb", // mov rbx, rdi
                "488b85f8ffffff", // mov rax, [rbp - 8]
                "e8e4000000", // call sub
                "5b", // pop rbx
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void stack_copy_scheme_in_a_subprogram() {
        assertThat(compile(new StackCopyScheme(), KernelGeneration.V6_1, 1)).isEqualTo(code(
                "0f1f440000", // nop
                "6690", // nop
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "4881ec10000000", // sub rsp, 16
                "50", // push rax
                "89d2", // mov edx, edx
                "395624", // cmp [rsi + max_entries], edx
                "7634", // jbe out
                "8b85ecffffff", // mov eax, [rbp - 16 - 4]
                "83f821", // cmp eax, 33
                "7329", // jae out
                "83c001", // add eax, 1
                "8985ecffffff", // mov [rbp - 16 - 4], eax
                "488b8cd608010000", // mov rcx, [rsi + rdx*8 + ptrs]
                "4885c9", // test rcx, rcx
                "7413", // je out
                "58", // pop rax
                "4881c410000000", // add rsp, 16
                "488b4930", // mov rcx, [rcx + bpf_func]
                "4883c10b", // add rcx, 11
                "ffe1cc", // jmp rcx; int3
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void a_direct_tail_call_of_the_pointer_scheme_has_a_bypass() {
        assertThat(direct(new PointerScheme(), KernelGeneration.V6_12, PokeProtocol.KERNEL)).endsWith(code(
                "488b85e0ffffff", // mov rax, [rbp - 16 - 16]
                "48833821", // cmp qword [rax], 33
                "7317", // jae out
                "e912000000", // bypass: jmp out
                "48830001", // add qword [rax], 1
                "58", // pop rax
                "58", // pop rax
                "4881c410000000", // add rsp, 16
                "0f1f440000", // target: nop
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void a_direct_tail_call_of_the_stack_copy_scheme_counts_before_the_jump() {
        assertThat(direct(new StackCopyScheme(), KernelGeneration.V6_1, PokeProtocol.KERNEL)).endsWith(code(
                "8b85ecffffff", // mov eax, [rbp - 16 - 4]
                "83f821", // cmp eax, 33
                "731b", // jae out
                "83c001", // add eax, 1
                "8985ecffffff", // mov [rbp - 16 - 4], eax
                "e90d000000", // bypass: jmp out
                "58", // pop rax
                "4881c410000000", // add rsp, 16
                "0f1f440000", // target: nop
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void pop_nop_push_rebuilds_the_frame() {
        assertThat(direct(new StackCopyScheme(), KernelGeneration.V6_1, PokeProtocol.POP_NOP_PUSH)).endsWith(code(
                "58", // pop rax
                "4881c410000000", // add rsp, 16
                "0f1f440000", // target: nop
                "4881ec10000000", // sub rsp, 16
                "50", // push rax
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void per_cpu_scheme_in_a_main_function() {
        assertThat(compile(new PerCpuScheme(), KernelGeneration.V6_12, 0)).isEqualTo(code(
                "0f1f440000", // nop
                "e8f6efffff", // call zero
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "53", // push rbx
                "4889fb", // mov rbx, rdi
                "e8e9000000", // call sub
                "5b", // pop rbx
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void per_cpu_scheme_in_a_subprogram() {
        assertThat(compile(new PerCpuScheme(), KernelGeneration.V6_12, 1)).isEqualTo(code(
                "0f1f440000", // nop
                "0f1f440000", // nop
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "4881ec10000000", // sub rsp, 16
                "89d2", // mov edx, edx
                "395624", // cmp [rsi + max_entries], edx
                "7629", // jbe out
                "e8dfefffff", // call fetch_and_increment
                "83f821", // cmp eax, 33
                "731f", // jae out
                "488b8cd608010000", // mov rcx, [rsi + rdx*8 + ptrs]
                "4885c9", // test rcx, rcx
                "7412", // je out
                "4881c410000000", // add rsp, 16
                "488b4930", // mov rcx, [rcx + bpf_func]
                "4883c10e", // add rcx, 14
                "ffe1cc", // jmp rcx; int3
                "31c0", // out: xor eax, eax
                "c9c3cc")); // leave; ret; int3
    }

    @Test
    void per_cpu_routines_change_only_rax() {
        try (var disassembler = new Disassembler(Disassembler.Target.X86_64)) {
            assertThat(new PerCpuScheme().routines())
                    .map(code -> disassembler.disassemble(code, 0).stream().map(Disassembler.Line::text).toList())
                    .containsExactly(List.of("mov eax, 0x40", "add rax, qword ptr gs:[0]", "mov dword ptr [rax], 0", "ret"),
                            List.of("mov eax, 0x40", "add rax, qword ptr gs:[0]", "inc dword ptr [rax]",
                                    "mov eax, dword ptr [rax]", "dec eax", "ret"));
        }
    }

    @Test
    void fixed_frame_scheme_has_one_prologue_for_all() {
        var prologue = code(
                "0f1f440000", // nop
                "55", // push rbp
                "4889e5", // mov rbp, rsp
                "4881ec00020000", // sub rsp, 512
                "53415541564157", // push rbx, r13, r14, r15
                "6a00"); // push 0
        assertThat(compile(new FixedFrameScheme(), KernelGeneration.V6_1, 0)).startsWith(prologue);
        assertThat(compile(new FixedFrameScheme(), KernelGeneration.V6_1, 1)).startsWith(prologue);
    }

    @Test
    void unrounded_copies_are_read_above_their_slot() {
        var main = new Subprogram("main", 0, 3, 12, false, true);
        var backend = new X86Backend(X86Options.debian(KernelGeneration.V6_1), new UnroundedStackCopyScheme());
        var code = backend.compile(LoweredPrograms.lowered(PROGRAM, main, SUB), 0, new TwoFunctions(), BASE);
        assertThat(HexFormat.of().formatHex(code.bytes())).contains("488b85ecffffff"); // mov rax, [rbp - 12 - 8]
    }

    @ParameterizedTest
    @CsvSource({ "V6_1,false,11", "V6_1,true,15" })
    void tail_calls_of_the_stack_copy_scheme_land_after_rbp_is_set(KernelGeneration kernel, boolean landingPads, int offset) {
        var options = X86Options.debian(kernel).withLandingPads(landingPads);
        assertThat(new X86Backend(options, new StackCopyScheme()).tailCallOffset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({ "V6_12,false,14", "V6_12,true,18" })
    void tail_calls_of_the_per_cpu_scheme_land_after_the_longer_entry(KernelGeneration kernel, boolean landingPads, int offset) {
        var options = X86Options.debian(kernel).withLandingPads(landingPads);
        assertThat(new X86Backend(options, new PerCpuScheme()).tailCallOffset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({ "V6_1,false,25", "V6_1,true,33" })
    void tail_calls_of_the_fixed_frame_scheme_land_after_the_prologue(KernelGeneration kernel, boolean landingPads, int offset) {
        var options = X86Options.debian(kernel).withLandingPads(landingPads);
        assertThat(new X86Backend(options, new FixedFrameScheme()).tailCallOffset()).isEqualTo(offset);
    }

    @ParameterizedTest
    @CsvSource({ "V6_12,false,12", "V6_12,true,16" })
    void tail_calls_of_the_pointer_scheme_land_after_rbp_is_set(KernelGeneration kernel, boolean landingPads, int offset) {
        var options = X86Options.debian(kernel).withLandingPads(landingPads);
        assertThat(new X86Backend(options, new PointerScheme()).tailCallOffset()).isEqualTo(offset);
    }

    @Test
    void engines_are_named_after_the_scheme() {
        assertThat(X86Backend.pointer().name()).isEqualTo("x86-64");
        assertThat(X86Backend.stackCopy().name()).isEqualTo("x86-64:stack-copy");
    }

    /// The subprogram, with a known slot for its tail call.
    private static String direct(TailCallScheme scheme, KernelGeneration kernel, PokeProtocol pokes) {
        var backend = new X86Backend(X86Options.debian(kernel).withLandingPads(false).withPokes(pokes), scheme);
        var lowered = LoweredPrograms.lowered(PROGRAM, new TreeMap<>(Map.of(3, new ArraySlot(0, 0))), MAIN, SUB);
        return HexFormat.of().formatHex(backend.compile(lowered, 1, new TwoFunctions(), BASE + 0x100).bytes());
    }

    private static String compile(TailCallScheme scheme, KernelGeneration kernel, int subprogram) {
        var backend = new X86Backend(X86Options.debian(kernel).withLandingPads(false), scheme);
        var linkage = new TwoFunctions();
        var code = backend.compile(LoweredPrograms.lowered(PROGRAM, MAIN, SUB), subprogram, linkage,
                linkage.functionAddress(subprogram));
        return HexFormat.of().formatHex(code.bytes());
    }

    @Test
    void kfuncs_out_of_range_are_rejected_by_name() {
        var program = new Program("main", List.of(new Insn.CallKfunc(Kfunc.NOTE, 0), new Insn.Exit()));
        var facts = new ProgramFacts(List.of(new Subprogram("main", 0, 2, 0, false, false)), new BitSet(), new TreeMap<>(),
                List.of(new Descriptor(Kfunc.NOTE.id(), 0, 0)), false);
        var lowered = Passes.NECESSARY.lowering(Profile.X86_64_V6_12).lower(program, facts);
        assertThatThrownBy(() -> X86Backend.pointer().compile(lowered, 0, new KfuncsAt(BASE + (3L << 30)), BASE))
                .hasMessage("address of kernel function kf_note is out of range: 0x%x from 0x%x", BASE + (3L << 30), BASE);
        assertThat(X86Backend.pointer().compile(lowered, 0, new KfuncsAt(BASE - (1L << 30)), BASE).bytes()).isNotEmpty();
    }

    private record KfuncsAt(long address) implements NoLinkage {
        @Override
        public long kfuncAddress(int id, int module) {
            return address;
        }
    }

    private static String code(String... parts) {
        return String.join("", parts);
    }

    /// `main` at the base and `sub` 256 bytes after it.
    private static final class TwoFunctions implements NoLinkage {
        @Override
        public long routineAddress(int routine) {
            return BASE - 0x1000 + 0x100L * routine;
        }

        @Override
        public long functionAddress(int subprogram) {
            return BASE + 0x100L * subprogram;
        }

        @Override
        public ObjectLayout layout() {
            return ObjectLayout.V6_12;
        }
    }
}
