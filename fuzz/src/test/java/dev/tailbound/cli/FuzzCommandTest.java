package dev.tailbound.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command as users start it: a process with its own worker processes.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FuzzCommandTest {
    private static final String[] OLD_SCHEME = { "--engine", "oracle", "--engine", "x86-64:stack-copy" };
    private static final String[] TWO = { "--engine", "oracle", "--engine", "x86-64" };

    @TempDir
    private Path folder;

    /// The output and exit code of a process.
    private record Ended(int code, String out, String err) {}

    /// Restores the default action of SIGINT: background jobs of a script ignore it, and their children inherit that.
    private static List<String> line(String... arguments) {
        var line = new ArrayList<>(List.of("env", "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Tailbound.class.getName(), "fuzz"));
        line.addAll(List.of(arguments));
        return line;
    }

    private Process start(String... arguments) throws IOException {
        return new ProcessBuilder(line(arguments)).directory(folder.toFile()).redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile()).start();
    }

    private Ended end(Process process) throws IOException, InterruptedException {
        int code = process.waitFor();
        return new Ended(code, Files.readString(folder.resolve("stdout")), Files.readString(folder.resolve("stderr")));
    }

    private Ended fuzz(String... arguments) throws IOException, InterruptedException {
        return end(start(arguments));
    }

    private static String[] with(String[] engines, String... arguments) {
        var all = new ArrayList<>(List.of(engines));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /// Name -> text of the files of all findings, without counts and times, and without the folder's name.
    private Map<String, String> findings(String out) throws IOException {
        var files = new TreeMap<String, String>();
        try (var all = Files.walk(folder.resolve(out).resolve("findings"))) {
            for (var file : all.filter(Files::isRegularFile).filter(file -> !file.endsWith("stats")).toList()) {
                files.put(folder.resolve(out).relativize(file).toString(),
                        Files.readString(file, ISO_8859_1).replace(out + "/findings", "DIR/findings"));
            }
        }
        return files;
    }

    @Test
    void the_default_engines_agree_and_exit_with_0() throws Exception {
        var ended = fuzz("--seed", "1", "--cases", "300");

        assertThat(ended.out()).startsWith("""
                seed 1: 300 cases on oracle, x86-64, arm64
                300 agree, 0 diverge, 0 inconclusive, 0 known, 0 rejected, 0 threw, 0 crash, 0 hang
                changed by passes: \
                """);
        assertThat(ended.code()).isZero();
        assertThat(folder.resolve("tailbound-out/seed-1/journal")).isNotEmptyFile();
    }

    @Test
    void an_old_scheme_is_a_finding_with_any_number_of_jobs() throws Exception {
        var one = fuzz(with(OLD_SCHEME, "--seed", "1", "--cases", "800", "--jobs", "1", "--out", "one"));
        var two = fuzz(with(OLD_SCHEME, "--seed", "1", "--cases", "800", "--jobs", "2", "--out", "two"));

        assertThat(one.code()).isEqualTo(1);
        assertThat(two.code()).isEqualTo(1);
        assertThat(two.out().replace("two/", "one/")).isEqualTo(one.out()).contains("finding x86-64-stack-copy.budget");
        assertThat(findings("two")).isEqualTo(findings("one"))
                .containsKey("findings/x86-64-stack-copy.budget.tail-call.over-budget/minimized.case");
        assertThat(findings("one").get("findings/x86-64-stack-copy.budget.tail-call.over-budget/report.md")).containsPattern(
                "- version: tailbound [^ ]+, Java [^ ]+ on [^ ]+, Unicorn 2[.]\\d+[.]\\d+, Capstone [45][.]\\d+\n");
        assertMails("one/findings/x86-64-stack-copy.budget.tail-call.over-budget");
    }

    /// `mail` prints the text that the campaign stored; it has every part, and 72 columns.
    private void assertMails(String finding) throws IOException {
        var out = new StringWriter();
        var place = folder.resolve(finding);
        assertThat(Tailbound.commandLine(out, out).execute("mail", place.toString())).as(out.toString()).isZero();
        assertThat(out).hasToString(Files.readString(place.resolve("mail.txt")));
        assertThat(out.toString()).startsWith("Subject: [BUG] bpf: x86-64:stack-copy: wrong tail_calls\n\n").containsSubsequence(
                "What is wrong\n-------------\n", "expected: 33\n", "found: 34", "Versions tried\n", "  oracle: reference\n",
                "  x86-64:stack-copy: affected\n", "Program\n", "This is the smallest case", "(85) call bpf_tail_call#12\n",
                "First wrong instruction\n", "call bpf_tail_call\n", "mov eax, dword ptr", "How to reproduce it with Tailbound\n",
                "./tailbound run minimized.case", "How to reproduce it without Tailbound\n", "cc -o reproducer reproducer.c\n");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(72));
    }

    @Test
    void mail_of_something_else_is_refused_in_one_line() throws IOException {
        var err = new StringWriter();
        assertThat(Tailbound.commandLine(err, err).execute("mail", folder.toString())).isEqualTo(2);
        assertThat(err).hasToString(folder
                + ": expected the folder of a finding, with report.md and a case, as campaigns write it\n");
    }

    @Test
    void a_killed_campaign_resumes_and_loses_nothing() throws Exception {
        var killed = start(with(OLD_SCHEME, "--seed", "1", "--cases", "800", "--jobs", "2", "--out", "killed"));
        var journal = folder.resolve("killed/journal");
        while (!Files.exists(journal) || Files.size(journal) == 0) {
            assertThat(killed.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        var workers = killed.descendants().toList();
        killed.destroyForcibly().waitFor();
        assertThat(workers).isNotEmpty();
        for (var worker : workers) {
            worker.onExit().get(1, TimeUnit.MINUTES);
        }
        var resumed = fuzz("--cases", "800", "--out", "killed");
        var straight = fuzz(with(OLD_SCHEME, "--seed", "1", "--cases", "800", "--out", "straight"));

        assertThat(resumed.out().replace("killed/", "straight/")).isEqualTo(straight.out());
        assertThat(findings("killed")).isEqualTo(findings("straight"));
    }

    @ParameterizedTest
    @CsvSource({ "INT", "TERM" })
    void a_signal_ends_a_campaign_with_a_summary(String signal) throws Exception {
        var endless = start(with(TWO, "--seed", "1", "--out", "out"));
        var journal = folder.resolve("out/journal");
        while (!Files.exists(journal) || Files.size(journal) == 0) {
            assertThat(endless.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(endless.pid())).start().waitFor()).isZero();
        var ended = end(endless);

        assertThat(ended.out()).matches(
                "seed 1: \\d+ cases on oracle, x86-64\n\\d+ agree, 0 diverge, .*\nchanged by passes: .*\n(interleavings of events: \\d+\n)?");
        assertThat(ended.err()).contains("stored in out");
        assertThat(ended.code()).isZero();
        assertThat(folder.resolve("out/workers")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --time 5          | expected a number and s, m or h, such as 60s, found '5'
            --cases 0         | --cases: expected at least 1, found 0
            --time 99999999999h | --time: expected at most 8784h, found '99999999999h'
            --cases 1 --cases 2 | --cases: given twice, expected once
            --time 1s --time=2s | --time: given twice, expected once
            --engine kernel   | engine kernel: expected kernel:ARCH:IMAGE, found no architecture and no image
            --jobs 0          | --jobs: expected 1 to
            --jobs 10000      | per processor, found 10000
            --engine arm64    | --engine: expected at least two engines to compare, found only arm64
            --engine z80      | engine z80: expected oracle[:big], x86-64
            --time 5s --cases 3 | tailbound fuzz: expected at most one of --time, --cases, found more
            --out FILE        | FILE: is no folder
            --out DIR         | DIR: expected a new folder, an empty one, or one with a campaign, found 'file'
            """)
    void bad_usage_is_one_line_and_exit_code_2(String arguments, String message) throws Exception {
        var file = Files.createFile(folder.resolve("file")).toString();
        var err = new StringWriter();
        var command = Tailbound.commandLine(new StringWriter(), err);

        assertThat(command.execute(("fuzz " + arguments).replace("FILE", file).replace("DIR", folder.toString()).split(" ")))
                .isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString()
                .contains(message.replace("FILE", file).replace("DIR", folder.toString()));
    }

    @Test
    void output_that_cannot_be_written_is_one_line_and_exit_code_3() throws Exception {
        Files.createFile(folder.resolve("file"));
        var ended = fuzz(with(TWO, "--cases", "1", "--out", "file/out"));
        assertThat(ended.err()).isEqualTo("file/out: the campaign cannot continue there: Not a directory\n");
        assertThat(ended.code()).isEqualTo(3);
    }

    @Test
    void a_lost_summary_is_reported_with_exit_code_3() throws Exception {
        var process = new ProcessBuilder(line(with(TWO, "--cases", "1", "--out", "out"))).directory(folder.toFile())
                .redirectOutput(new File("/dev/full")).redirectError(folder.resolve("stderr").toFile()).start();
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(Files.readString(folder.resolve("stderr"))).endsWith("standard output: cannot be written, output is lost\n");
    }

    @Test
    void a_campaign_resumes_only_with_its_own_seed_engines_and_rule() throws Exception {
        fuzz(with(TWO, "--seed", "3", "--cases", "2", "--out", "out", "--tail-calls", "v6.1"));
        assertThat(fuzz("--cases", "4", "--out", "out").out()).startsWith("seed 3: 4 cases on oracle, x86-64\n");
        assertThat(Files.readString(folder.resolve("out/campaign"))).contains("tail_calls = v6.1");

        var other = fuzz("--cases", "6", "--out", "out", "--engine", "oracle", "--engine", "arm64");
        assertThat(other.err()).isEqualTo("out: expected engines oracle x86-64, as of the campaign there, found oracle arm64\n");
        assertThat(other.code()).isEqualTo(2);
        assertThat(fuzz("--cases", "6", "--out", "out", "--tail-calls", "v6.12").code()).isEqualTo(2);
        assertThat(fuzz("--cases", "6", "--out", "out", "--seed", "4").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            campaign  | nonsense          | campaign: is damaged or of something else, expected a line version = ..., found none
            campaign  | version = 1\\nseed = x | campaign: is damaged, expected a number as seed, found 'x'
            journal   | nonsense\\n       | journal:1: is damaged, expected a checksum and a tally, found 'nonsense'
            journal   | nonsense          | journal:1: is damaged, expected a checksum and a tally, found 'nonsense'
            stats.tsv | nonsense\\n       | stats.tsv:1: is damaged, expected a row of 4 numbers, found 'nonsense'
            """)
    void a_damaged_folder_is_rejected_in_one_line_and_not_changed(String file, String text, String message) throws Exception {
        fuzz(with(TWO, "--seed", "3", "--cases", "2", "--out", "out"));
        var damaged = Files.writeString(folder.resolve("out").resolve(file), text.replace("\\n", "\n"));
        var ended = fuzz("--cases", "4", "--out", "out");
        assertThat(ended.err()).isEqualTo("out/" + message + "\n");
        assertThat(ended.code()).isEqualTo(2);
        assertThat(damaged).content().isEqualTo(text.replace("\\n", "\n"));
    }

    @Test
    void a_signal_at_the_very_start_ends_a_campaign_with_a_summary() throws Exception {
        var endless = start("--seed", "1", "--out", "out");
        var maps = Path.of("/proc/" + endless.pid() + "/maps");
        while (endless.isAlive() && !Files.readString(maps).contains("libunicorn")) {
            Thread.onSpinWait();
        }
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(endless.pid())).start().waitFor()).isZero();
        var ended = end(endless);

        assertThat(ended.out()).startsWith("seed 1: ");
        assertThat(ended.code()).isZero();
    }
}
