package dev.tailbound.campaign;

import static dev.tailbound.campaign.check.CaseVerdict.AGREE;
import static dev.tailbound.campaign.check.CaseVerdict.CRASH;
import static dev.tailbound.campaign.check.CaseVerdict.DIVERGE;
import static dev.tailbound.campaign.check.CaseVerdict.HANG;
import static dev.tailbound.campaign.check.CaseVerdict.KNOWN;
import static dev.tailbound.campaign.check.CaseVerdict.REJECTED;
import static dev.tailbound.campaign.check.CaseVerdict.THREW;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.campaign.worker.FakeWorker;
import dev.tailbound.campaign.worker.WorkersDoNotStartException;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Campaigns over the cases and engines of [FakeWorker], with real worker processes.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CampaignTest {
    @TempDir
    private Path out;

    private final List<String> notes = new ArrayList<>();

    /// Long enough that no worker counts as hanging on a busy machine.
    private static final Duration PATIENT = Duration.ofMinutes(2);
    private static final Duration IMPATIENT = Duration.ofSeconds(5);
    /// Processor time that no case needs.
    private static final Duration QUICK = Duration.ofSeconds(1);

    private static Settings settings(long cases, int jobs) {
        return settings(cases, jobs, PATIENT);
    }

    private static Settings settings(long cases, int jobs, Duration hangLimit) {
        return new Settings(1, List.of("right", "fake"), "v6.12", OptionalLong.of(cases), Optional.empty(), jobs, hangLimit,
                List.of("--engine", "right"), "test");
    }

    private Tally run(long cases, int jobs, String... quirks) throws Exception {
        return run(out, settings(cases, jobs), quirks);
    }

    private Tally run(Path folder, Settings settings, String... quirks) throws Exception {
        try (var campaign = new Campaign(settings, folder, FakeWorker.with(quirks), new Notes(notes))) {
            return campaign.run();
        }
    }

    private record Notes(List<String> lines, Runnable often) implements Progress {
        Notes(List<String> lines) {
            this(lines, () -> {});
        }

        @Override
        public void status(Status status) {
            often.run();
        }

        @Override
        public void found(String signature, long index, Path folder) {
            lines.add(signature + " at " + index);
        }

        @Override
        public void note(String line) {
            lines.add(line);
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(out.resolve(file));
    }

    /// Name -> text of the files of all findings, without counts and times, and without the folder's name.
    private static Map<String, String> findings(Path folder) throws IOException {
        var files = new TreeMap<String, String>();
        try (var all = Files.walk(folder.resolve("findings"))) {
            for (var file : all.filter(Files::isRegularFile).filter(file -> !file.endsWith("stats")).toList()) {
                files.put(folder.relativize(file).toString(),
                        Files.readString(file, ISO_8859_1).replace(folder.toString(), "DIR"));
            }
        }
        return files;
    }

    @Test
    void the_same_seed_gives_the_same_result_with_any_number_of_jobs() throws Exception {
        var one = run(out.resolve("one"), settings(2000, 1), "wrong=7", "throw=1234");
        var two = run(out.resolve("two"), settings(2000, 2), "wrong=7", "throw=1234");

        assertThat(two).isEqualTo(one);
        assertThat(one.counts()).isEqualTo(Map.of(AGREE, 1799L, DIVERGE, 200L, THREW, 1L));
        assertThat(one.findings()).containsEntry("fake.r0", new Occurrences(200, 7, 1997));
        assertThat(findings(out.resolve("two"))).isEqualTo(findings(out.resolve("one"))).hasSize(18);
    }

    @Test
    void a_finding_is_stored_with_its_first_case_and_its_smallest() throws Exception {
        run(20, 1, "wrong=7");

        assertThat(read("findings/fake.r0/original.case")).contains("r0 = 7");
        assertThat(read("findings/fake.r0/minimized.case")).contains("r0 = 7").contains("fake.r0");
        assertThat(read("findings/fake.r0/report.md")).contains("fake disagrees with right: r0 expected 0x7, found 0x8")
                .contains("./tailbound run " + out.resolve("findings/fake.r0/minimized.case") + " --engine right\n")
                .contains("- seed: 1\n- case: 7\n");
        assertThat(read("findings/fake.r0/stats")).contains("count = 2\ncase = 7\nfirst_case = 7\nlast_case = 17\n");
        assertThat(read("stats.tsv")).startsWith("elapsed_s\tcases\taccepted\tfindings\n").endsWith("\t20\t20\t1\n");
        assertThat(notes).containsExactly("fake.r0 at 7");
    }

    @Test
    void a_finding_has_a_mail_and_the_exports_that_can_hold_its_case() throws Exception {
        run(20, 1, "wrong=7");

        assertThat(read("findings/fake.r0/mail.txt")).startsWith("Subject: [BUG] bpf: fake: wrong r0\n")
                .contains("\n  fake: r0\n    expected: 0x7\n    found: 0x8\n    reference: right\n",
                        "\n  right: reference\n  fake: affected\n", "(b7) r0 = 7\n",
                        "\n  ./tailbound run minimized.case --engine right\n");
        assertThat(read("findings/fake.r0/reproducer.c")).contains("BPF_PROG_TEST_RUN");
        assertThat(read("findings/fake.r0/selftest_progs.c")).contains("__naked int ");
        assertThat(read("findings/fake.r0/selftest_prog_test.c")).contains("bpf_prog_test_run_opts");
        assertThat(read("findings/fake.r0/programs.hex")).contains("b700000007000000\n");
        assertThat(out.resolve("findings/fake.r0/programs.o")).isNotEmptyFile();
    }

    @Test
    void reports_have_a_command_for_any_folder_and_one_for_the_case_file_alone() throws Exception {
        run(Path.of("").toAbsolutePath().relativize(out), settings(20, 1), "wrong=7");

        assertThat(read("findings/fake.r0/report.md"))
                .contains("\n    ./tailbound run " + out.resolve("findings/fake.r0/minimized.case") + " --engine right\n")
                .contains("\n    ./tailbound run minimized.case --engine right\n");
    }

    /// Sends a signal to a worker that stopped itself, after it has been stopped for longer than the hang limit.
    private final class Signal implements Progress {
        private final String name;
        private int ticks = 3 * (int) QUICK.toMillis() / 100;

        private Signal(String name) {
            this.name = name;
        }

        @Override
        public void status(Status status) {
            if (status.stopped() > 0 && --ticks == 0) {
                try {
                    new ProcessBuilder("kill", "-" + name, read("workers/stopped")).start();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void found(String signature, long index, Path folder) {
            notes.add(signature + " at " + index);
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "CONT", "KILL" })
    void a_campaign_waits_for_a_stopped_worker(String signal) throws Exception {
        var progress = new Signal(signal);
        try (var campaign = new Campaign(settings(400, 2, QUICK), out, FakeWorker.with("stopped=300"), progress)) {
            assertThat(campaign.run().line()).isEqualTo("0 400 agree=400");
        }
        assertThat(progress.ticks).isNotPositive();
    }

    @Test
    void a_hang_that_does_not_happen_again_is_counted_separately_and_is_no_finding() throws Exception {
        var total = run(out, settings(400, 2, QUICK), "asleep=300");

        assertThat(total.line()).isEqualTo("0 400 agree=400 unrepeated=1");
        assertThat(notes).singleElement().asString().startsWith(
                "case 300 is no finding: it ended when it was run again alone.");
    }

    @Test
    void a_crash_that_does_not_happen_again_is_a_finding_that_says_so() throws Exception {
        var total = run(400, 2, "gone=300");

        assertThat(total.line()).isEqualTo("0 400 agree=399 crash=1 finding:crash.once=1/300/300");
        assertThat(read("findings/crash.once/report.md")).contains("Its exit status was 134.",
                "Run again alone in a new process, the case ended.");
    }

    @ParameterizedTest
    @CsvSource({ "crash, Its exit status was 134., out of luck, ./tailbound run",
        "busy, It was killed, It was killed, timeout 60 ./tailbound run",
        "hang, It was killed, It was killed, timeout 60 ./tailbound run" })
    void a_case_that_kills_a_worker_is_minimized_in_other_processes(String how, String evidence, String lastWords, String command)
            throws Exception {
        var total = run(out, settings(1000, 2, IMPATIENT), how + "=300", "wrong=7");

        var verdict = "crash".equals(how) ? CRASH : HANG;
        var finding = verdict.word();
        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 899L, DIVERGE, 100L, verdict, 1L));
        assertThat(total.findings()).containsEntry(finding, new Occurrences(1, 300, 300));
        assertThat(read("findings/" + finding + "/original.case")).contains("r0 = 300").contains("r9 = 0");
        assertThat(read("findings/" + finding + "/minimized.case")).contains("r0 = 300").doesNotContain("r9");
        assertThat(read("findings/" + finding + "/report.md")).contains(evidence, lastWords, "\n    " + command);
        assertThat(out.resolve("workers")).isEmptyDirectory();
    }

    @Test
    void a_campaign_with_crashes_has_the_same_result_with_any_number_of_jobs() throws Exception {
        var one = run(out.resolve("one"), settings(600, 1), "wrong=7", "crash=301", "throw=450");
        var two = run(out.resolve("two"), settings(600, 2), "wrong=7", "crash=301", "throw=450");

        assertThat(one.counts()).isEqualTo(Map.of(AGREE, 538L, DIVERGE, 60L, THREW, 1L, CRASH, 1L));
        assertThat(two).isEqualTo(one);
        assertThat(findings(out.resolve("two"))).isEqualTo(findings(out.resolve("one"))).hasSize(27);
    }

    @Test
    void a_case_that_ends_a_process_only_when_described_is_stored() throws Exception {
        var total = run(20, 1, "wrong=7", "late=2");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 18L, DIVERGE, 2L));
        assertThat(read("findings/fake.r0/original.case")).contains("r0 = 7");
        assertThat(read("findings/fake.r0/minimized.case")).contains("r0 = 7").doesNotContain("r9");
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2, 3, 5 })
    void a_worker_killed_by_a_user_changes_nothing(int run) throws Exception {
        var undisturbed = run(out.resolve("undisturbed"), settings(40, 1), "wrong=7");
        var disturbed = run(out.resolve("disturbed"), settings(40, 1), "wrong=7", "killed=" + run);

        assertThat(disturbed).isEqualTo(undisturbed);
        assertThat(findings(out.resolve("disturbed"))).isEqualTo(findings(out.resolve("undisturbed")));
        assertThat(notes).anyMatch(note -> note.startsWith("a worker was killed at case 7, its work is repeated: "));
    }

    @Test
    void a_case_at_which_workers_are_killed_repeatedly_is_a_finding() throws Exception {
        assertThat(run(20, 1, "doomed=7").counts()).isEqualTo(Map.of(AGREE, 19L, CRASH, 1L));
        assertThat(read("findings/crash/report.md")).contains("Its exit status was 137.");
    }

    @Test
    void an_exception_is_a_finding_and_costs_one_case() throws Exception {
        var total = run(100, 1, "throw=50");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 99L, THREW, 1L));
        var finding = "findings/threw.IllegalStateException.FakeWorker.result/";
        assertThat(read(finding + "report.md")).contains("java.lang.IllegalStateException: thrown at 50");
        assertThat(read(finding + "minimized.case")).contains("r0 = 50");
    }

    @Test
    void a_case_that_cannot_be_generated_is_a_finding() throws Exception {
        var total = run(100, 1, "unmade=50");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 99L, THREW, 1L));
        assertThat(findings(out)).containsOnlyKeys("findings/threw.IllegalStateException.FakeWorker.source/report.md");
        assertThat(findings(out).values()).singleElement().asString().contains("The case cannot be generated")
                .contains("no case 50");
    }

    @Test
    void a_case_that_the_verifier_refuses_is_a_finding() throws Exception {
        var total = run(100, 1, "invalid=50");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 99L, REJECTED, 1L));
        assertThat(total.accepted()).isEqualTo(99);
        assertThat(read("findings/rejected.R_read_ok.alu64-mov/original.case")).contains("r0 = r5").contains("r9 = 0");
        assertThat(read("findings/rejected.R_read_ok.alu64-mov/minimized.case")).contains("    r0 = r").doesNotContain("r9");
        assertThat(read("findings/rejected.R_read_ok.alu64-mov/report.md"))
                .contains("The verifier rejects the case: program main insn 0 (r0 = r");
    }

    @Test
    void a_known_issue_is_counted_separately_and_is_no_finding() throws Exception {
        var total = run(100, 1, "known=3");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 90L, KNOWN, 10L));
        assertThat(total.known()).containsExactly(Map.entry("bug-3", new Occurrences(10, 3, 93)));
        assertThat(total.findings()).isEmpty();
        assertThat(findings(out)).isEmpty();
    }

    @Test
    void a_second_run_resumes_where_the_first_ended() throws Exception {
        run(out.resolve("twice"), settings(300, 1), "wrong=7");
        var twice = run(out.resolve("twice"), settings(600, 1), "wrong=7");
        var once = run(out.resolve("once"), settings(600, 1), "wrong=7");

        assertThat(twice).isEqualTo(once);
        assertThat(findings(out.resolve("twice"))).isEqualTo(findings(out.resolve("once")));
        assertThat(notes).containsExactly("fake.r0 at 7", "fake.r0 at 7"); // not again when going on
    }

    @Test
    void cases_missing_in_a_torn_journal_are_checked_again() throws Exception {
        var whole = run(600, 1, "wrong=7");
        var journal = read("journal");
        Files.writeString(out.resolve("journal"), journal.substring(0, journal.length() - 20));

        assertThat(run(600, 1, "wrong=7")).isEqualTo(whole);
        assertThat(read("findings/fake.r0/stats")).contains("count = 60\n");
    }

    @Test
    void a_finding_that_was_not_minimized_is_minimized_on_resume() throws Exception {
        run(20, 1, "wrong=7");
        var before = findings(out);
        Files.delete(out.resolve("findings/fake.r0/minimized.case"));
        run(20, 1, "wrong=7");

        assertThat(findings(out)).isEqualTo(before).containsKey("findings/fake.r0/minimized.case");
    }

    /// Runs until a smaller case is stored; after that only endless minimizing would follow.
    private void runUntilSmaller() throws Exception {
        var running = new AtomicReference<Campaign>();
        Runnable stopWhereSmaller = () -> {
            if (Files.exists(out.resolve("findings/fake.r0/smaller.case"))) {
                running.get().stop();
            }
        };
        try (var campaign = new Campaign(settings(20, 1), out, FakeWorker.with("wrong=7", "endless=7"),
                new Notes(notes, stopWhereSmaller))) {
            running.set(campaign);
            assertThat(campaign.run().findings()).containsOnlyKeys("fake.r0");
        }
    }

    @Test
    void after_interrupted_minimizing_the_smallest_case_so_far_is_stored() throws Exception {
        runUntilSmaller();

        assertThat(read("findings/fake.r0/smaller.case")).contains("r0 = 7").doesNotContain("r9");
        assertThat(read("findings/fake.r0/report.md")).contains("Not minimal", "`smaller.case`",
                "/tailbound fuzz --out " + out + " --cases 1\n", "`./tailbound minimize`");
        assertThat(findings(out)).doesNotContainKey("findings/fake.r0/minimized.case");
        assertThat(notes).last().asString().startsWith("fake.r0: Not minimal: the campaign ended");
    }

    @Test
    void interrupted_minimizing_continues_on_resume() throws Exception {
        runUntilSmaller();
        run(1, 1, "wrong=7");
        run(out.resolve("undisturbed"), settings(20, 1), "wrong=7");

        var undisturbed = findings(out.resolve("undisturbed"));
        assertThat(undisturbed).containsKey("findings/fake.r0/minimized.case");
        assertThat(findings(out)).isEqualTo(undisturbed);
    }

    @Test
    void minimizing_takes_little_more_than_the_time_of_the_campaign() throws Exception {
        run(20, 1, "wrong=7");
        Files.delete(out.resolve("findings/fake.r0/minimized.case"));
        var hardlyAnyTime = new Settings(1, List.of("right", "fake"), "v6.12", OptionalLong.empty(),
                Optional.of(Duration.ofSeconds(2).minus(Campaign.GRACE)), 1, PATIENT, List.of(), "test");

        assertThat(run(out, hardlyAnyTime, "wrong=7", "endless=7").cases()).isEqualTo(20);
        assertThat(notes).last().asString().startsWith("fake.r0: Not minimal: the campaign ended");
    }

    @Test
    void a_finding_whose_smaller_cases_kill_workers_is_minimized_in_isolation() throws Exception {
        run(20, 1, "wrong=7", "crash=3");

        assertThat(read("findings/fake.r0/minimized.case")).contains("r0 = 7").doesNotContain("r9");
        assertThat(notes).containsExactly("crash at 3", "fake.r0 at 7");
    }

    @Test
    void an_incomplete_finding_is_deleted_on_resume() throws Exception {
        run(1, 1, "wrong=7");
        Files.createDirectories(out.resolve("findings/fake.r0.tmp"));
        Files.writeString(out.resolve("findings/fake.r0.tmp/original.case"), "-- pr");
        Files.createDirectories(out.resolve("findings/crash"));
        Files.writeString(out.resolve("findings/crash/report.md.tmp"), "# cra");
        run(20, 1, "wrong=7");

        assertThat(findings(out).keySet()).isNotEmpty().allMatch(name -> name.startsWith("findings/fake.r0/"));
    }

    @Test
    void a_finding_that_does_not_happen_again_is_stored_unchanged() throws Exception {
        var total = run(20, 1, "flaky=7");

        assertThat(total.counts()).isEqualTo(Map.of(AGREE, 19L, DIVERGE, 1L));
        assertThat(read("findings/fake.r0/report.md")).contains("All engines agree on this case.");
        assertThat(notes).containsExactly("fake.r0 at 7",
                "fake.r0: Not minimal: the case did not show this when it was run again.");
    }

    @Test
    void output_of_a_library_is_harmless() throws Exception {
        assertThat(run(20, 1, "noise=7").counts()).isEqualTo(Map.of(AGREE, 20L));
    }

    @Test
    void refuses_the_folder_of_another_campaign() throws Exception {
        run(10, 1);

        var other = new Settings(2, List.of("right", "fake"), "v6.12", OptionalLong.of(10), Optional.empty(), 1, PATIENT,
                List.of(), "test");
        assertThatThrownBy(() -> run(out, other)).isInstanceOf(BadInput.class)
                .hasMessage(out + ": expected seed 1, as of the campaign there, found 2");
        assertThatThrownBy(() -> run(20, 1, "shift=1")).isInstanceOf(BadInput.class)
                .hasMessageContaining("expected cases ");
    }

    @Test
    void refuses_a_folder_with_a_running_campaign() throws Exception {
        try (var first = new Campaign(settings(10, 1), out, FakeWorker.with(), new Notes(notes))) {
            assertThatThrownBy(() -> run(10, 1)).isInstanceOf(BadInput.class)
                    .hasMessage(out + ": another campaign is running in this folder");
            assertThat(first.run().cases()).isEqualTo(10);
        }
    }

    @Test
    void says_why_workers_do_not_start() {
        assertThatThrownBy(() -> run(10, 1, "dead=4")).isInstanceOf(WorkersDoNotStartException.class)
                .hasMessageContaining("Its exit status was 4").hasMessageContaining("nothing works here");
        // 3: the worker has reported what is missing from the environment.
        assertThatThrownBy(() -> run(10, 1, "dead=3")).isInstanceOf(WorkersDoNotStartException.class)
                .hasMessage("nothing works here");
    }

    @Test
    void a_stopped_campaign_counts_its_cases() throws Exception {
        var endless = new Settings(1, List.of("right", "fake"), "v6.12", OptionalLong.empty(), Optional.empty(), 2, PATIENT,
                List.of(), "test");
        try (var campaign = new Campaign(endless, out, FakeWorker.with("wrong=7"), new Notes(notes))) {
            campaign.stop();
            assertThat(campaign.run()).isEqualTo(Tally.NOTHING);
        }
    }
}
