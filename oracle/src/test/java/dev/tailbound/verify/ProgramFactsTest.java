package dev.tailbound.verify;

import static dev.tailbound.verify.Programs.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.text.AsmParser;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramFactsTest {
    private static final String TAIL_CALL = "r2 = map[p] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit;";

    @Test
    void functions_extend_between_call_targets() {
        assertThat(facts("call g; call f; exit; f: r0 = 1; exit; g: r0 = 2; exit").subprograms()).containsExactly(
                new Subprogram("entry", 0, 3, 0, false, false), new Subprogram("f", 3, 5, 0, false, false),
                new Subprogram("g", 5, 7, 0, false, false));
    }

    @Test
    void only_callers_of_tail_calls_reach_them() {
        var subprograms = facts("r6 = r1; call a; r1 = r6; call c; exit; a: call b; exit; b: " + TAIL_CALL + "c: r0 = 0; exit")
                .subprograms();
        assertThat(subprograms).extracting(Subprogram::tailCallReachable).containsExactly(true, true, true, false);
        assertThat(subprograms).extracting(Subprogram::hasTailCall).containsExactly(false, false, true, false);
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "r3 = 0                                                            | 0",
            "r3 = 2                                                            | 2",
            "r3 = 3                                                            | ",   // the array has three slots
            "r3 = -1                                                           | ",
            "r3 = 0x100000000 ll                                               | ",   // truncated to 32 bits only at run time
            "r3 = *(u32 *)(r1 + 8)                                             | ",
            "r3 = *(u32 *)(r1 + 8); r3 &= 1; r3 *= 0; r3 += 1                  | 1",
            "r4 = *(u32 *)(r1 + 8); r3 = 1; if r4 == 0 goto l; r3 = 1; l: r5 = 0 | 1",
            "r4 = *(u32 *)(r1 + 8); r3 = 1; if r4 == 0 goto l; r3 = 2; l: r5 = 0 | ", // the paths disagree
            "r4 = *(u32 *)(r1 + 8); r3 = 1; if r4 == 0 goto l; r3 = r4; l: r5 = 0 | ",
    })
    // @formatter:on
    void a_slot_is_constant_if_all_paths_agree(String before, Integer key) {
        var facts = facts(before + "; r2 = map[p] ll; call bpf_tail_call; r0 = 0; exit");
        assertThat(facts.constantSlots().values()).containsExactlyElementsOf(key == null ? List.of()
                : List.of(new ArraySlot(2, key)));
    }

    @ParameterizedTest(name = "{0}: {1} bytes")
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
        "r0 = 0; exit                                                                                    |   0",
        "*(u8 *)(r10 - 1) = 0; r0 = 0; exit                                                              |   1",
        "*(u32 *)(r10 - 12) = 0; r0 = 0; exit                                                            |  12",
        "r2 = r10; r2 += -512; *(u64 *)(r2 + 0) = 0; r0 = 0; exit                                        | 512",
        "r2 = r10; r2 += -100; r0 = 0; exit                                                              |   0",
        "r3 = *(u32 *)(r1 + 0); r3 &= 24; r2 = r10; r2 += -64; r2 += r3; *(u64 *)(r2 + 0) = 0; r0 = 0; exit | 64",
        "r1 = r10; r1 += -16; call f; exit; f: *(u64 *)(r1 - 8) = 0; r0 = 0; exit                        |  24",
        "r1 = 0; if r1 == 0 goto l; *(u64 *)(r10 - 8) = 0; l: r0 = 0; exit                               |   0" })
    // @formatter:on
    void stack_depth_is_the_deepest_byte_used(String body, int depth) {
        assertThat(facts(body).subprograms().getFirst().stackDepth()).isEqualTo(depth);
    }

    @Test
    void dead_code_is_not_reached() {
        assertThat(facts("r1 = 1; r0 = 0; if r1 == 1 goto l; r0 = 1; l: exit").reached().stream()).containsExactly(0, 1, 2, 4);
    }

    @ParameterizedTest(name = "{0}: {1}")
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
        "r0 = 7; exit                                                                      | false",
        "*(u64 *)(r10 - 8) = r1; r0 = 0; exit                                              | false",
        "r2 = map[m][0] ll; r0 = r2; r0 -= r2; exit                                        | false",
        "r2 = r10; r2 += -8; r0 = 0; if r2 > r10 goto l; l: exit                           | false",
        "r2 = map[m][0] ll; r0 = 0; if r2 == 0 goto l; l: exit                             | false",
        "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[t] ll; call bpf_map_lookup_elem; if r0 == 0 goto l; l: r0 = 0; exit | false",
        "r2 = map[m][0] ll; *(u64 *)(r2 + 0) = r1; r0 = 0; exit                            | true",
        "*(u64 *)(r1 + 48) = r10; r0 = 0; exit                                             | true",
        "r2 = map[m][0] ll; lock *(u64 *)(r2 + 0) += r2; r0 = 0; exit                      | true",
        "r0 = r10; exit                                                                    | true",
        "r2 = r10; r2 -= r1; r0 = 0; exit                                                  | true",
        "w2 = w10; r0 = 0; exit                                                            | true",
        "r1 = -r1; r0 = 0; exit                                                            | true",
        "r2 = map[m][0] ll; r0 = 0; if r2 > r10 goto l; l: exit                            | true",
        "r0 = 0; if r1 == 5 goto l; l: exit                                                | true",
        "r0 = 0; if w1 == 0 goto l; l: exit                                                | true",
        "*(u64 *)(r10 - 8) = r1; *(u8 *)(r10 - 8) = 0; r0 = *(u8 *)(r10 - 7); exit         | true",
        "*(u64 *)(r10 - 8) = r1; r1 = map[t] ll; r2 = r10; r2 += -8; call bpf_map_lookup_elem; r0 = 0; exit | true",
        "r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; exit                                  | true",
        "r1 = 1; r2 = 2; r3 = 3; r4 = 4; r5 = 5; call trace; exit                          | false" })
    // @formatter:on
    void addresses_leak(String body, boolean leaks) {
        assertThat(facts(body).leaksAddresses()).isEqualTo(leaks);
    }

    // A tail call passes only R1, so an entry program that is also a target cannot rely on R2.
    @Test
    void only_the_entry_program_knows_the_length() {
        var reads = "r0 = r2; exit";
        assertThat(verify(new TreeMap<>(), reads, "r0 = 0; exit")).isInstanceOf(Verdict.Accepted.class);
        assertThat(verify(new TreeMap<>(), "r0 = 0; exit", reads)).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.program()).isEqualTo("other"));
        var slots = new TreeMap<Integer, String>();
        slots.put(0, "entry");
        assertThat(verify(slots, reads, "r0 = 0; exit")).isInstanceOfSatisfying(Verdict.Rejected.class,
                rejected -> assertThat(rejected.program()).isEqualTo("entry"));
    }

    private static Verdict verify(SortedMap<Integer, String> slots, String entry, String other) {
        var programs = List.of(AsmParser.parse("entry", entry, List.of("p")), AsmParser.parse("other", other, List.of("p")));
        return Verifier.verify(new Case("", List.of(new BpfMap.ProgArray("p", 1, slots)), programs, "entry",
                new Context.Mem(Bytes.ofHex("00")), Environment.DEFAULT, Expectation.NONE));
    }
}
