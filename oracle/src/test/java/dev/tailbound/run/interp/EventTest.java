package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.verify.Verdict.Accepted;
import dev.tailbound.verify.Verifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Updates of program arrays while a case runs: each tail call sees the old slot or, from some time on, the new one.
class EventTest {
    /// Calls two subprograms that tail-call through the same slot; r0 has one digit for the target of each.
    private static Case source(String events) {
        return CaseReader.parse("events.case", """
                -- map table prog_array entries=2
                0: one
                -- prog main
                    r6 = r1
                    call bpf_ktime_get_ns
                    r1 = r6
                    call first
                    r7 = r0
                    r7 *= 10
                    r1 = r6
                    call second
                    r0 += r7
                    exit
                first:
                    r2 = map[table] ll
                    r3 = 0
                    call bpf_tail_call
                    r0 = 0
                    exit
                second:
                    r2 = map[table] ll
                    r3 = 0
                    call bpf_tail_call
                    r0 = 0
                    exit
                -- prog one
                    r0 = 1
                    exit
                -- prog two
                    r0 = 2
                    exit
                -- events
                """ + events);
    }

    private static Set<Long> results(String events) {
        var results = new TreeSet<Long>();
        var verified = ((Accepted) Verifier.verify(source(events))).verified();
        for (var outcome : new EventOutcomes(new Interpreter(), verified, 10_000).all()) {
            results.add(((Returned) outcome).observation().r0());
        }
        return results;
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "                                                   | 11",
            "in helper 1: table[0] = two                        | 11 12 21 22",
            "in helper 1: table[0] =                            | 0 1 10 11",
            "in helper 1: table[1] = two                        | 11",
            "in helper 2: table[0] = two                        | 11",          // no second call
            "by helper 1: table[0] = two                        | 22",
            "in helper 1: table[0] = two;by helper 1: table[0] = one | 11",     // the call waits for both
            "by helper 1: table[0] = two;in helper 1: table[0] = one | 11 12 21 22",
            "by helper 2: table[0] = two                        | 11",          // no second call
            "before main 4: table[0] = two                      | 11 12",       // after the first subprogram
            "before main 4: table[0] = two;before main 5: table[0] = | 10 11 12",
            "before main 4: table[0] = two;before main 0: table[0] = | 11 12",   // too late
    })
    // @formatter:on
    void each_tail_call_sees_old_or_new(String events, String results) {
        assertThat(results(events == null ? "" : events.replace(';', '\n'))).map(Long::intValue).map(String::valueOf)
                .isEqualTo(List.of(results.split(" ")));
    }

    @Test
    void a_run_sees_updates_immediately() {
        var verified = ((Accepted) Verifier.verify(source("in helper 1: table[0] = two"))).verified();
        assertThat(((Returned) new Interpreter().outcome(verified)).observation().r0()).isEqualTo(22);
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "in helper 1: table[0] = two                        | 1 2   | 12",
            "in helper 1: table[0] = two                        | -1 2  |",        // the slot is never empty
            "in helper 1: table[0] =                            | -1 1  | 1",
            "in helper 1: table[0] =                            | -1 -1 | 0",
            "by helper 1: table[0] = two                        | 1 2   |",        // the first must see it, too
            "in helper 1: table[0] =                            | -1    |",        // a second tail call exists
            "before main 4: table[0] = two                      | 2 2   |",        // too late for the first
            "before main 4: table[0] = two;before main 5: table[0] = | 1 -1 | 10",
    })
    // @formatter:on
    void a_route_has_at_most_one_outcome(String events, String route, Long result) {
        var verified = ((Accepted) Verifier.verify(source(events.replace(';', '\n')))).verified();
        var allowed = new EventOutcomes(new Interpreter(), verified, 10_000);
        var programs = Stream.of(route.split(" ")).map(Integer::valueOf).toList();
        assertThat(allowed.all().stream().filter(outcome -> allowed.include(outcome, programs))
                .map(outcome -> ((Returned) outcome).observation().r0())).isEqualTo(Stream.ofNullable(result).toList());
    }

    @Test
    void outcomes_beyond_the_limit_are_not_enumerated() {
        var verified = ((Accepted) Verifier.verify(source("in helper 1: table[0] = two"))).verified();
        assertThat(new EventOutcomes(new Interpreter(), verified, 3).all()).isEmpty();
    }

    @Test
    void events_are_printed_as_they_are_read() {
        var source = source("by helper 1: table[0] = two\nin helper 1: table[0] = one\nbefore main 4: table[1] =\n");
        assertThat(CaseReader.parse("printed", CasePrinter.print(source))).isEqualTo(source);
    }

    @ParameterizedTest
    // @formatter:off
    @CsvSource(delimiter = '|', value = {
            "at 3: table[0] = two             | events.case:33: expected 'in helper N: MAP[KEY] = PROGRAM', 'by helper N: ...' or 'before PROGRAM N: MAP[KEY] = PROGRAM', found 'at 3: table[0] = two'",
            "in helper 1: maps[0] = two       | events.case:33: unknown map 'maps'",
            "in helper 1: table[2] = two      | events.case: event: key 2 of map table is outside 0..1",
            "by helper 1: table[0] =          | events.case: event: an update by helper 1 can neither clear a slot nor follow an update that does, or that is before an instruction",
            "in helper 1: table[0] =;by helper 1: table[1] = two | events.case: event: an update by helper 1 can neither clear a slot nor follow an update that does, or that is before an instruction",
            "before main 4: table[0] = two;by helper 1: table[1] = two | events.case: event: an update by helper 1 can neither clear a slot nor follow an update that does, or that is before an instruction",
            "in helper 1: table[0] = three    | events.case: event: unknown program three",
            "before man 1: table[0] = two     | events.case:33: unknown program 'man'",
            "before main 99: table[0] = two   | events.case:33: main has no insn 99",
    })
    // @formatter:on
    void mistakes_are_named(String event, String message) {
        assertThatThrownBy(() -> source(event.replace(';', '\n'))).isInstanceOf(BadInput.class).hasMessage(message);
    }
}
