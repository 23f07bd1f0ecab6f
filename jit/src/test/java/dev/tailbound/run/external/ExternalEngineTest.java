package dev.tailbound.run.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The protocol, with shell scripts in place of runtimes.
class ExternalEngineTest {
    private static final ExternalEngine.Limits SHORT = new ExternalEngine.Limits(Duration.ofSeconds(2), Duration.ofMillis(500),
            Duration.ofMillis(300));
    private static final String HELLO = "read hello; echo hello peer caps=v4,atomic,call,map,helper:1,2,3 observes=r0,maps,ctx\n";

    @TempDir
    private Path folder;

    private ExternalEngine peer(String script) throws IOException {
        var file = Files.writeString(folder.resolve("peer.sh"), script);
        return new ExternalEngine(ExternalSpec.parse("peer:sh " + file), SHORT);
    }

    private static VerifiedCase verified(String text) {
        return ((Verdict.Accepted) Verifier.verify(CaseReader.parse("t.case", text))).verified();
    }

    private static VerifiedCase returning(int value) {
        return verified("-- prog entry\nr0 = " + value + "\nexit\n-- ctx mem 0102\n");
    }

    @Test
    void a_case_is_a_line_and_so_is_its_outcome() throws IOException {
        var source = verified("""
                -- map counter array value=4 entries=2
                1: 2a
                -- map unused array value=8 entries=1
                -- prog entry
                    r6 = map[counter] ll
                    call sub
                    exit
                sub:
                    r0 = 1
                    exit
                -- ctx mem 0102
                """);
        try (var engine = peer(HELLO + "read line; echo \"$line\" >" + folder + "/line; "
                + "echo ok 1 ctx=0304 r0=0xffffffffffffffff map=0000000001000000 map=-\nread more\n")) {
            var seen = ((Outcome.Returned) engine.outcome(source)).observation();
            assertThat(seen.r0()).isEqualTo(-1);
            assertThat(seen.context().toHex()).isEqualTo("0304");
            assertThat(seen.maps().getFirst().toHex()).isEqualTo("0000000001000000");
            assertThat(seen.unseen()).containsExactlyInAnyOrder(Part.TAIL_CALLS, Part.HELPER_CALLS);
        }
        assertThat(folder.resolve("line")).content().isEqualTo(
                "run 1 prog=18160000000000000000000000000000851000000100000095000000000000" + "00b7000000010000009500000000000000"
                        + " ctx=0102 map=4:2:000000002a000000 map=- functions=0,4\n");
    }

