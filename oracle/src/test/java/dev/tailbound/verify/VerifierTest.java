package dev.tailbound.verify;

import static dev.tailbound.verify.Programs.entry;
import static dev.tailbound.verify.Programs.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that kernels load, and programs that they reject, with the instruction and a part of the reason.
class VerifierTest {
    private static final String LOOKUP = "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[t] ll; call bpf_map_lookup_elem;";
    /// Calls `f` with the whole stack in use.
    private static final String FULL_STACK = "*(u64 *)(r10 - 512) = 0; call f; exit; ";
    private static final String SPILLING_F = "f: r1 = 1; *(u64 *)(r10 - 8) = r1; call %s; r1 = *(u64 *)(r10 - 8); %s exit";
    private static final String UNKNOWN_R7 = "r7 = *(u32 *)(r1 + 0);";
    private static final String VALUE_R6 = "r6 = map[m][0] ll;";

    static Stream<Arguments> accepted() {
        // @formatter:off
        return Stream.of(
            accept("a constant result",                "r0 = 0; exit"),
            accept("a removed fastcall spill",         FULL_STACK + SPILLING_F.formatted("bpf_get_smp_processor_id", "")),
            accept("several exits",                    UNKNOWN_R7 + "r0 = 1; if r7 > 3 goto l; exit; l: r0 = 2; exit"),
            accept("code after a decided branch",     "r1 = 1; r0 = 0; if r1 == 1 goto l; r0 = r9; l: exit"),
            accept("32-bit decided branches",          "w1 = -1; r0 = 0; if w1 s< 0 goto l; r0 = r9; l: exit"),
            accept("a pointer is not null",            VALUE_R6 + "r0 = 0; if r6 != 0 goto l; r0 = r9; l: exit"),
            accept("a loop that ends",                 "r0 = 0; l: r0 += 1; if r0 < 1000 goto l; exit"),
            accept("a loop over 32 bits",              "w1 = 10; r0 = 0; l: w0 += w1; w1 -= 1; if w1 != 0 goto l; exit"),
            accept("a loop to instruction 0",          "l: r0 = *(u32 *)(r1 + 8); *(u32 *)(r1 + 8) = 0; r2 = r0; r2 &= 1; if r2 == 2 goto l; exit"),
            accept("nested loops",                     "r0 = 0; r1 = 0; o: r2 = 0; i: r0 += r2; r2 += 1; if r2 < 9 goto i; r1 += 1; if r1 < 9 goto o; exit"),
            accept("a loop bounded by an input",       UNKNOWN_R7 + "r7 &= 15; r0 = 0; l: r0 += 1; if r0 < r7 goto l; exit"),

            accept("context fields",                   "r0 = *(u32 *)(r1 + 0); r2 = *(u32 *)(r1 + 8); r2 = *(u16 *)(r1 + 34); r2 = *(s8 *)(r1 + 3); exit"),
            accept("context writes",                   "r2 = 7; *(u32 *)(r1 + 8) = r2; *(u32 *)(r1 + 32) = 7; r0 = 0; exit"),
            accept("cb of all sizes",                  "r0 = *(u64 *)(r1 + 48); *(u64 *)(r1 + 56) = r0; *(u8 *)(r1 + 67) = r0; *(u16 *)(r1 + 66) = 1; exit"),

            accept("stack bytes of all sizes",         "*(u8 *)(r10 - 1) = 1; *(u16 *)(r10 - 4) = 2; *(u8 *)(r10 - 2) = 2; r0 = *(u32 *)(r10 - 4); exit"),
            accept("a spilled pointer comes back",     "*(u64 *)(r10 - 8) = r1; r2 = *(u64 *)(r10 - 8); r0 = *(u32 *)(r2 + 0); exit"),
            accept("a spilled bound comes back",       UNKNOWN_R7 + VALUE_R6 + "r7 &= 15; *(u64 *)(r10 - 512) = r7; r1 = *(u64 *)(r10 - 512); r6 += r1; r0 = *(u8 *)(r6 + 0); exit"),
            accept("a narrow spilled bound",           UNKNOWN_R7 + VALUE_R6 + "r7 &= 15; *(u32 *)(r10 - 8) = r7; r1 = *(u32 *)(r10 - 8); r6 += r1; r0 = *(u8 *)(r6 + 0); exit"),
            accept("zeros made of parts",              VALUE_R6 + "*(u32 *)(r10 - 4) = 0; *(u32 *)(r10 - 8) = 0; r1 = *(u64 *)(r10 - 8); r6 += r1; r0 = *(u64 *)(r6 + 8); exit"),
            accept("a branch on a copy bounds both",   UNKNOWN_R7 + VALUE_R6 + "r1 = r7; r0 = 0; if r1 > 15 goto l; r6 += r7; r0 = *(u8 *)(r6 + 0); l: exit"),
            accept("a branch on a spilled copy",       UNKNOWN_R7 + VALUE_R6 + "*(u64 *)(r10 - 8) = r7; r0 = 0; if r7 > 15 goto l; r1 = *(u64 *)(r10 - 8); r6 += r1; r0 = *(u8 *)(r6 + 0); l: exit"),
            accept("a variable stack offset",          UNKNOWN_R7 + "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; r7 &= 8; r2 = r10; r2 += -16; r2 += r7; *(u64 *)(r2 + 0) = r7; r0 = *(u64 *)(r2 + 0); exit"),

            accept("unaligned map values",             VALUE_R6 + "r0 = *(u64 *)(r6 + 3); *(u32 *)(r6 + 11) = r0; exit"),
            accept("a value, checked for null",        LOOKUP + "if r0 == 0 goto l; r1 = *(u64 *)(r0 + 56); *(u64 *)(r0 + 0) = r1; r0 = 0; l: exit"),
            accept("all copies are checked for null",  LOOKUP + "r6 = r0; *(u64 *)(r10 - 16) = r0; if r6 != 0 goto l; r0 = 0; exit; l: r1 = *(u64 *)(r10 - 16); r0 = *(u8 *)(r1 + 5); exit"),
            accept("an offset below an unsigned bound", UNKNOWN_R7 + VALUE_R6 + "r0 = 0; if r7 >= 16 goto l; r6 += r7; r0 = *(u8 *)(r6 + 0); l: exit"),
            accept("an offset between signed bounds",  VALUE_R6 + "r7 = *(u64 *)(r6 + 0); r0 = 0; if r7 s> 8 goto l; if r7 s< 0 goto l; r6 += r7; r0 = *(u64 *)(r6 + 0); l: exit"),
            accept("an offset below a 32-bit bound",   VALUE_R6 + "r7 = *(u64 *)(r6 + 0); r0 = 0; if w7 > 12 goto l; w7 = w7; r6 += r7; r0 = *(u32 *)(r6 + 0); l: exit"),
            accept("an offset equal to a known one",   VALUE_R6 + "r7 = *(u64 *)(r6 + 0); r0 = 0; if r7 != 8 goto l; r6 += r7; r0 = *(u64 *)(r6 + 0); l: exit"),
            accept("an offset with known zero bits",   UNKNOWN_R7 + VALUE_R6 + "r0 = 0; if r7 & 0xfffffff0 goto l; r6 += r7; r0 = *(u8 *)(r6 + 0); l: exit"),
            accept("an offset below another register", VALUE_R6 + "r7 = *(u32 *)(r6 + 0); r8 = 9; r0 = 0; if r7 >= r8 goto l; r6 += r7; r0 = *(u64 *)(r6 + 0); l: exit"),
            accept("a shifted and scaled index",       UNKNOWN_R7 + LOOKUP + "if r0 == 0 goto l; r7 &= 7; r7 *= 8; r0 += r7; r0 = *(u64 *)(r0 + 0); exit; l: r0 = 0; exit"),
            accept("update and delete",                "*(u64 *)(r10 - 16) = 1; *(u64 *)(r10 - 8) = 2; *(u32 *)(r10 - 20) = 0; r1 = map[m] ll; r2 = r10; r2 += -20; r3 = r10; r3 += -16; r4 = 0; call bpf_map_update_elem; r1 = map[m] ll; r2 = r10; r2 += -20; call bpf_map_delete_elem; exit"),
            accept("keys in map values",               "r1 = map[t] ll; r2 = map[m][5] ll; call bpf_map_lookup_elem; r0 = 0; exit"),
            accept("helpers without arguments",        "call bpf_ktime_get_ns; call bpf_get_prandom_u32; call bpf_get_smp_processor_id; exit"),
            accept("trace",                            "r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; exit"),

            accept("atomics on a map value",           VALUE_R6 + "r1 = 5; lock *(u64 *)(r6 + 8) += r1; lock *(u32 *)(r6 + 4) |= w1; r0 = 1; r0 = cmpxchg_64(r6 + 0, r0, r1); r1 = atomic_fetch_add((u64 *)(r6 + 0), r1); exit"),
            accept("atomics on the stack",             "*(u64 *)(r10 - 8) = 0; r1 = 1; lock *(u64 *)(r10 - 8) += r1; r0 = *(u64 *)(r10 - 8); exit"),
            accept("cmpxchg with its source in R0",    VALUE_R6 + "r0 = 1; r0 = cmpxchg_64(r6 + 0, r0, r0); exit"),
            accept("acquire and release",              VALUE_R6 + "r0 = load_acquire((u64 *)(r6 + 8)); store_release((u8 *)(r6 + 1), w0); exit"),

            accept("pointers are stored and read back as numbers", VALUE_R6 + "*(u64 *)(r6 + 0) = r6; r0 = *(u64 *)(r6 + 0); exit"),
            accept("pointers are compared",            VALUE_R6 + "r0 = 0; if r6 > r10 goto l; if w6 == w1 goto l; r0 = 1; l: exit"),
            accept("pointers are subtracted",          VALUE_R6 + "r0 = r6; r0 -= r1; exit"),
            accept("a pointer is returned",            VALUE_R6 + "r0 = r6; exit"),
            accept("pointers become numbers",          VALUE_R6 + "r0 = r6; w0 = w0; r1 = r6; r1 = -r1; r2 = (s32)r6; r6 = be64 r6; exit"),

            accept("five arguments",                   VALUE_R6 + "r1 = 1; r2 = r10; r3 = r6; *(u64 *)(r10 - 8) = 0; r4 = 4; r5 = 5; call f; exit; f: *(u64 *)(r2 - 8) = r5; r0 = *(u64 *)(r3 + 8); r0 += r1; r0 += r4; exit"),
            accept("a callee fills the caller's stack", "r1 = r10; call f; r0 = *(u64 *)(r10 - 8); exit; f: *(u64 *)(r1 - 8) = 3; exit"),
            accept("R6 to R9 survive calls",           VALUE_R6 + "call f; r0 = *(u64 *)(r6 + 0); exit; f: r6 = 0; r0 = 0; exit"),
            accept("a callee's result keeps its kind", "r1 = r10; call f; r1 = 1; r0 = *(u64 *)(r0 + 8); exit; f: r0 = map[m][0] ll; exit"),
            accept("a callee without a result",        "call f; r0 = 0; exit; f: exit"),
            accept("eight frames",                     "call a; exit; a: call b; exit; b: call c; exit; c: call d; exit; d: call e; exit; e: call f; exit; f: call g; exit; g: r0 = 0; exit"),
            accept("gotol",                            "gotol l; l: r0 = 0; exit"),

            accept("a tail call",                      "r2 = map[p] ll; r3 = 1; call bpf_tail_call; r0 = 0; exit"),
            accept("a tail call with any index",       "r6 = r1; r3 = *(u32 *)(r1 + 8); r2 = map[p] ll; r1 = r6; call bpf_tail_call; r0 = 0; exit"),
            accept("a tail call in a subprogram",      "r6 = r1; call f; r1 = r6; call f; exit; f: r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit"),
            accept("240 bytes above a tail call",      "*(u64 *)(r10 - 240) = 0; call f; exit; f: *(u64 *)(r10 - 256) = 0; r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit"),
            accept("512 bytes in two frames",          "*(u64 *)(r10 - 256) = 0; call f; exit; f: *(u8 *)(r10 - 256) = 0; r0 = 0; exit"));
        // @formatter:on
    }

