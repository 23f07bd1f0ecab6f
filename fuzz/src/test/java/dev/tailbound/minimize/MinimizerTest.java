package dev.tailbound.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Attachments.Rule;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import dev.tailbound.cases.Expectation;
import dev.tailbound.cases.Generated;
import dev.tailbound.cases.Generated.Kind;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.text.AsmParser;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The contract of minimizing, for any finding. A finding here is a text that a program must contain.
class MinimizerTest {
    private static final List<String> MAPS = List.of("counter", "unused", "table");

    private static final Case SOURCE = new Case("", List.of(
            new BpfMap.Array("counter", 16, 8, new TreeMap<>(Map.of(0, Bytes.ofHex("0102030405060708"), 5, Bytes.ofHex("ff")))),
            new BpfMap.Array("unused", 4, 1, new TreeMap<>()),
            new BpfMap.ProgArray("table", 4, new TreeMap<>(Map.of(0, "entry", 2, "leaf")))),
            List.of(program("entry", """
                        r6 = r1
                        r7 = 1000
                        w7 *= w7
                        if r7 > 5 goto done
                        call sub
                        call other
                        r1 = map[counter] ll
                        *(u64 *)(r10 - 64) = r7
                        r8 = *(u64 *)(r10 - 64)
                    done:
                        r0 = 7
                        exit
                    sub:
                        r3 = r6
                        r2 = map[table] ll
                        call bpf_tail_call
                        r0 = 0
                        exit
                    other:
                        r3 &= 15
                        r3 <<= 4
                        r2 += r3
                        r3 = *(u64 *)(r2 + 8)
                        r0 = 1
                        exit
                    """), program("leaf", """
                        r0 = 3
                        exit
                    """)),
            "entry", Context.Skb.defaults(), new Environment(1, 2, 3), Expectation.NONE)
            .withEvents(List.of(new Event(new Place.Before("leaf", 1), 2, 2, ""),
                    new Event(new Place.InHelper(1), 2, 3, "leaf")))
            .withAttachments(new Attachments(Rule.V6_13, List.of(new Attachment(Attachment.Kind.FENTRY, "leaf", "entry", "sub"))))
            .withProEpilogue(ProEpilogue.NONE.with(new Generated(Kind.EPILOGUE, program("epilogue", "exit"), List.of("leaf"))));

    private static final KernelEnvironment KERNEL_ENVIRONMENT = new KernelEnvironment(
            List.of(new KernelEnvironment.Module("module", 1, false, true)));

    private static Program program(String name, String text) {
        return AsmParser.parse(name, text, MAPS);
    }

    private static String text(Case source) {
        var names = source.maps().stream().map(BpfMap::name).toList();
        var text = new StringBuilder();
        source.programs().forEach(program -> text.append(AsmPrinter.print(program, names)));
        return text.toString();
    }

    private static Predicate<Case> contains(String statement) {
        return source -> text(source).contains(statement);
    }

    @Test
    void only_the_parts_that_the_finding_needs_are_left() {
        var smallest = new Minimizer(contains("w7 *= w7")).minimize(SOURCE);
        assertThat(text(smallest)).isEqualTo("    w7 *= w7\n    exit\n");
        assertThat(smallest.maps()).isEmpty();
        assertThat(smallest.events()).isEmpty();
        assertThat(smallest.proEpilogue().isEmpty()).isTrue();
        assertThat(smallest.programs()).hasSize(1);
        assertThat(smallest.environment()).isEqualTo(Environment.DEFAULT);
    }

    @Test
    void a_map_that_is_used_stays_and_shrinks() {
        var smallest = new Minimizer(contains("map[table]")).minimize(SOURCE);
        assertThat(smallest.maps()).containsExactly(new BpfMap.ProgArray("table", 1, new TreeMap<>()));
    }