    @Test
    void what_is_not_observed_is_not_asked_for() throws IOException {
        try (var engine = peer("read hello; echo hello peer caps=v1 observes=r0:32; read line; echo ok 1 r0=1; read more")) {
            var seen = ((Outcome.Returned) engine.outcome(returning(1))).observation();
            assertThat(seen.sees(Part.LOWER_R0)).isTrue();
            assertThat(seen.unseen()).contains(Part.UPPER_R0, Part.MAPS, Part.CONTEXT);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    exit 3                                            | found none: the process ended with status 3
                    echo boom >&2; exit 3                             | found none: the process ended with status 3: boom
                    sleep 1000                                        | found none within 2 s of processor time or sleep
                    echo good morning                                 | expected hello NAME caps=... observes=..., found 'good morning'
                    echo hello p caps=v9 observes=r0                  | caps: expected one of v1, v2, v3, v4, found 'hello p caps=v9 observes=r0'
                    echo hello p caps=v4,gpu observes=r0              | caps: expected some of v1..v4, atomic, acquire, call, map, helper:N,..., found
                    echo hello p caps=v4 observes=r1                  | observes: expected some of r0, r0:32, maps, ctx, found
                    cat /dev/zero                                     | found one without an end
                    """)
    void a_peer_without_a_hello_is_no_engine(String script, String complaint) throws IOException {
        try (var engine = peer(script)) {
            assertThatThrownBy(() -> engine.start(() -> {})).isInstanceOf(UnusableEngineException.class)
                    .hasMessageStartingWith("engine external:peer: ").hasMessageContaining(complaint)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void a_command_that_is_not_there_is_told() {
        try (var engine = new ExternalEngine(ExternalSpec.parse("x:/no/such/runtime"), SHORT)) {
            assertThatThrownBy(() -> engine.start(() -> {})).isInstanceOf(UnusableEngineException.class)
                    .hasMessageStartingWith("engine external:x: cannot be started: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "x", "x:", ":sh", "a b:sh", "x: " })
    void a_name_and_a_command_are_needed(String text) {
        assertThatThrownBy(() -> ExternalSpec.parse(text)).isInstanceOf(BadInput.class)
                .hasMessageContaining("expected external:NAME:COMMAND");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            echo ok 2 r0=1 ctx=0102        | it answered 'ok 2 r0=1 ctx=0102', expected
            echo ok 1 r0=1                 | it answered 'ok 1 r0=1', expected
            echo ok 1 r0=1 ctx=01          | it answered
            echo ok 1 r0=xyz ctx=0102      | it answered
            echo ok 1 r0=1 r0=1 ctx=0102   | it answered
            echo ok 1 r0=1 ctx=0102 map=00 | it answered
            echo ok 1 r0=1 ctx=0102 maps   | it answered
            echo                           | it answered ''
            echo segmentation fault        | it answered 'segmentation fault'
            cat /dev/zero                  | it answered more than 4194304 characters
            exit 7                         | the process ended with status 7
            kill -SEGV $$                  | the process ended with signal 11
            exec >&-; sleep 1000           | the process closed its output
            sleep 1000                     | it did not answer within
            while true; do true; done      | it did not answer within
            echo trap 1 out of bounds      | out of bounds
            """)
    void what_is_no_answer_has_trapped(String answer, String detail) throws IOException {
        try (var engine = peer(HELLO + "read line; " + answer + "\nsleep 1000\n")) {
            assertThat(engine.outcome(returning(1))).isInstanceOfSatisfying(Outcome.Trapped.class,
                    trapped -> assertThat(trapped.detail()).startsWith(detail));
        }
    }

    /// `invalid` is said of programs that every runtime should refuse.
    @Test
    void a_refusal_says_nothing_unless_it_calls_the_program_invalid() throws IOException {
        try (var engine = peer(HELLO + "read a; echo refused 1 no room; read b; echo refused 2 invalid opcode; read c\n")) {
            assertThat(engine.outcome(returning(1))).isEqualTo(new Outcome.Inapplicable("refused: no room"));
            assertThat(engine.outcome(returning(1))).isEqualTo(new Outcome.Refused("invalid opcode"));
        }
    }

    @Test
    void after_a_crash_the_next_case_has_a_process_of_its_own() throws IOException {
        // It crashes where the program begins with r0 = 9, and answers any other.
        try (var engine = peer(HELLO + """
                while read word id prog rest; do
                    case $prog in prog=b700000009*) kill -ILL $$;; esac
                    echo ok $id r0=1 ctx=0102
                done
                """)) {
            assertThat(engine.outcome(returning(1))).isInstanceOf(Outcome.Returned.class);
            assertThat(engine.outcome(returning(9))).isInstanceOfSatisfying(Outcome.Trapped.class,
                    trapped -> assertThat(trapped.kind()).isEqualTo(Trap.EXCEPTION));
            assertThat(engine.outcome(returning(1))).isInstanceOf(Outcome.Returned.class);
        }
    }

    /// The second case of each process makes it crash, whichever it is: none of them is to blame.
    @Test
    void a_case_is_not_taken_for_what_an_earlier_one_broke() throws IOException {
        try (var engine = peer(HELLO + "read a id rest; echo ok $id r0=1 ctx=0102; read b; kill -SEGV $$\n")) {
            for (int i = 0; i < 4; i++) {
                assertThat(engine.outcome(returning(1))).isInstanceOf(Outcome.Returned.class);
            }
        }
    }

    @Test
    void a_peer_that_speaks_unasked_is_no_engine() throws IOException {
        try (var engine = peer("read hello; echo hello p caps=v4 observes=r0; echo hello again; touch " + folder
                + "/spoken; read line; echo ok 1 r0=1")) {
            engine.start(() -> {});
            while (Files.notExists(folder.resolve("spoken"))) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> engine.outcome(returning(1))).isInstanceOf(UnusableEngineException.class)
                    .hasMessageContaining("expected it to wait for a case");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    caps=v3 observes=r0        | r0 = 1; w0 = (s8)w0; exit                  | it does not know instructions of v4
                    caps=v2 observes=r0        | r0 = 1; if w0 == 1 goto l; l: exit         | it does not know instructions of v3
                    caps=v4 observes=r0        | r0 = 1; *(u64 *)(r10 - 8) = r0; lock *(u64 *)(r10 - 8) += r0; exit | it has no atomic operations
                    caps=v4 observes=r0        | *(u64 *)(r10 - 8) = 1; r0 = load_acquire((u64 *)(r10 - 8)); exit   | it has no load-acquire and store-release
                    caps=v4 observes=r0        | call sub; exit; sub: r0 = 1; exit          | it has no calls of subprograms
                    caps=v4,helper:1 observes=r0 | r0 = map[m][0] ll; r0 = 0; exit          | it has no maps
                    caps=v4,map,helper:7 observes=r0 | call bpf_get_prandom_u32; exit       | it has no helper 7 whose results can be compared
                    """)
    void what_it_cannot_do_is_not_asked(String hello, String body, String obstacle) throws IOException {
        try (var engine = peer("read hello; echo hello p " + hello + "; read line; echo ok 1 r0=1")) {
            assertThat(engine
                    .outcome(verified("-- map m array value=8 entries=1\n-- prog entry\n" + body.replace("; ", "\n") + "\n")))
                    .isEqualTo(new Outcome.Inapplicable(obstacle));
        }
    }

    @Test
    void a_case_longer_than_a_line_is_not_asked() throws IOException {
        try (var engine = peer(HELLO + "read line; exit 1")) {
            assertThat(engine.outcome(verified("""
                    -- map large array value=4194304 entries=1
                    -- prog entry
                        r1 = map[large][0] ll
                        r0 = 0
                        exit
                    """))).isInstanceOfSatisfying(Outcome.Inapplicable.class, outcome -> assertThat(outcome.reason()).startsWith(
                    "the case takes 8390").endsWith(", a line has at most 4194304"));
        }
    }
}