    /// The load returns 7 if the place of the low bytes is right, and otherwise an unknown number, which may be 8.
    @ParameterizedTest
    @CsvSource({ "64, 32, 0, 4", "64, 8, 0, 7", "32, 16, 0, 2", "32, 32, 0, 0", "16, 8, 0, 1" })
    void a_narrow_load_of_a_spilled_number_is_known_where_its_low_bytes_are(int stored, int loaded, int little, int big) {
        for (int at = 0; at < stored / 8; at += loaded / 8) {
            var source = entry(
                    "r2 = 7; *(u%d *)(r10 - 8) = %s2; r3 = *(u%d *)(r10 - %d); r0 = 0; if r3 != 8 goto l; r0 = r9; l: exit"
                            .formatted(stored, stored == 64 ? "r" : "w", loaded, 8 - at));
            assertThat(Verifier.verify(source, ByteOrder.LITTLE_ENDIAN) instanceof Verdict.Accepted).as("little, %d", at)
                    .isEqualTo(at == little);
            assertThat(Verifier.verify(source, ByteOrder.BIG_ENDIAN) instanceof Verdict.Accepted).as("big, %d", at)
                    .isEqualTo(at == big);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    void accepts(String what, String body) {
        assertThat(facts(body).subprograms()).as(what).isNotEmpty();
    }

    static Stream<Arguments> rejected() {
        // @formatter:off
        return Stream.of(
            reject("no result",                    "exit",                                                    0, "R0 !read_ok"),
            reject("an unwritten register",        "r0 = r3; exit",                                           0, "R3 !read_ok"),
            reject("an unwritten operand",         "r0 = 0; r0 += r9; exit",                                  1, "R9 !read_ok"),
            reject("an unwritten condition",       "r0 = 0; if r0 == r4 goto l; l: exit",                     1, "R4 !read_ok"),
            reject("R2 to R5 at the start",        "r0 = r2; exit",                                           0, "R2 !read_ok"),
            reject("arguments after a helper",     "call bpf_ktime_get_ns; r0 = r1; exit",                    1, "R1 !read_ok"),
            reject("arguments after a call",       "r2 = 2; call f; r0 = r2; exit; f: r0 = 0; exit",          2, "R2 !read_ok"),
            reject("R6 in a callee",               "r6 = 1; call f; exit; f: r0 = r6; exit",                  3, "R6 !read_ok"),
            reject("an undefined callee result",   "call f; exit; f: exit",                                   1, "R0 !read_ok"),
            reject("R0 after a tail call",         "r2 = map[p] ll; r3 = 0; call bpf_tail_call; exit",        3, "R0 !read_ok"),
            reject("one path without R0",          UNKNOWN_R7 + "if r7 == 0 goto l; r0 = 0; l: exit",         3, "R0 !read_ok"),
            reject("a moved frame pointer",        "r10 += 8; r0 = 0; exit",                                  0, "frame pointer is read only"),
            reject("a loaded frame pointer",       "r10 = *(u32 *)(r1 + 0); r0 = 0; exit",                    0, "frame pointer is read only"),

            reject("no exit",                      "r0 = 0",                                                  0, "last insn is not an exit or jmp"),
            reject("an end that may fall through", "r0 = 0; l: if r0 == 0 goto l",                            1, "last insn is not an exit or jmp"),
            reject("unreachable code",             "r0 = 0; exit; r0 = 1; exit",                              2, "unreachable insn 2"),
            reject("a call in unreachable code",   "r0 = 0; goto l; call f; l: exit; f: exit",                2, "unreachable insn 2"),
            reject("a jump into a callee",         "call f; if r0 == 1 goto l; exit; f: r0 = 0; l: exit",     1, "jump out of range"),
            reject("a function without end",       "call f; r0 = 0; f: exit",                                 1, "last insn is not an exit"),
            reject("a recursive call",             "call f; exit; f: call f; exit",                           2, "recursive call from f() to f()"),
            reject("a call of the main function",  "l: r0 = 0; call l; exit",                                 1, "recursive call"),
            reject("nine frames",                  "call a; exit; a: call b; exit; b: call c; exit; c: call d; exit; d: call e; exit; e: call f; exit; f: call g; exit; g: call h; exit; h: r0 = 0; exit", -1, "call stack of 9 frames is too deep"),
            reject("a loop without end",           "l: goto l",                                               0, "infinite loop detected"),
            reject("waiting for memory to change", VALUE_R6 + "l: r0 = *(u64 *)(r6 + 0); if r0 == 0 goto l; exit", 1, "infinite loop detected"),
            reject("a loop of many states",        "r0 = 0; l: r0 += 1; goto l",                              2, "too complex"),

            reject("above the stack",              "*(u64 *)(r10 + 0) = 0; r0 = 0; exit",                     0, "invalid write to stack R10 off=0 size=8"),
            reject("below the stack",              "*(u8 *)(r10 - 513) = 0; r0 = 0; exit",                    0, "invalid write to stack R10 off=-513 size=1"),
            reject("a misaligned stack access",    "*(u32 *)(r10 - 6) = 0; r0 = 0; exit",                     0, "misaligned stack access"),
            reject("an unbounded stack offset",    "r2 = *(u64 *)(r1 + 48); r3 = r10; r3 += r2; r0 = 0; exit", 2, "unbounded min value"),
            reject("part of a pointer",            "*(u64 *)(r10 - 8) = r1; r0 = *(u32 *)(r10 - 8); exit",    1, "invalid size of register fill"),
            reject("a narrow pointer spill",       "*(u32 *)(r10 - 8) = r1; r0 = 0; exit",                    0, "invalid size of register spill"),
            reject("a callee's frame in a caller's", "r1 = r10; call f; exit; f: *(u64 *)(r1 - 8) = r10; r0 = 0; exit", 3, "cannot spill pointers to stack into stack frame of the caller"),
            reject("a returned frame",             "call f; exit; f: r0 = r10; exit",                         3, "cannot return stack pointer"),
            reject("a stack pointer minus 8",      "r1 = r10; r1 -= 8; r0 = 0; exit",                         1, "subtraction from stack pointer"),

            reject("after a map value",           VALUE_R6 + "r0 = *(u64 *)(r6 + 9); exit",                 1, "invalid access to map value, value_size=16 off=9 size=8"),
            reject("before a map value",           VALUE_R6 + "r0 = *(u8 *)(r6 - 1); exit",                  1, "off=-1 size=1"),
            reject("an unbounded index",           VALUE_R6 + "r7 = *(u64 *)(r6 + 0); r6 += r7; exit",        2, "unbounded min value"),
            reject("an index too large",           UNKNOWN_R7 + VALUE_R6 + "r7 &= 15; r6 += r7; r0 = *(u16 *)(r6 + 0); exit", 4, "off=15 size=2"),
            reject("a possibly negative index",    VALUE_R6 + "r7 = *(s8 *)(r6 + 0); r6 += r7; r0 = *(u8 *)(r6 + 0); exit", 3, "min value is negative"),
            reject("an index only bounded below",  VALUE_R6 + "r7 = *(u32 *)(r6 + 0); r6 += r7; r0 = *(u8 *)(r6 + 0); exit", 3, "unbounded memory access"),
            reject("an offset subtracted again",   VALUE_R6 + "r6 += 8; r7 = *(u8 *)(r6 + 0); r7 &= 7; r6 -= r7; r0 = *(u64 *)(r6 + 0); exit", 5, "unbounded memory access"),
            reject("a bound on a changed copy",    UNKNOWN_R7 + VALUE_R6 + "r1 = r7; r1 += 1; r0 = 0; if r1 > 8 goto l; r6 += r7; r0 = *(u64 *)(r6 + 8); l: exit", 7, "unbounded memory access"),
            reject("a bound on the other path",    UNKNOWN_R7 + VALUE_R6 + "if r7 > 8 goto l; r7 = 0; l: r6 += r7; r0 = *(u8 *)(r6 + 0); exit", 5, "unbounded memory access"),
            reject("an unchecked value",           LOOKUP + "r0 = *(u64 *)(r0 + 0); exit",                    5, "R0 invalid mem access 'map_value_or_null'"),
            reject("a null value",                 LOOKUP + "if r0 != 0 goto l; r0 = *(u64 *)(r0 + 0); l: exit", 6, "R0 invalid mem access 'scalar'"),
            reject("another value's check",        LOOKUP + "r6 = r0; r1 = map[t] ll; r2 = r10; r2 += -4; call bpf_map_lookup_elem; if r0 == 0 goto l; r0 = *(u64 *)(r6 + 0); l: exit", 11, "map_value_or_null"),
            reject("moving an unchecked value",    LOOKUP + "r0 += 8; exit",                                 5, "null-check it first"),
            reject("a number as an address",       "r1 = 4096; r0 = *(u64 *)(r1 + 0); exit",                  1, "R1 invalid mem access 'scalar'"),
            reject("a map as memory",              "r1 = map[m] ll; r0 = *(u64 *)(r1 + 0); exit",             1, "R1 invalid mem access 'map_ptr'"),
            reject("a direct value of many",       "r1 = map[t][0] ll; r0 = 0; exit",                         0, "map t: it has 4 entries, expected 1"),
            reject("a prog array's value",         "r1 = map[p][0] ll; r0 = 0; exit",                         0, "map p is a prog array"),
            reject("an offset after the value",   "r1 = map[m][16] ll; r0 = 0; exit",                        0, "value_size=16 off=16"),

            reject("another context field",        "r0 = *(u32 *)(r1 + 16); exit",                            0, "off=16 size=4: protocol depends on the packet"),
            reject("an 8-byte context read",       "r0 = *(u64 *)(r1 + 0); exit",                             0, "off=0 size=8: expected an access inside of len, aligned to its size, found 8 bytes at 0"),
            reject("a misaligned context read",    "r0 = *(u16 *)(r1 + 1); exit",                             0, "off=1 size=2"),
            reject("a read-only field",            "*(u32 *)(r1 + 0) = 1; r0 = 0; exit",                      0, "off=0 size=4: len is read-only"),
            reject("a narrow context write",       "*(u8 *)(r1 + 8) = 1; r0 = 0; exit",                       0, "off=8 size=1: expected an access inside of mark, aligned to its size and as wide as the field"),
            reject("across the end of cb",         "r0 = *(u64 *)(r1 + 64); exit",                            0, "off=64 size=8"),
            reject("half a packet pointer",        "r0 = *(u16 *)(r1 + 76); exit",                            0, "off=76 size=2: data and data_end are packet pointers, read by loads of 32 bits"),
            reject("access to the packet",         "r2 = *(u32 *)(r1 + 76); r0 = *(u8 *)(r2 + 0); exit",      1, "R2 invalid mem access 'pkt'"),
            reject("a moved packet pointer",       "r2 = *(u32 *)(r1 + 80); r2 += 1; r0 = 0; exit",           1, "R2 pointer arithmetic on pkt_end prohibited"),
            reject("half of mark and more",        "r0 = *(u32 *)(r1 + 10); exit",                            0, "off=10 size=4: expected an access inside of mark, aligned to its size, found 4 bytes at 10"),
            reject("a field of 16 bits written",   "*(u32 *)(r1 + 44) = 1; r0 = 0; exit",                     0, "writes of tc_index are not supported: it keeps a part of the value"),
            reject("after the context",           "r0 = *(u32 *)(r1 + 192); exit",                           0, "off=192 size=4: there is no field"),
            reject("a variable context",           UNKNOWN_R7 + "r1 += r7; r0 = *(u32 *)(r1 + 0); exit",      2, "dereference of modified ctx ptr R1"),
            reject("code for a null frame",        "if r10 != 0 goto l; r0 = r9; l: r0 = 0; exit",            1, "R9 !read_ok"),
            reject("code for a null context",      "if r1 != 0 goto l; r0 = r9; l: r0 = 0; exit",             1, "R9 !read_ok"),
            reject("code for a null packet",       "r1 = *(u32 *)(r1 + 76); if r1 != 0 goto l; r0 = r9; l: r0 = 0; exit", 2, "R9 !read_ok"),
            reject("a copy of an equal pointer",   LOOKUP + "r7 = r0; r8 = map[m][0] ll; if r0 != r8 goto l; r0 = *(u64 *)(r7 + 0); l: r0 = 0; exit", 8, "map_value_or_null"),
            reject("a moved context",              "r1 += 8; r0 = *(u32 *)(r1 + 0); exit",                    1, "dereference of modified ctx ptr R1"),
            reject("an atomic on the context",     "r2 = 1; lock *(u32 *)(r1 + 48) += w2; r0 = 0; exit",      1, "BPF_ATOMIC"),

            reject("32-bit pointer arithmetic",    "w1 += 1; r0 = 0; exit",                                   0, "32-bit pointer arithmetic prohibited"),
            reject("a multiplied pointer",         "r1 *= 2; r0 = 0; exit",                                   0, "pointer arithmetic with *= operator prohibited"),
            reject("a masked pointer",             "r1 &= -8; r0 = 0; exit",                                  0, "bitwise operator &= on pointer prohibited"),
            reject("added pointers",               "r1 += r10; r0 = 0; exit",                                 0, "pointer += pointer prohibited"),
            reject("a number minus a pointer",     "r0 = 0; r0 -= r1; exit",                                  1, "tried to subtract pointer from scalar"),
            reject("a moved map",                  "r1 = map[m] ll; r1 += 8; r0 = 0; exit",                   1, "pointer arithmetic on map_ptr prohibited"),
            reject("a pointer out of range",       VALUE_R6 + "r6 += 0x20000000; r0 = 0; exit",              1, "math between map_value pointer and 536870912"),

            reject("a fetch over its address",     VALUE_R6 + "r6 = atomic_fetch_add((u64 *)(r6 + 0), r6); r0 = 0; exit", 1, "R6 invalid mem access 'scalar'"),
            reject("cmpxchg at R0",                "r0 = map[m][0] ll; r1 = 1; r0 = cmpxchg_64(r0 + 0, r0, r1); exit", 2, "R0 invalid mem access 'scalar'"),
            reject("cmpxchg without R0",           VALUE_R6 + "r1 = 1; r0 = cmpxchg_64(r6 + 0, r0, r1); exit", 2, "R0 !read_ok"),
            reject("an atomic on a variable stack slot", "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; r2 = *(u32 *)(r1 + 0); r2 &= 8; r2 += r10; r3 = 1; lock *(u64 *)(r2 - 16) += r3; r0 = 0; exit", 6, "variable offset stack pointer"),
            reject("a misaligned atomic",          VALUE_R6 + "r1 = 1; lock *(u64 *)(r6 + 4) += r1; r0 = 0; exit", 2, "misaligned value access"),
            reject("a misaligned acquire",         VALUE_R6 + "r0 = load_acquire((u32 *)(r6 + 2)); exit",    1, "misaligned value access"),

            reject("an unknown helper",            "call 4711; exit",                                         0, "unknown#4711"),
            reject("no map",                       "r1 = 0; r2 = r10; call bpf_map_lookup_elem; r0 = 0; exit", 2, "R1 type=scalar expected=map_ptr"),
            reject("a lookup in a prog array",     "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[p] ll; call bpf_map_lookup_elem; r0 = 0; exit", 4, "cannot pass map_type prog_array"),
            reject("a context as a key",           "r2 = r1; r1 = map[t] ll; call bpf_map_lookup_elem; r0 = 0; exit", 2, "R2 type=ctx expected=fp"),
            reject("a tail call without context",  "r1 = 0; r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit", 3, "R1 type=scalar expected=ctx"),
            reject("a tail call, context moved",   "r1 += 0; r1 += 8; r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit", 4, "R1 type=ctx+8 expected=ctx"),
            reject("a tail call through an array", "r2 = map[m] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit", 2, "expected prog array map"),
            reject("a tail call without index",    "r2 = map[p] ll; call bpf_tail_call; r0 = 0; exit",        1, "R3 !read_ok"),
            reject("528 bytes in two frames",      "*(u64 *)(r10 - 256) = 0; call f; exit; f: *(u64 *)(r10 - 264) = 0; r0 = 0; exit", 3, "combined stack size of 2 calls is 528"),
            reject("rounded frames",               "*(u64 *)(r10 - 8) = 0; call f; exit; f: *(u64 *)(r10 - 504) = 0; r0 = 0; exit", 3, "combined stack size of 2 calls is 528"),
            reject("a fastcall spill kept",        FULL_STACK + SPILLING_F.formatted("bpf_ktime_get_ns", ""), 3, "combined stack size of 2 calls is 528"),
            reject("a fastcall spill read",        FULL_STACK + SPILLING_F.formatted("bpf_get_smp_processor_id", "r2 = *(u64 *)(r10 - 8);"), 3, "combined stack size of 2 calls is 528"),
            reject("256 bytes above a tail call",  "*(u64 *)(r10 - 248) = 0; call f; exit; f: r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit", 3, "tail_calls are not allowed when call stack of previous frames is 256 bytes"),

            // Known bug 10a: a callee that tail-calls may return anything, whatever its own code returns.
            reject("a tail-calling callee's result", "call f; if r0 == 5 goto l; r0 = r9; l: exit; f: r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 5; exit", 2, "R9 !read_ok"));
        // @formatter:on
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejected")
    void rejects(String what, String body, int insn, String reason) {
        assertThat(Verifier.verify(entry(body))).as(what).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).contains(reason);
            assertThat(rejected.insn()).isEqualTo(insn);
            assertThat(rejected.message()).startsWith("program entry").doesNotContain("\n");
        });
    }

