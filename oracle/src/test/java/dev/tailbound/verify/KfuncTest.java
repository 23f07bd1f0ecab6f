package dev.tailbound.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.verify.ProgramFacts.Descriptor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rejected kfunc calls, and the kfunc table of a program.
class KfuncTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "call kfunc 7                     | insn 1: kernel btf_id 7 is not a function (EINVAL)",
        "call kfunc kf_note off -1        | insn 1: negative offset disallowed for kernel module function call: -1 (EINVAL)",
        "call kfunc kf_note off 3         | insn 1: invalid module BTF fd specified: no module has the offset 3 (EINVAL)",
        "call kfunc kf_note off 2         | insn 1: BTF fd for kfunc is not a module BTF: module untyped has no types (EINVAL)",
        "call kfunc bpf_cast_to_kern_ctx off 1 | insn 1: kernel btf_id 131078 is not a function (EINVAL): module typed has no bpf_cast_to_kern_ctx",
        "call kfunc kf_weigh              | insn 1: R2 !read_ok: not initialised on this path",
        "call kfunc bpf_kfunc_st_ops_inc10 | insn 1: bpf_kfunc_st_ops_inc10: R1 type=scalar expected=fp, map_value, mem",
        "r1 = r10; call kfunc kf_note     | insn 2: kf_note: R1 type=fp expected=scalar",
        "call kfunc bpf_cast_to_kern_ctx  | insn 1: bpf_cast_to_kern_ctx: R1 type=scalar expected=ctx",
        "call kfunc bpf_rdonly_cast       | insn 1: bpf_rdonly_cast: R1 type=scalar expected=map_value, mem, rdonly_untrusted_ptr",
        "r1 = r10; r2 = 1; call kfunc bpf_rdonly_cast | insn 3: bpf_rdonly_cast: R1 type=fp expected=map_value, mem, rdonly_untrusted_ptr",
        "r1 = map[m][0] ll; r2 = *(u32 *)(r1 + 0); call kfunc bpf_rdonly_cast | insn 3: bpf_rdonly_cast: R2 must be a known constant",
        "r1 = map[m][0] ll; r2 = 1; call kfunc bpf_rdonly_cast; r0 = *(u64 *)(r0 + 1) | insn 4: invalid access to memory, mem_size=8 off=1 size=8: R0 is rdonly_untrusted_ptr+1",
        "r1 = map[m][0] ll; r2 = 1; call kfunc bpf_rdonly_cast; *(u8 *)(r0 + 0) = 1 | insn 4: cannot write into rdonly_untrusted_ptr: R0",
        "r1 = map[m][0] ll; r2 = 1; call kfunc bpf_rdonly_cast; r1 = r0; call kfunc bpf_kfunc_st_ops_inc10 | insn 5: bpf_kfunc_st_ops_inc10: R1 type=rdonly_untrusted_ptr expected=fp, map_value, mem",
        "r1 = map[m][0] ll; r2 = 1; call kfunc bpf_rdonly_cast; r1 = r0; r2 = 2; call kfunc bpf_rdonly_cast; r0 = *(u64 *)(r0 + 1) | insn 7: invalid access to memory, mem_size=8 off=1 size=8: R0 is rdonly_untrusted_ptr+1",
        "call kfunc kf_note; r0 = r1      | insn 2: R1 !read_ok: not initialised on this path",
        "call kfunc kf_note               | insn 2: R0 !read_ok: not initialised on this path",
    })
    void refuses(String body, String message) {
        var source = read("-- map m array value=8 entries=1\n-- module typed\n-- module untyped no-types\n",
                "r1 = 1; " + body + "; exit");
        assertThat(rejection(source)).isEqualTo(message);
    }

    @Test
    void an_offset_needs_a_module() {
        assertThat(rejection(read("", "r1 = 1; call kfunc kf_note off 1; exit")))
                .isEqualTo("insn 1: kfunc offset > 0 without fd_array is invalid: 1, but the case has no module (EPROTO)");
    }

    @Test
    void a_program_calls_at_most_256_functions() {
        assertThat(Verifier.verify(callingModules(256))).isInstanceOf(Verdict.Accepted.class);
        assertThat(rejection(callingModules(257))).endsWith(
                "too many different kernel function calls with kf_note, expected at most 256 (E2BIG)");
    }

    /// Rejected calls in generated code, where the program type's module determines the function.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "epilogue                              | call kfunc 7                    | kernel btf_id 7 is not a function (EINVAL)",
        "epilogue module=untyped               | call kfunc kf_note              | cannot find BTF from untyped for kfunc kf_note used in epilogue (EINVAL)",
        "epilogue                              | call kfunc bpf_cast_to_kern_ctx | epilogue cannot use special kfunc bpf_cast_to_kern_ctx (EINVAL)",
        "epilogue module=typed                 | call kfunc bpf_cast_to_kern_ctx | kernel btf_id 131078 is not a function (EINVAL): module typed has no bpf_cast_to_kern_ctx",
        "epilogue                              | call kfunc kf_weigh             | R2 !read_ok: not initialised on this path",
        "epilogue                              | call kfunc kf_note; r0 = r1     | R1 !read_ok: not initialised on this path",
        "epilogue calls=immediate              | call kfunc 7                    | kernel btf_id 7 is not a function (EINVAL)",
        "epilogue calls=immediate              | call kfunc bpf_cast_to_kern_ctx | epilogue cannot use special kfunc bpf_cast_to_kern_ctx (EINVAL)",
        "epilogue module=distant calls=immediate | call kfunc kf_note            | address of kernel function kf_note is out of range of an immediate in epilogue (EINVAL): module distant is far",
        "epilogue calls=immediate              | call kfunc kf_weigh             | R2 !read_ok: not initialised on this path",
    })
    void refuses_in_generated_code(String section, String body, String message) {
        var source = read("-- module typed\n-- module untyped no-types\n-- module distant far\n",
                "r0 = 0; exit\n-- " + section + "\n r1 = 1; " + body + "; r0 = 0; exit\n-- ctx skb");
        assertThat(rejection(source)).endsWith(": " + message);
    }

    @Test
    void generated_code_adds_to_the_functions_of_its_program() {
        var epilogue = "-- epilogue%s\nr1 = 1\ncall kfunc kf_note\nr0 = 0\nexit\n-- ctx skb";
        assertThat(Verifier.verify(callingModules(255, epilogue.formatted("")))).isInstanceOf(Verdict.Accepted.class);
        assertThat(Verifier.verify(callingModules(256, epilogue.formatted(" module=m7")))).isInstanceOf(Verdict.Accepted.class);
        assertThat(Verifier.verify(callingModules(256, epilogue.formatted(" calls=immediate"))))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(rejection(callingModules(256, epilogue.formatted(""))))
                .endsWith("too many different kernel function calls with kf_note, expected at most 256 (E2BIG)");
    }

    @Test
    void tables_are_sorted_without_duplicates() {
        var source = read("-- module far off=9 far\n-- module near off=4\n", """
                r1 = 1
                call kfunc kf_origin off 9
                r1 = r0
                call kfunc kf_origin off 4
                r1 = r0
                call kfunc kf_origin off 9
                r1 = r10
                r1 += -8
                *(u64 *)(r1 + 0) = 1
                call kfunc bpf_kfunc_st_ops_inc10
                exit""");
        var accepted = (Verdict.Accepted) Verifier.verify(source);
        assertThat(accepted.verified().facts().getFirst().kfuncs()).containsExactly(new Descriptor(0x20001, 0, 0),
                new Descriptor(0x20004, 4, 2), new Descriptor(0x20004, 9, 1));
    }

    private static Case callingModules(int count) {
        return callingModules(count, "");
    }

    private static Case callingModules(int count, String generated) {
        var modules = IntStream.rangeClosed(1, count).mapToObj("-- module m%d\n"::formatted).collect(Collectors.joining());
        var calls = IntStream.rangeClosed(1, count).mapToObj("r1 = 1\ncall kfunc kf_note off %d\n"::formatted)
                .collect(Collectors.joining());
        return read(modules, calls + "r0 = 0\nexit\n" + generated);
    }

    private static Case read(String modules, String body) {
        return CaseReader.parse("kfunc.case", modules + "-- prog main\n" + body + "\n");
    }

    private static String rejection(Case source) {
        var rejected = (Verdict.Rejected) Verifier.verify(source);
        return "insn %d: %s".formatted(rejected.insn(), rejected.reason());
    }
}
