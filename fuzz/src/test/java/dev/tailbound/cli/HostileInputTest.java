package dev.tailbound.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.HostileFolder;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.Printable;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// For any content of input files: one line per error, no failure of Tailbound itself, and no control characters on the terminal.
class HostileInputTest {
    private static final String ESCAPES = "\u001b[31mRED\u001b]0;title\u0007\u202e";
    private static final String SHOWN = "\\u001b[31mRED\\u001b]0;title\\u0007\\u202e";

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {}

    private static Ran tailbound(Object... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(out, err).execute(Stream.of(args).map(Object::toString).toArray(String[]::new));
        var ran = new Ran(exitCode, out.toString(), err.toString());
        assertThat(ran.exitCode()).as("%s: %s", List.of(args), ran.err()).isBetween(0, 3);
        assertThat(ran.out()).isEqualTo(Printable.lines(ran.out()));
        assertThat(ran.err()).isEqualTo(Printable.lines(ran.err()));
        return ran;
    }

    private static Path kernel(Path file, String version) throws IOException {
        var image = ByteBuffer.allocate(0x1000).order(ByteOrder.LITTLE_ENDIAN).putInt(0x202, 0x53726448).putShort(0x20e,
                (short) 0x100).putShort(0x236, (short) 1);
        return Files.write(file, image.put(0x300, version.getBytes(ISO_8859_1)).array());
    }

