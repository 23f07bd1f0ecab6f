package dev.tailbound.cli;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The examples of the threads on tail calls hold on the schemes that a thread supports, and break those that it rejects, for the thread's reason.
@Tag("emulator")
class SeedsTest {
    private static final Path SEEDS = Path.of("../corpus/seeds");
    private static final Pattern THREAD = Pattern.compile("20(20|22)\\b|2024, call hierarchies");
    private static final String HOLDS = "";
    /// The value of the caller's callee-saved registers in the emulator: a function that returns it has popped one of them.
    private static final String CALLERS_REGISTER = "found 0x5badc";

    /// @param reason text of the break; [#HOLDS] if the scheme holds
    record Row(String seed, String engine, String reason) {}

    // @formatter:off
    private static final List<Row> ROWS = List.of(
            // 2020: poke descriptors. An auxiliary address, then pop; nop; push, then the bypass, which kernels use.
            new Row("poke-fill",                      "x86-64",                      HOLDS),
            new Row("poke-fill",                      "x86-64:stack-copy",           HOLDS),
            new Row("poke-fill",                      "x86-64:ip-aux",               "r0 expected 0x1, " + CALLERS_REGISTER),
            new Row("poke-fill",                      "x86-64:own-count,ip-aux",     "r0 expected 0x1, " + CALLERS_REGISTER),
            new Row("poke-clear",                     "x86-64",                      HOLDS),
            new Row("poke-clear",                     "x86-64:stack-copy",           HOLDS),
            new Row("poke-clear",                     "x86-64:ip-aux",               "r0 expected 0x1, " + CALLERS_REGISTER),
            new Row("poke-replace",                   "x86-64",                      HOLDS),
            new Row("poke-replace",                   "x86-64:ip-aux",               HOLDS),
            new Row("poke-in-subprogram",             "x86-64",                      HOLDS),
            new Row("poke-in-subprogram",             "x86-64:stack-copy",           HOLDS),
            // the caller's r6 is popped from the slot of a return address or frame pointer
            new Row("poke-in-subprogram",             "x86-64:ip-aux",               "r0 expected 0x65, found 0xffffc9"),
            new Row("poke-empty-slot",                "x86-64",                      HOLDS),
            new Row("poke-empty-slot",                "x86-64:ip-aux",               HOLDS),
            new Row("poke-empty-slot",                "x86-64:pop-nop-push",         "read of 4 bytes at 0x5badc"),
            new Row("poke-empty-slot",                "x86-64:own-count,pop-nop-push", "read of 4 bytes at 0x5badc"),
            new Row("poke-empty-slot-untouched",      "x86-64",                      HOLDS),
            new Row("poke-empty-slot-untouched",      "x86-64:pop-nop-push",         HOLDS),
            // 2020: tail calls from subprograms. Before it, all frames were the same; the first version of its patches passed no count to callees.
            new Row("own-frame",                      "x86-64:stack-copy",           HOLDS),
            new Row("own-frame",                      "x86-64:own-count",            HOLDS),
            new Row("subprogram-frame",               "x86-64:stack-copy",           HOLDS),
            new Row("subprogram-frame",               "x86-64:own-count",            HOLDS),
            new Row("subprogram-chain",               "x86-64:stack-copy",           HOLDS),
            new Row("subprogram-chain",               "x86-64:own-count",            "34 tail calls at entry insn 12"),
            new Row("subprogram-chain",               "x86-64:fixed-frame",          "34 tail calls at entry insn 12"),
            // 2022: the count starts at 0 in main programs only.
            new Row("arm64-bpf2bpf-tailcall",         "arm64:x26,bti",               HOLDS),
            new Row("subprogram-frame",               "arm64:x26,bti",               HOLDS),
            new Row("subprogram-chain",               "arm64:x26,bti",               HOLDS),
            new Row("subprogram-chain",               "arm64:own-x26",               "34 tail calls at entry insn 12"),
            // 2024: a callee's count is lost on return. A count per CPU, and the pointer that was merged instead.
            new Row("tailcall-hierarchy",             "x86-64:percpu",               HOLDS),
            new Row("tailcall-hierarchy",             "x86-64",                      HOLDS),
            new Row("tailcall-hierarchy",             "arm64",                       HOLDS),
            new Row("tailcall-hierarchy",             "x86-64:stack-copy",           "34 tail calls at entry insn 14"),
            new Row("tailcall-hierarchy",             "arm64:x26",                   "34 tail calls at entry insn 14"),
            // insn 20 is in the subprogram of the second call
            new Row("tailcall-hierarchy-second-call", "x86-64:percpu",               HOLDS),
            new Row("tailcall-hierarchy-second-call", "x86-64:stack-copy",           "34 tail calls at entry insn 20"),
            new Row("tailcall-hierarchy-second-call", "arm64:x26",                   "34 tail calls at entry insn 20"),
            new Row("tailcall-hierarchy-many-calls",  "x86-64:percpu",               HOLDS),
            new Row("tailcall-hierarchy-many-calls",  "x86-64:stack-copy",           "34 tail calls at entry insn 16"));
    // @formatter:on

    static Stream<Row> rows() {
        return ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void seeds_hold_and_break_as_their_threads_say(Row row) {
        var broken = new SchemeCheck().breaks(row.engine(), List.of(SEEDS.resolve(row.seed() + ".case")));
        if (row.reason().equals(HOLDS)) {
            assertThat(broken).isEqualTo(Optional.empty());
        } else {
            assertThat(broken).get().asString().contains(row.reason());
        }
    }

    /// Their comments begin with the year of the thread.
    @Test
    void every_seed_of_these_threads_is_in_the_table() {
        var ofThreads = Corpus.files(List.of(SEEDS)).stream()
                .filter(file -> THREAD.matcher(CaseReader.read(file).comment()).lookingAt())
                .map(file -> file.getFileName().toString().replace(".case", ""));
        assertThat(ofThreads).containsExactlyInAnyOrderElementsOf(ROWS.stream().map(Row::seed).collect(toSet()));
    }
}