    /// One of the candidates of a reduction for a program with the maps above and `leaf` as second program.
    private static void assertReduces(String reduction, String before, String after) {
        var programs = List.of(program("entry", before), SOURCE.programs().get(1));
        var candidates = Reductions.ALL.stream().filter(r -> r.name().equals(reduction)).findFirst().orElseThrow().candidates();
        var expected = program("entry", after);
        assertThat(candidates.of(SOURCE.withPrograms(programs)).map(Case::entryProgram).map(Program::insns))
                .contains(expected.insns());
    }

    @Test
    void a_call_is_inlined() {
        assertReduces("inline calls", """
                    r1 = 1
                    call f
                    if r0 == 0 goto l
                    call g
                l:
                    exit
                f:
                    if r1 == 0 goto e
                    call g
                    exit
                e:
                    r0 = 0
                    exit
                g:
                    r0 = 2
                    exit
                """, """
                    r1 = 1
                    if r1 == 0 goto e
                    call g
                    goto b
                e:
                    r0 = 0
                b:
                    if r0 == 0 goto l
                    call g
                l:
                    exit
                g:
                    r0 = 2
                    exit
                """);
    }

    @Test
    void a_table_lookup_is_replaced_by_its_index() {
        assertReduces("skip tables", """
                    r3 &= 15
                    r3 <<= 3
                    r0 += r3
                    r3 = *(u64 *)(r0 + 8)
                    exit
                """, """
                    r3 &= 1
                    exit
                """);
    }

    @Test
    void a_load_from_the_stack_is_replaced_by_the_stored_register() {
        assertReduces("skip the stack", """
                    *(u64 *)(r10 - 8) = r7
                    r1 = *(u64 *)(r10 - 8)
                    exit
                """, """
                    *(u64 *)(r10 - 8) = r7
                    r1 = r7
                    exit
                """);
    }

    @Test
    void a_copy_is_removed_if_its_original_can_be_read_also_in_a_subprogram() {
        assertReduces("drop copies", """
                    r3 = r1
                    r0 = r3
                    call sub
                    r2 = r3
                    exit
                sub:
                    r0 = r3
                    r3 = 1
                    r0 += r3
                    exit
                """, """
                    r0 = r1
                    call sub
                    r2 = r3
                    exit
                sub:
                    r0 = r1
                    r3 = 1
                    r0 += r3
                    exit
                """);
    }

    @Test
    void a_value_is_moved_directly_to_the_argument_register() {
        assertReduces("drop copies", """
                    r2 = r6
                    call sub
                    exit
                sub:
                    r1 = r2
                    exit
                """, """
                    r1 = r6
                    call sub
                    exit
                sub:
                    exit
                """);
    }

    @Test
    void an_index_becomes_the_key_of_a_slot() {
        assertReduces("name slots", """
                    r3 = *(u64 *)(r6 + 0)
                    exit
                """, """
                    r3 = 2
                    exit
                """);
    }

    @Test
    void calls_of_two_subprograms_become_calls_of_one() {
        assertReduces("merge subprograms", """
                    call one
                    call two
                    exit
                one:
                    r0 = 1
                    exit
                two:
                    r0 = 2
                    exit
                """, """
                    call two
                    call two
                    exit
                two:
                    r0 = 2
                    exit
                """);
    }

    @Test
    void a_subprogram_replaces_the_main_function() {
        assertReduces("start in a subprogram", """
                    call two
                    exit
                one:
                    r0 = 1
                    exit
                two:
                    call one
                    exit
                """, """
                    call one
                    exit
                one:
                    r0 = 1
                    exit
                """);
    }

    @Test
    void a_program_that_only_leads_to_another_one_is_removed() {
        var smallest = new Minimizer(source -> source.entryProgram().toString().contains("Imm[value=3]")).minimize(SOURCE);
        assertThat(smallest.entry()).isEqualTo("leaf");
        assertThat(smallest.programs()).hasSize(1);
    }