    @Test
    void control_characters_of_cases_are_shown_escaped() throws IOException {
        var event = Files.writeString(folder.resolve("event.case"), """
                -- map j prog_array entries=1
                -- prog main
                r0 = 0
                exit
                -- events
                before main 0: j[0] = %s
                """.formatted(ESCAPES));
        var ran = tailbound("run", event);
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains(SHOWN.substring(0, 20)).hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "run", "dump", "minimize", "choices", "report" })
    void control_characters_of_file_names_are_shown_escaped_on_one_line(String command) {
        var ran = tailbound(command, folder.resolve("a\nb" + ESCAPES));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1).contains("/a\\nb" + SHOWN);
    }

    @Test
    void control_characters_of_a_file_that_runs_are_shown_escaped() throws IOException {
        var file = Files.copy(StoredCampaign.HIERARCHY, folder.resolve("a\nb" + ESCAPES + ".case"));
        var ran = tailbound("run", file, "--engine", "oracle", "--engine", "x86-64:stack-copy");
        assertThat(ran.out()).contains("/a\\nb" + SHOWN + ".case: diverge\n",
                "/a\\012b\\033[31mRED\\033]0;title\\007\\342\\200\\256.case' --engine oracle");
        var json = tailbound("run", file, "--engine", "oracle", "--format", "json").out();
        assertThat(json).hasLineCount(2).contains("/a\\nb" + SHOWN + ".case\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "run --engine ESC x", "run --format ESC x", "run --ESC x", "ESC", "fuzz --cases ESC",
        "fuzz --time ESC", "fuzz --passes ESC", "kernels --fetch x --arch ESC", "check-kernel ESC", "run --tail-calls ESC x" })
    void control_characters_of_options_are_shown_escaped(String line) {
        var ran = tailbound((Object[]) line.replace("ESC", "x\ny" + ESCAPES).split(" "));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1).contains("x\\ny\\u001b[31m");
    }

    @Test
    void control_characters_of_kernel_images_are_shown_escaped() throws IOException {
        var image = kernel(folder.resolve("vmlinuz"), "\u001b[31mred\nsecond line");
        var ran = tailbound("check-kernel", "x86-64:" + image);
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).hasLineCount(1).contains("\\u001b[31mred\\nsecond line");
    }

    @Test
    void control_characters_of_campaigns_are_shown_escaped() throws IOException {
        StoredCampaign.of(folder, "oracle x86-64" + ESCAPES);
        assertThat(tailbound("report", folder).err()).hasLineCount(1).contains(SHOWN);
        StoredCampaign.of(folder, "oracle").append("campaign", "version = " + ESCAPES + "\n").counted("0 1 agree=1 " + ESCAPES);
        assertThat(tailbound("report", folder).err()).hasLineCount(1).contains(SHOWN.substring(0, 10));
    }

    @Test
    void a_file_named_like_an_argument_file_is_an_ordinary_file() throws IOException {
        Files.writeString(folder.resolve("list"), "--help");
        assertThat(tailbound("run", "@" + folder.resolve("list")).err()).contains("no such file or folder");
    }

    /// A folder, a pipe and a device, as input of each kind.
    @Test
    void input_that_is_no_regular_file_is_rejected() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var zero = Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero"));
        for (var path : List.of(pipe, zero, Files.createDirectory(folder.resolve("empty")))) {
            for (var command : List.of("run", "dump", "minimize", "choices", "report")) {
                assertThat(tailbound(command, path)).matches(ran -> ran.exitCode() == 2 && ran.err().lines().count() == 1);
            }
            assertThat(tailbound("check-kernel", "arm64:" + path).err()).hasLineCount(1).contains("expected a file, found a");
        }
        for (var name : List.of("campaign", "journal", "stats.tsv", "findings")) {
            var out = Files.createDirectory(folder.resolve("out-" + name));
            StoredCampaign.of(out, "oracle");
            Files.deleteIfExists(out.resolve(name));
            Files.createSymbolicLink(out.resolve(name), Path.of("/dev/zero"));
            assertThat(tailbound("report", out).err()).hasLineCount(1).endsWith(" found a link\n");
        }
    }

    @Test
    void output_replaces_only_regular_files() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        var inner = Files.createDirectory(folder.resolve("inner"));
        var campaign = StoredCampaign.of(folder.resolve("out"), "oracle").folder();
        for (var target : List.of(pipe, inner)) {
            var minimized = tailbound("minimize", StoredCampaign.HIERARCHY, "--engine", "oracle", "--engine", "x86-64:stack-copy",
                    "--output", target);
            assertThat(minimized.err()).startsWith(target + ": expected a regular file or a new one to write, found a ");
            assertThat(tailbound("report", campaign, "--output", target).err()).isEqualTo(minimized.err());
            assertThat(Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)).isFalse();
        }
        assertThat(tailbound("choices", pipe, "--seed", "1", "--case", "1").exitCode()).isEqualTo(2);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void a_report_in_a_campaigns_folder_follows_no_link() throws IOException {
        var kept = Files.writeString(folder.resolve("kept"), "kept");
        var out = StoredCampaign.of(folder.resolve("out"), "oracle").folder();
        Files.createSymbolicLink(out.resolve("report.html"), kept);
        assertThat(tailbound("report", out).exitCode()).isZero();
        assertThat(kept).hasContent("kept");
        assertThat(out.resolve("report.html")).isRegularFile();
    }

    @Test
    void a_damaged_finding_is_named_and_the_others_are_reported() throws IOException {
        var out = StoredCampaign.of(folder.resolve("out"), "oracle x86-64").found("crash").found("hang").folder();
        Files.delete(out.resolve("findings/crash/report.md"));
        Files.createDirectory(out.resolve("findings/crash/report.md"));
        Files.createSymbolicLink(out.resolve("findings/threw"), folder);
        var ran = tailbound("report", out);
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err().lines()).containsExactly(out
                + "/findings/crash/report.md: expected a regular file, found a folder",
                out
                        + "/findings/threw: expected a folder, found a link");
        assertThat(out.resolve("report.html")).content().contains("Damaged findings", ">hang<")
                .doesNotContain(">crash</code></h3>");
    }

    /// Neither the report nor the folder needs the kernel image. Its path contains characters at which a list or a shell would split it.
    @Test
    void a_campaign_on_a_kernel_is_reported_without_its_image() throws IOException {
        var image = kernel(folder.resolve("a kernel, d'\"=\u00fc"), "6.12.1-test (x)");
        var engine = "kernel:x86-64:" + image;
        var out = StoredCampaign.of(folder.resolve("out"), "oracle")
                .counted("0 3 agree=2 diverge=1 finding:kernel-x86-64-6.12.1-test.r0=1/2/2").found("kernel-x86-64-6.12.1-test.r0")
                .folder();
        Files.writeString(out.resolve("campaign"), """
                version = test
                seed = 1
                engine.1 = oracle
                engine.2 = %s
                image.2 = 6.12.1-test sha256:00
                tail_calls = v6.12
                """.formatted(engine));
        Files.delete(image);
        var ran = tailbound("report", out);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(out.resolve("report.html")).content().contains("Linux x86-64 6.12.1-test",
                "Cases are not run again: x86-64 6.12.1-test is no longer in ",
                "--engine &#39;kernel:x86-64:" + folder + "/a kernel, d&#39;\\&#39;&#39;&quot;=\u00fc&#39;");

        kernel(image, "6.1.0-other (x)");
        var resumed = tailbound("fuzz", "--out", out, "--cases", "3", "--engine", "oracle", "--engine", engine);
        assertThat(resumed.exitCode()).isBetween(2, 3); // 3 without QEMU
    }

    /// For a long run: `-Dtailbound.rounds=100000`.
    @Test
    void commands_survive_any_bytes_in_an_input_file() throws IOException {
        var hostile = new HostileFolder(Files.createDirectory(folder.resolve("place")));
        var seeds = List.of(Files.readAllBytes(StoredCampaign.HIERARCHY),
                Files.readAllBytes(Path.of("../corpus/seeds/poke-fill.case")),
                Files.readAllBytes(kernel(folder.resolve("vmlinuz"), "6.1.0 (x)")), new byte[300]);
        var file = folder.resolve("input");
        int rounds = Integer.getInteger("tailbound.rounds", 200);
        for (int round = 0; round < rounds; round++) {
            var choices = Choices.seeded(Long.getLong("tailbound.seed", 1), round);
            Files.write(file, HostileFolder.changed(choices, seeds.get(choices.below(seeds.size()))));
            switch (choices.below(7)) {
                case 0 -> tailbound("run", file, "--engine", "oracle");
                case 1 -> tailbound("choices", file);
                case 2 -> tailbound("dump", file, "--engine", "arm64");
                case 3 -> tailbound("minimize", file, "--engine", "oracle", "--engine", "x86-64");
                case 4 -> tailbound("check-kernel", "x86-64:" + file);
                case 5 -> tailbound("run", file, "--engine", "kernel:arm64:" + file);
                default -> {
                    hostile.change(choices);
                    tailbound("report", hostile.out(), "--sample", "1");
                    hostile.assertNothingElseChanged();
                }
            }
        }
    }
}