    // Kernels 6.12 and 7.2 accept these, too; see docs/verifier.md.
    @ParameterizedTest
    @ValueSource(strings = { "r0 = *(u64 *)(r10 - 8)", "*(u8 *)(r10 - 8) = 1; r0 = *(u64 *)(r10 - 8)",
        "r2 = *(u32 *)(r1 + 8); r2 &= 7; r3 = r10; r3 += r2; r0 = *(u8 *)(r3 - 16)",
        "r2 = r10; r2 += -4; r1 = map[t] ll; call bpf_map_lookup_elem; r0 = 0",
        "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r3 = r10; r3 += -32; r4 = 0; r1 = map[m] ll; call bpf_map_update_elem",
        "r2 = 1; lock *(u64 *)(r10 - 8) += r2; r0 = 0", "r1 = r10; r1 += -8; call f; exit; f: r0 = *(u64 *)(r1 + 0)" })
    void reads_of_unwritten_stack_bytes_are_accepted_and_recorded(String body) {
        assertThat(Verifier.verify(entry(body + "; exit"))).isInstanceOfSatisfying(Verdict.Accepted.class,
                accepted -> assertThat(accepted.verified().facts().getFirst().readsUnwrittenStack()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = { "r2 = *(u32 *)(r1 + 8); r2 &= 7; r1 += r2; r0 = 0",
        "r3 = r10; r2 = map[p] ll; call bpf_tail_call; r0 = 0",
        "*(u64 *)(r10 - 16) = 1; *(u64 *)(r10 - 8) = 2; r2 = r10; r2 += -16; r3 = r2; r4 = r2; r1 = map[m] ll; call bpf_map_update_elem",
        "call bpf_get_current_task; r0 *= 3; w0 &= 5", "call bpf_get_current_task; *(u32 *)(r10 - 8) = w0; r0 = 0",
        "call bpf_get_current_task; r6 = r0; r6 += r0; r0 = r6", "r1 = map[m] ll; if r1 != 0 goto l; r0 = r9; l: r0 = 0",
        "r2 = 0; r1 = map[m][0] ll; if r2 != r1 goto l; r0 = r9; l: r0 = 0" })
    void programs_that_kernels_load_are_accepted(String body) {
        assertThat(Verifier.verify(entry(body + "; exit"))).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = { "if r0 != r8 goto l; r0 = *(u64 *)(r0 + 0); l: r0 = 0",
        "if r8 == r0 goto l; r0 = 0; exit; l: r0 = *(u64 *)(r0 + 0)" })
    void a_value_equal_to_a_non_null_pointer_is_non_null(String body) {
        assertThat(Verifier.verify(entry(LOOKUP + "r8 = map[m][0] ll; " + body + "; exit"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void memory_contexts_are_plain_memory_of_known_length() {
        var four = new Context.Mem(Bytes.ofHex("01020304"));
        assertThat(
                Verifier.verify(entry("r0 = *(u16 *)(r1 + 1); *(u8 *)(r1 + 3) = 0; r1 += r2; r0 = *(u8 *)(r1 - 1); exit", four)))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(Verifier.verify(entry("r0 = *(u16 *)(r1 + 3); exit", four))).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.reason()).contains("mem_size=4 off=3 size=2"));
    }

    @Test
    void messages_count_instructions_and_slots() {
        assertThat(Verifier.verify(entry("r1 = 1 ll; r0 = r2; exit"))).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.message())
                        .isEqualTo("program entry insn 2 (r0 = r2): R2 !read_ok: not initialised on this path"));
    }

    @Test
    void a_message_shows_a_map_that_the_case_does_not_have() {
        var source = entry("r0 = 0; exit");
        var program = new Program("entry",
                List.of(new Insn.LoadMap(Reg.R1, 252), new Insn.Mov(Width.W64, Reg.R0, new Imm(0)), new Insn.Exit()));
        assertThat(Verifier.verify(source.withPrograms(List.of(program)))).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.message()).startsWith("program entry insn 0 (r1 = map[252] ll): "));
    }

    private static Arguments accept(String what, String body) {
        return Arguments.of(what, body);
    }

    private static Arguments reject(String what, String body, int insn, String reason) {
        return Arguments.of(what, body, insn, reason);
    }
}