    @Test
    void stack_slots_move_to_the_frame_pointer() {
        var smallest = new Minimizer(source -> text(source).contains("*(u64 *)(r10 - ")).minimize(SOURCE);
        assertThat(text(smallest)).isEqualTo("    r8 = *(u64 *)(r10 - 8)\n    exit\n");
    }

    @Test
    void minimizing_again_changes_nothing() {
        for (var statement : List.of("w7 *= w7", "call bpf_tail_call", "goto", "r8 = *", "exit")) {
            var smallest = new Minimizer(contains(statement)).minimize(SOURCE);
            assertThat(new Minimizer(contains(statement)).minimize(smallest)).as(statement).isEqualTo(smallest);
        }
    }

    @Test
    void a_case_without_a_smaller_candidate_is_returned_unchanged() {
        assertThat(new Minimizer(SOURCE::equals).minimize(SOURCE)).isEqualTo(SOURCE);
    }

    /// Many times the same instruction, with another one in the middle.
    private static Case large(int size, Insn wanted) {
        var insns = new ArrayList<>(Collections.nCopies(size, (Insn) new Insn.Mov(Width.W64, Reg.R0, new Imm(7))));
        insns.set(size / 2, wanted);
        insns.add(new Insn.Exit());
        return new Case("", List.of(), List.of(new Program("entry", insns)), "entry", Context.Skb.defaults(), Environment.DEFAULT,
                Expectation.NONE);
    }

    @Test
    void of_a_large_program_no_candidate_is_made_before_it_is_tried() {
        var wanted = new Insn.Mov(Width.W32, Reg.R0, new Imm(1));
        var minimizer = new Minimizer(candidate -> candidate.programs().getFirst().insns().contains(wanted));
        assertThat(minimizer.minimize(large(50_000, wanted)).programs().getFirst().insns()).hasSizeLessThanOrEqualTo(2)
                .contains(wanted);
        assertThat(minimizer.tried()).isLessThan(500);
    }

    @Test
    void the_instructions_of_a_program_that_must_stay_large_are_not_tried_one_by_one() {
        var minimizer = new Minimizer(candidate -> candidate.programs().getFirst().size() > 2_000);
        minimizer.minimize(large(3_000, new Insn.Mov(Width.W32, Reg.R0, new Imm(1))));
        assertThat(minimizer.tried()).isLessThan(5_000);
    }

    @Test
    void most_slots_of_a_large_array_are_dropped_together() {
        var slots = new TreeMap<Integer, String>();
        IntStream.range(0, 4096).forEach(key -> slots.put(key, "entry"));
        var source = large(2, new Insn.Mov(Width.W32, Reg.R0, new Imm(1)))
                .withMaps(List.of(new BpfMap.ProgArray("table", 4096, slots)));
        var minimizer = new Minimizer(candidate -> !candidate.maps().isEmpty()
                && ((BpfMap.ProgArray) candidate.maps().getFirst()).slots().containsKey(3000));
        assertThat(((BpfMap.ProgArray) minimizer.minimize(source).maps().getFirst()).slots()).hasSize(1);
        assertThat(minimizer.tried()).isLessThan(300);
    }

    @Test
    void every_candidate_of_every_reduction_keeps_branches_inside_the_program() {
        for (var reduction : Reductions.ALL) {
            // Program's constructor refuses any other branch, so making the candidates is the test.
            assertThat(reduction.candidates().of(SOURCE.withKernelEnvironment(KERNEL_ENVIRONMENT))).as(reduction.name())
                    .isNotEmpty();
        }
    }

    @Test
    void branches_to_deleted_instructions_go_to_the_next_one() {
        var program = program("p", """
                    if r1 == 0 goto out
                    r0 = 1
                out:
                    r0 = 2
                    r0 = 3
                    exit
                """);
        var gone = new BitSet();
        gone.set(2);
        assertThat(ProgramEdit.delete(program, gone)).contains(program("p", """
                    if r1 == 0 goto out
                    r0 = 1
                out:
                    r0 = 3
                    exit
                """));
        gone.set(3, 5);
        assertThat(ProgramEdit.delete(program, gone)).isEmpty();
    }

    private static List<Place> placesAfter(Program changed) {
        var events = IntStream.range(0, SOURCE.programs().getFirst().size())
                .mapToObj(insn -> new Event(new Place.Before("entry", insn), 2, 0, "")).toList();
        return CaseEdit.program(SOURCE.withEvents(events), 0, changed).events().stream().map(Event::place).toList();
    }

    private static Place entry(int insn) {
        return new Place.Before("entry", insn);
    }

    @Test
    void events_go_with_their_instructions() {
        var entry = SOURCE.programs().getFirst();
        assertThat(placesAfter(ProgramEdit.delete(entry, 1, 8).orElseThrow())).startsWith(entry(0), entry(1), entry(1), entry(2))
                .contains(entry(6), entry(7)).endsWith(entry(entry.size() - 3)).hasSize(entry.size());
        assertThat(placesAfter(ProgramEdit.replace(entry, 1, new Insn.Exit()))).startsWith(entry(0), entry(1), entry(2));
        assertThat(placesAfter(ProgramEdit.delete(ProgramEdit.replace(entry, 1, SimplerInsns.R0_IS_0), 8).orElseThrow()))
                .startsWith(entry(0), entry(1), entry(1)).endsWith(entry(entry.size() - 2));
    }

    @Test
    void events_become_as_simple_as_the_finding_allows() {
        var late = SOURCE.withEvents(List.of(new Event(new Place.InHelper(7), 2, 3, "leaf"), new Event(entry(9), 2, 0, "")));
        assertThat(new Minimizer(source -> source.events().size() == 2).minimize(late).events())
                .containsExactly(new Event(new Place.InHelper(1), 0, 3, ""), new Event(entry(0), 0, 0, ""));
    }

    @Test
    void a_slot_is_filled_before_the_run_if_the_time_does_not_matter() {
        var smallest = new Minimizer(source -> source.tailCallTargets().contains("leaf"))
                .minimize(SOURCE.withMaps(SOURCE.maps()).withEvents(List.of(new Event(new Place.InHelper(3), 2, 0, "leaf"))));
        assertThat(smallest.events()).isEmpty();
        assertThat(((BpfMap.ProgArray) smallest.maps().getLast()).slots()).containsValue("leaf");
    }

    /// A helper call cannot wait for a slot to be cleared.
    @Test
    void a_helper_call_no_longer_waits_for_an_update_whose_program_is_removed() {
        var source = SOURCE.withAttachments(Attachments.NONE)
                .withEvents(
                        List.of(new Event(new Place.ByHelper(1), 2, 3, "leaf"), new Event(new Place.ByHelper(2), 2, 0, "entry")));
        assertThat(CaseEdit.withoutProgram(source, 1).events()).containsExactly(new Event(new Place.InHelper(1), 2, 3, ""),
                new Event(new Place.InHelper(2), 2, 0, "entry"));
    }

    @Test
    void an_attachment_is_removed_without_its_program() {
        var smallest = new Minimizer(source -> source.programs().size() == 2).minimize(SOURCE);
        assertThat(smallest.attachments().isEmpty()).isTrue();
        assertThat(smallest.programs()).hasSize(2);
    }

    @Test
    void a_watcher_sees_every_step_and_may_stop_the_search() {
        var steps = new ArrayList<Case>();
        var watcher = new Minimizer.Watcher() {
            @Override
            public void reached(Case smaller) {
                steps.add(smaller);
            }

            @Override
            public boolean hasEnough() {
                return steps.size() == 3;
            }
        };
        var minimizer = new Minimizer(contains("w7 *= w7"), watcher);

        assertThat(minimizer.minimize(SOURCE)).isEqualTo(steps.getLast());
        assertThat(minimizer.isCut()).isTrue();
        assertThat(steps).hasSize(3).isSortedAccordingTo(Comparator.comparing(CaseSize::of).reversed());
    }
}
